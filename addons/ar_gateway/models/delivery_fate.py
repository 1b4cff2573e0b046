from odoo import api, fields, models

from ..rules.gateway_message import DELIVERED, FAILED

UNKNOWN_FATE = "unknown_fate"


class DeliveryFate(models.Model):
    """What became of what a gateway took: it reports it, or nobody knows."""

    _inherit = "ar.delivery"

    provider_reference = fields.Char(
        string="Number at the provider", readonly=True, index="btree_not_null"
    )
    delivered_on = fields.Datetime(
        string="Delivered on",
        readonly=True,
        help="When the provider reported that it arrived.",
    )

    @api.model
    def _note_reports(self, domain, reports):
        """Note which messages arrived, and which never will, all at once.

        Repeated reports change nothing.

        :param domain: finds the deliveries that may be meant
        :param reports: list of `Report`; they name ours or the provider's number
        """
        references = [report.reference for report in reports]
        # Providers report; who they are was checked before.
        found = self.sudo().search(
            [
                *domain,
                ("notice_id.sandbox", "=", False),
                "|",
                ("provider_reference", "in", references),
                ("message_key", "in", references),
            ]
        )
        if not found:
            return
        found.lock_for_update()
        named = {}
        for delivery in found:
            for reference in (delivery.provider_reference, delivery.message_key):
                named.setdefault(reference, delivery)
        for report in reports:
            if delivery := named.get(report.reference):
                delivery._note_report(report)

    def _note_report(self, report):
        """Note what a report says of this delivery."""
        self.ensure_one()
        if report.meaning == DELIVERED:
            self._note_arrived()
        elif report.meaning == FAILED and self.state == "sent":
            if not self.delivered_on:
                self._mark_bounced(report.reason)
        elif report.meaning == FAILED and self._is_of_unknown_fate():
            self.write({"error_code": "refused", "error_text": report.reason})
            self._fall_back("delivery_failed")

    def _note_arrived(self):
        self.ensure_one()
        # Reports may come before we have noted the answer.
        if self.state in ("sent", "handing_over"):
            if not self.delivered_on:
                self.delivered_on = fields.Datetime.now()
        elif self._is_of_unknown_fate() and not self._is_sent_otherwise():
            # It had left after all.
            self._note_effective(
                self.company_id._ar_today(),
                sent_on=self.handed_over_on,
                delivered_on=fields.Datetime.now(),
            )

    def _note_effective(self, on, **values):
        """It left, or arrived: the notice takes effect.

        :param on: date on which it does
        """
        self.write(
            {
                "state": "sent",
                "effective_on": on,
                "error_code": False,
                "error_text": False,
                **values,
            }
        )
        self.flush_recordset()
        self._refresh_effective(self.notice_id.ids)
        self.env.invalidate_all()

    def _is_of_unknown_fate(self):
        self.ensure_one()
        return self.state == "failed" and self.error_code == UNKNOWN_FATE

    def _is_sent_otherwise(self):
        """Whether a person sent this message again meanwhile."""
        self.ensure_one()
        return bool(
            self.search_count(
                [
                    ("notice_id", "=", self.notice_id.id),
                    ("channel", "=", self.channel),
                    ("copy", "=", self.copy),
                    ("id", "!=", self.id),
                    ("state", "in", ("ready", "handing_over", "sent")),
                ],
                limit=1,
            )
        )

    def _note_unknown_fate(self, why):
        """A person decides: nothing goes twice, and nothing is silently lost."""
        self.ensure_one()
        self.write(
            {
                "state": "failed",
                "error_code": UNKNOWN_FATE,
                "error_text": self.env._(
                    "It may have arrived, nobody knows: %s Send it again only if the "
                    "gateway does not list it.",
                    why,
                ),
            }
        )
        self._raise_trouble("delivery_failed")

    def _note_refused(self, code, words):
        """It will not arrive: the level's next channel is tried."""
        self.write({"state": "failed", "error_code": code, "error_text": words})
        self._fall_back("delivery_failed")
