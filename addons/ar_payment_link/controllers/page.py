import re

from werkzeug.exceptions import TooManyRequests

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..models.rate_limit import WINDOW

# Nothing from elsewhere, no inline code, in no frame.
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
_CLAIM = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_MAXIMUM_ID = 2**31 - 1


class PaymentPage(http.Controller):
    """The debtor's page behind a payment link, without a login.

    The token in the address is the permission, for the one link that it belongs to.
    Whatever does not belong to it is answered like a forged token: not found.
    """

    @http.route("/ar/pay/<token>", type="http", auth="public", methods=["GET"])
    def page(self, token, lang=None, **_others):
        link_sudo = open_link(token, lang)
        if not link_sudo:
            return refuse(lang)
        if (
            request.httprequest.method == "GET"
            and not request.env["ir.http"].is_a_bot()
        ):
            link_sudo._note_opened()
        return show(link_sudo, lang)

    @http.route("/ar/pay/<token>/done", type="http", auth="public", methods=["GET"])
    def done(self, token, lang=None, **_others):
        """Show the page with what became of the last online payment."""
        link_sudo = open_link(token, lang)
        if not link_sudo:
            return refuse(lang)
        return show(link_sudo, lang, attempt=link_sudo._last_attempt())

    @http.route(
        "/ar/pay/<token>/choose",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        # Nothing is stored in the session: a page left open for a day still works.
        save_session=False,
    )
    def choose(self, token, lang=None, **_others):
        """Go to the page of the claims that are ticked; reading it changes nothing."""
        link_sudo = open_link(token, lang)
        if not link_sudo:
            return refuse(lang)
        chosen_sudo = link_sudo
        if request.httprequest.method == "POST":
            form = request.httprequest.form
            claims_sudo = chosen_claims(link_sudo, form.getlist("claim"))
            if not claims_sudo:
                return refuse(lang)
            try:
                part = link_sudo._read_part(form.get("part"))
                chosen_sudo = link_sudo._choose(claims_sudo, part)
            except UserError as error:
                return show(link_sudo, lang, problem=str(error))
        query = {"lang": lang} if lang and isinstance(lang, str) else {}
        return answer(
            request.redirect_query(chosen_sudo._path(), query, code=303), policy=None
        )

    @http.route(
        "/ar/pay/<token>/paid",
        type="http",
        auth="public",
        methods=["GET", "POST"],
    )
    def paid(self, token, lang=None, **_others):
        """Ask when it was paid; note the answer and show the page, which says so."""
        link_sudo = open_link(token, lang)
        if not link_sudo:
            return refuse(lang)
        query = {"lang": lang} if lang and isinstance(lang, str) else {}
        back = request.redirect_query(link_sudo._path(), query, code=303)
        if not link_sudo._reportable_claims():
            return answer(back, policy=None)
        typed, problem = {}, None
        if request.httprequest.method == "POST":
            typed = request.httprequest.form.to_dict()
            try:
                with request.env.cr.savepoint():
                    link_sudo._report_paid(typed)
                return answer(back, policy=None)
            except UserError as error:
                problem = str(error)
        values = link_sudo._paid_values(lang, request.csrf_token(), problem, typed)
        return answer(render("ar_payment_link.page_paid", **values))

    @http.route(
        "/ar/pay/<token>/invoice/<claim_id>",
        type="http",
        auth="public",
        methods=["GET"],
    )
    def invoice(self, token, claim_id, lang=None, **_others):
        """Return the invoice of a claim that the page shows."""
        link_sudo = open_link(token, lang, "document")
        move_sudo = link_sudo and link_sudo._invoice_of(as_id(claim_id))
        if not move_sudo:
            return refuse(lang)
        name, content = link_sudo._invoice_document(move_sudo)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
                *HEADERS.items(),
            ],
        )

    @http.route("/ar/pay/<token>/code.png", type="http", auth="public", methods=["GET"])
    def code(self, token, lang=None, **_others):
        """Return the QR code of the transfer as an image to keep."""
        link_sudo = open_link(token, lang)
        image = link_sudo and link_sudo._page_code_image()
        if not image:
            return refuse(lang)
        return request.make_response(
            image,
            headers=[
                ("Content-Type", "image/png"),
                ("Content-Length", len(image)),
                *HEADERS.items(),
            ],
        )

    @http.route(
        ["/ar/pay", "/ar/pay/<token>/<path:rest>"],
        type="http",
        auth="public",
        methods=["GET"],
    )
    def nowhere(self, lang=None, **_others):
        """Answer what is not an address of a page like every other refusal."""
        return refuse(lang)


def open_link(token, lang=None, purpose="link"):
    """Return the link of a token as superuser, in the language of the reader.

    Empty for all that opens nothing.

    :param purpose: what the uses of a link are counted for, see `ar.rate.limit`
    :raises TooManyRequests: when the link, or a stranger, asks too often
    """
    link_sudo = request.env["ar.payment.link"]._from_token(token)
    if not link_sudo:
        admit("stranger", request.httprequest.remote_addr, lang)
        return link_sudo
    admit(purpose, link_sudo.id, lang)
    wanted = link_sudo._page_language(lang)
    request.update_context(lang=wanted)
    return link_sudo.with_context(lang=wanted)


def admit(purpose, whom, lang=None):
    """Count one use; stop who uses a page too often, with a page that says so.

    :raises TooManyRequests: with the whole answer
    """
    limits = request.env["ar.rate.limit"]
    if limits._admit(purpose, whom):
        return
    response = answer(
        render_alone("ar_payment_link.page_wait", lang, speak(lang)._wait_title()), 429
    )
    response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    raise TooManyRequests(response=response)


def show(link_sudo, lang, attempt=None, problem=None):
    """Return the page of a link."""
    values = link_sudo._page_values(
        lang_wanted=lang, attempt=attempt, csrf_token=request.csrf_token()
    )
    values["problem"] = problem
    return answer(render("ar_payment_link.page_overview", **values))


def refuse(lang=None):
    """Return the one answer to every address that opens nothing."""
    title = speak(lang)._refused_title()
    return answer(render_alone("ar_payment_link.page_refused", lang, title), 404)


def speak(lang=None):
    """Let what follows be in the language that a stranger reads; return no link."""
    links = request.env["ar.payment.link"]
    code = links._page_language(lang, request.best_lang)
    request.update_context(lang=code)
    return links.with_context(lang=code)


def render_alone(content, lang, title, **values):
    """Return a page that belongs to no link."""
    frame = speak(lang)._page_frame(lang_wanted=lang)
    return render(content, **frame, title=title, **values)


def render(content, **values):
    return request.env["ir.qweb"]._render(
        "ar_payment_link.page", {**values, "content": content}
    )


def answer(response, status=200, policy=CONTENT_POLICY):
    """Return a response that no cache keeps, no robot lists and no page frames."""
    if isinstance(response, str):
        response = request.make_response(str(response), status=status)
    response.headers.update(HEADERS)
    if policy:
        response.headers["Content-Security-Policy"] = policy
    return response


def as_id(text):
    """Return the id that a text says, or None."""
    if isinstance(text, str) and _CLAIM.fullmatch(text) and int(text) <= _MAXIMUM_ID:
        return int(text)
    return None


def chosen_claims(link_sudo, texts):
    """Return the claims of ticked boxes; empty when one of them is not offered."""
    ids = {as_id(text) for text in texts}
    offered = {claim.claim_id for claim in link_sudo._page_claims() if claim.payable}
    if not ids or not ids <= offered:
        return link_sudo.env["ar.claim"]
    return link_sudo.env["ar.claim"].browse(sorted(ids))
