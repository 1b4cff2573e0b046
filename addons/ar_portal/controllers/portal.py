import re

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

# What was sent is shown as it was: no script, no form, nothing from elsewhere.
DOCUMENT_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'"
)
_ID = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_MAXIMUM_ID = 2**31 - 1


class OpenAmounts(CustomerPortal):
    """What a signed-in debtor owes, why, what comes next, and what he received.

    All that is shown comes from `ar.debtor._portal_*`, which know what is his. Ids of
    others are answered like ids that do not exist.
    """

    def _get_overdue_invoice_count(self):
        """Do not offer Odoo's own way to pay everything beside ours.

        It adds up the invoices of one company, with what was paid on them, and knows
        nothing of payments that are under way.
        """
        return 0

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "ar_open_amount_count" in counters:
            values["ar_open_amount_count"] = len(
                debtors()._portal_claims(request.env.user, [("state", "=", "open")])
            )
        return values

    @route("/my/open-amounts", type="http", auth="user", methods=["GET"], website=True)
    def ar_open_amounts(self, **_others):
        return self._ar_show_open_amounts()

    def _ar_show_open_amounts(self, problem=None):
        user = request.env.user
        response = request.render(
            "ar_portal.open_amounts",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "ar_open_amounts",
                "sections": debtors()._portal_sections(user),
                "settled": debtors()._portal_settled(user),
                "deliveries": debtors()._portal_deliveries(user),
                "problem": problem,
            },
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    @route(
        "/my/open-amounts/pay",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        multilang=False,
    )
    def ar_open_amounts_pay(self, **_others):
        """Go to the payment page of claims of one creditor."""
        ids = {as_id(text) for text in request.httprequest.form.getlist("claim")}
        claims_sudo = debtors()._portal_claims(
            request.env.user,
            [("id", "in", [one for one in ids if one]), ("state", "=", "open")],
        )
        if not ids or ids != set(claims_sudo.ids):
            raise NotFound()
        try:
            link = claims_sudo.env["ar.payment.link"]._make(claims_sudo, "portal")
        except UserError as error:
            return self._ar_show_open_amounts(problem=str(error))
        return request.redirect_query(
            # The address of the page is for whoever may see these claims.
            link.sudo()._path(),
            {"lang": request.env.lang},
            code=303,
        )

    @route(
        "/my/open-amounts/invoice/<claim_id>", type="http", auth="user", methods=["GET"]
    )
    def ar_open_amounts_invoice(self, claim_id, **_others):
        claim_sudo = debtors()._portal_claims(
            request.env.user, [("id", "=", as_id(claim_id) or 0)]
        )
        invoice_sudo = claim_sudo.move_id.filtered(
            lambda move: (
                move.state == "posted" and move.is_sale_document(include_receipts=True)
            )
        )
        if not invoice_sudo:
            raise NotFound()
        name, content = invoice_sudo.env["ar.payment.link"]._invoice_document(
            invoice_sudo
        )
        return document(
            content,
            "application/pdf",
            ("Content-Disposition", content_disposition(name)),
        )

    @route(
        "/my/open-amounts/message/<delivery_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def ar_open_amounts_message(self, delivery_id, **_others):
        """Show an e-mail or letter as it was sent."""
        delivery_sudo = (
            debtors()
            ._portal_deliveries(request.env.user)
            .filtered(lambda one: one.id == as_id(delivery_id))
        )
        if not delivery_sudo:
            raise NotFound()
        content_type, content = delivery_sudo._portal_document()
        policy = ("Content-Security-Policy", DOCUMENT_POLICY)
        if content_type == "application/pdf":
            return document(content, content_type)
        return document(content, content_type, policy)


def debtors():
    return request.env["ar.debtor"]


def document(content, content_type, *headers):
    return request.make_response(
        content,
        headers=[
            ("Content-Type", content_type),
            ("Content-Length", len(content)),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            *headers,
        ],
    )


def as_id(text):
    """Return the id that a text says, or None."""
    if _ID.fullmatch(text) and int(text) <= _MAXIMUM_ID:
        return int(text)
    return None
