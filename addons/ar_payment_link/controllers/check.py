from odoo import http
from odoo.http import request

from .page import admit, answer, render_alone, speak


class MessageCheck(http.Controller):
    """Where a reader finds out whether a message is really from us.

    The code is typed, or pasted, and sent in the body: it stands in no log and in no
    history. Whoever guesses is stopped after a few tries.
    """

    @http.route(
        "/ar/check",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        # Nothing is stored or changed, so nobody can be made to do anything by it.
        csrf=False,
        save_session=False,
    )
    def check(self, code=None, lang=None, **_others):
        checks = speak(lang)
        typed = request.httprequest.form.get("code", "").strip()
        values = {"typed": typed[:60], "found": None}
        if typed:
            admit("check", request.httprequest.remote_addr, lang)
            notice_sudo = request.env["ar.dunning.notice"]._from_check_code(typed)
            values["found"] = notice_sudo and notice_sudo._check_values()
        return answer(
            render_alone(
                "ar_payment_link.page_check", lang, checks._check_title(), **values
            )
        )
