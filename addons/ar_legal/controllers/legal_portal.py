import re

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import content_disposition, request
from odoo.tools import format_amount, format_date

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..rules.timeline import outward

_CASE = "/my/legal-cases/<int(max=2147483647):case_id>"
_ID = re.compile(r"[0-9]{1,10}", re.ASCII)


class LegalPortal(CustomerPortal):
    """What a bailiff or a lawyer sees of the cases that were handed to the office.

    Unknown cases, cases of others and cases that may no longer be read answer alike:
    not found.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "legal_case_count" in counters:
            values["legal_case_count"] = self._cases_sudo().search_count(
                self._readable()
            )
        return values

    @http.route(
        ["/my/legal-cases", "/my/legal-cases/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cases(self, page=1, **_kwargs):
        """List the cases of the office, the open ones first."""
        cases_sudo, readable = self._cases_sudo(), self._readable()
        place = pager(
            url="/my/legal-cases",
            total=cases_sudo.search_count(readable),
            page=page,
            step=self._items_per_page,
        )
        found = cases_sudo.search(
            readable,
            order="state desc, next_deadline, id desc",
            limit=self._items_per_page,
            offset=place["offset"],
        )
        values = self._prepare_portal_layout_values()
        values |= {
            "page_name": "legal_cases",
            "default_url": "/my/legal-cases",
            "pager": place,
            "cases": [self._brief(case) for case in found],
        }
        return request.render("ar_legal.portal_my_legal_cases", values)

    @http.route(_CASE, type="http", auth="user", website=True, methods=["GET"])
    def case(self, case_id, said=None, **_kwargs):
        """Show one case."""
        return self._page(self._case_sudo(case_id), said=said)

    @http.route(
        f"{_CASE}/dossier", type="http", auth="user", website=True, methods=["GET"]
    )
    def dossier(self, case_id, **_kwargs):
        """Download the latest dossier of the case."""
        handoff_sudo = self._latest_dossier(self._case_sudo(case_id))
        if not handoff_sudo:
            raise NotFound()
        stream = request.env["ir.binary"]._get_stream_from(handoff_sudo, "content")
        content = stream.read()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(handoff_sudo.name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )

    @http.route(
        f"{_CASE}/message", type="http", auth="user", website=True, methods=["POST"]
    )
    def message(self, case_id, text="", **_kwargs):
        """Take a message of the party."""
        return self._answer(
            case_id, "message", lambda case, me: case._party_write(me, typed(text))
        )

    @http.route(
        f"{_CASE}/reference", type="http", auth="user", website=True, methods=["POST"]
    )
    def reference(self, case_id, reference="", **_kwargs):
        """Take the party's own number of the case."""
        return self._answer(
            case_id,
            "reference",
            lambda case, me: case._party_set_reference(me, typed(reference)),
        )

    @http.route(
        f"{_CASE}/stage", type="http", auth="user", website=True, methods=["POST"]
    )
    def stage(self, case_id, stage="", text="", **_kwargs):
        """Take the stage that the party says the case is in: a proposal."""
        chosen = int(stage) if _ID.fullmatch(typed(stage)) else 0
        return self._answer(
            case_id,
            "stage",
            lambda case, me: case._party_propose(me, chosen, typed(text)),
        )

    # -- what may be seen -------------------------------------------------------

    def _cases_sudo(self):
        # Portal users have no rights on cases at all: `_of_party` decides alone, and
        # the pages get plain values instead of records.
        return request.env["ar.legal.case"].sudo()

    def _readable(self):
        today = fields.Date.context_today(request.env.user)
        return request.env["ar.legal.case"]._of_party(request.env.user, today)

    def _case_sudo(self, case_id):
        found = self._cases_sudo().search(self._readable() & Domain("id", "=", case_id))
        if not found:
            raise NotFound()
        return found.with_company(found.company_id)

    def _latest_dossier(self, case_sudo):
        """The dossier that was made for this office; none of an earlier party."""
        office = case_sudo.party_commercial_id
        return case_sudo.handoff_ids.filtered(
            lambda handoff: handoff.party_id.commercial_partner_id == office
        ).sorted("number")[-1:]

    # -- answers ----------------------------------------------------------------

    def _answer(self, case_id, kind, act):
        """Carry out what the party asks, and show the case again."""
        case_sudo = self._case_sudo(case_id)
        try:
            with request.env.cr.savepoint():
                act(case_sudo, request.env.user)
        except UserError as error:
            return self._page(case_sudo, error=str(error))
        return request.redirect(f"/my/legal-cases/{case_id}?said={kind}")

    def _page(self, case_sudo, said=None, error=None):
        values = self._prepare_portal_layout_values()
        values |= self._details(case_sudo)
        values |= {
            "page_name": "legal_case",
            "said": said if said in ("message", "reference", "stage") else None,
            "error": error,
        }
        return request.render("ar_legal.portal_legal_case", values)

    def _brief(self, case_sudo):
        """Return what the list shows of a case."""
        env = request.env
        return {
            "id": case_sudo.id,
            "name": case_sudo.name,
            "creditor": case_sudo.company_id.name,
            "debtor": case_sudo.partner_id.name,
            "stage": case_sudo.stage_id.name,
            "open": case_sudo.state == "open",
            "deadline": format_date(env, case_sudo.next_deadline)
            if case_sudo.next_deadline
            else "",
            "reference": case_sudo.party_reference or "",
            "amount": format_amount(env, case_sudo.amount_total, case_sudo.currency_id),
        }

    def _details(self, case_sudo):
        """Return what the page of a case shows: values, never records."""

        def money(amount):
            return format_amount(request.env, amount, case_sudo.currency_id)

        entries = outward(case_sudo._timeline()[case_sudo.id])
        dossier = self._latest_dossier(case_sudo)
        return {
            **case_sudo._timeline_values(entries),
            "case": self._brief(case_sudo)
            | {
                "role": case_sudo.party_role,
                "track": case_sudo.track_id.name,
                "legal_basis": case_sudo.track_id.legal_basis,
                "stage_help": case_sudo.stage_id.description,
                "next_step": case_sudo.next_step,
                "handed_over": money(case_sudo.amount_handed_over),
                "paid": money(case_sudo.amount_paid),
                "due": money(case_sudo.amount_open),
                "accessories": money(case_sudo.amount_accessories)
                if case_sudo.amount_accessories
                else "",
                "contact": self._person(case_sudo.user_id.partner_id),
                "proposed": case_sudo.proposed_stage_id.name,
            },
            "debtor": self._person(case_sudo.partner_id),
            "claims": [
                self._claim(member, money)
                for member in case_sudo.claim_ids
                if not member.left_on
            ],
            "stages": [
                (stage.id, stage.name)
                for stage in case_sudo.track_id.stage_ids
                if stage != case_sudo.stage_id
            ],
            "messages": [
                {
                    "author": message.author_id.name,
                    "date": format_date(request.env, message.date.date()),
                    "body": message.body,
                }
                for message in case_sudo._party_messages()
            ],
            "dossier": dossier.name,
            "dossier_date": format_date(request.env, dossier.made_on.date())
            if dossier
            else "",
            "dossier_digest": dossier.digest,
        }

    @staticmethod
    def _person(partner):
        return {
            "name": partner.name,
            "street": partner.street,
            "street2": partner.street2,
            "place": " ".join(part for part in (partner.zip, partner.city) if part),
            "country": partner.country_id.name,
            "email": partner.email,
            "phone": partner.phone,
            "vat": partner.vat,
        }

    @staticmethod
    def _claim(member, money):
        claim = member.claim_id
        return {
            "document": claim.move_name or claim.display_name,
            "description": claim.description,
            "reference": claim.payment_reference,
            "due": format_date(request.env, claim.date_due),
            "original": money(claim.amount_original),
            "handed_over": money(member.amount_at_handover),
            "open": money(member.amount_open),
            "accessories": money(member.amount_accessories)
            if member.amount_accessories
            else "",
        }


def typed(value):
    """Return what was typed in a field of a form; nothing of a file sent in its place.

    The sign NUL, which nobody types, is left out: the database takes no text with it.
    """
    return value.replace("\0", "") if isinstance(value, str) else ""
