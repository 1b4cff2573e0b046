import json

from werkzeug.exceptions import HTTPException, NotFound, TooManyRequests

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from .page import answer, open_link, refuse

_FLOWS = ("redirect", "direct")


class PaymentOnline(PaymentPortal):
    """Second step of the payment page: Odoo's payment form over our claims.

    What is paid is computed here from the ledger; the browser chooses the provider
    and says which amount the person saw, nothing else. Saved payment methods of the
    debtor are never shown: whoever has the letter has the link.
    """

    @route(
        "/ar/pay/<token>/online",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def ar_pay_online(self, token, lang=None, **_others):
        link_sudo = open_link(token, lang)
        if not link_sudo:
            return refuse(lang)
        code = link_sudo.env.lang
        # Odoo's own texts and scripts follow, as does its page after the payment.
        request.lang = request.env["res.lang"]._get_data(code=code)
        claims = link_sudo._online_claims()
        amount = sum(link_sudo._online_shares().values())
        providers_sudo = link_sudo._online_providers(amount)
        response = request.render(
            "ar_payment_link.online",
            {
                **link_sudo._online_values(claims, amount, providers_sudo, lang),
                "show_tokenize_input_mapping": dict.fromkeys(providers_sudo.ids, False),
            },
        )
        response.set_cookie("frontend_lang", code)
        return answer(response, policy="frame-ancestors 'none'")

    @route(
        "/ar/pay/<token>/transaction",
        type="http",
        auth="public",
        methods=["POST"],
        # As on Odoo's own payment routes: the token in the address is the permission.
        csrf=False,
    )
    def ar_pay_transaction(self, token, **_others):
        """Begin a payment of what is open on the link now.

        Odoo's payment form calls it by JSON-RPC. The route reads and answers that by
        itself: Odoo's own dispatcher sends the stack of every refusal to the browser,
        and fails on bodies that are no call.

        The call has `amount` (what the person saw; the payment is refused when it
        changed), `provider_id`, `payment_method_id`, `flow` and what Odoo's form adds.

        :return: the processing values that Odoo's payment form expects
        """
        call = _read_call()
        try:
            # In the address: the form knows nothing of languages.
            link_sudo = open_link(token, request.httprequest.args.get("lang"))
        except TooManyRequests:
            links = request.env["ar.payment.link"]
            return _answer_call(call, refusal=links._wait_title())
        if not link_sudo:
            return _answer_call(call, refused_code=NotFound.code)
        try:
            with request.env.cr.savepoint():
                values = self._ar_begin(link_sudo, **call["params"])
        except (UserError, HTTPException) as error:
            return _answer_call(call, refusal=str(error))
        return _answer_call(call, result=values)

    def _ar_begin(
        self,
        link_sudo,
        /,
        amount=None,
        provider_id=None,
        payment_method_id=None,
        flow=None,
        **kwargs,
    ):
        """Make the transaction of a call; return its processing values."""
        self._validate_transaction_kwargs(
            kwargs, additional_allowed_keys=("access_token",)
        )
        if flow not in _FLOWS:
            raise UserError(
                request.env._("This way to pay is not offered: choose another one.")
            )
        values = link_sudo._begin_online(amount, provider_id, payment_method_id)
        transaction_sudo = self._create_transaction(
            token_id=None,
            flow=flow,
            tokenization_requested=False,
            # Without the token: Odoo stores this address where many can read it.
            landing_route=f"/ar/pay/back?lang={link_sudo.env.lang}",
            **values,
        )
        return transaction_sudo._get_processing_values()

    @route("/ar/pay/back", type="http", auth="public", methods=["GET"])
    def ar_pay_back(self, lang=None, **_others):
        """Go from Odoo's status page back to the page that the payment began on.

        The session knows the transaction that this browser began.
        """
        transaction_sudo = PaymentPostProcessing()._get_monitored_transaction()
        link_sudo = transaction_sudo.ar_reservation_ids.link_id[:1]
        if link_sudo.part_amount:
            # A part is chosen for one payment: what is left stands on the first page.
            link_sudo = link_sudo.origin_id
        if not link_sudo or not link_sudo._works():
            return refuse(lang)
        query = {"lang": lang} if lang else {}
        return answer(
            request.redirect_query(f"{link_sudo._path()}/done", query, code=303),
            policy=None,
        )


def _read_call():
    """Return {id, params} of the JSON-RPC call in the body; empty for anything else."""
    try:
        call = json.loads(request.httprequest.get_data())
    except (ValueError, RecursionError):
        call = None
    if not isinstance(call, dict):
        call = {}
    params = call.get("params")
    return {
        "id": call.get("id"),
        "params": params if isinstance(params, dict) else {},
    }


def _answer_call(call, result=None, refusal=None, refused_code=0):
    """Return the answer to a call in the form that Odoo's payment form reads.

    :param refusal: a sentence for the person
    :param refused_code: HTTP code when the link opens nothing
    """
    body = {"jsonrpc": "2.0", "id": call["id"]}
    if refusal is None and not refused_code:
        body["result"] = result
    else:
        message = refusal or request.env._("This link does not work (any more).")
        body["error"] = {
            "code": refused_code,
            "message": message,
            "data": {
                "name": "odoo.exceptions.UserError",
                "message": message,
                "arguments": [message],
                "context": {},
                "debug": "",
            },
        }
    return answer(request.make_json_response(body), policy=None)
