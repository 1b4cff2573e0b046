from odoo import fields, models


class DeliveryFallback(models.Model):
    """What could not be delivered by one channel leaves by the next one."""

    _inherit = "ar.delivery"

    def _fail_blacklisted(self):
        """Fail what goes to an address that must not be written to; return the rest."""
        normal = self.filtered(lambda delivery: not delivery.notice_id.sandbox)
        # The list is of the whole installation; only membership is used.
        blacklist_sudo = self.env["mail.blacklist"].sudo()
        listed = set(
            blacklist_sudo.search([("email", "in", normal.mapped("address"))]).mapped(
                "email"
            )
        )
        refused = normal.filtered(
            lambda delivery: delivery.address in listed and not delivery.handed_over_on
        )
        for delivery in refused:
            delivery.write(
                {
                    "state": "failed",
                    "error_code": "blacklisted",
                    "error_text": self.env._(
                        "%s does not want e-mails: the address is blacklisted.",
                        delivery.address,
                    ),
                }
            )
            delivery._fall_back("delivery_failed")
        return self - refused

    def _fall_back(self, kind):
        """Send by the level's next channel what did not arrive; else tell a person.

        Each channel is tried once by itself; a copy stops and moves nothing. When the
        server refuses us, not the address, a person decides: all notices would become
        letters.

        :param kind: the kind of work item when no other channel is left
        """
        for delivery in self.filtered(lambda one: not one.copy):
            left = not delivery._about_us() and delivery._leave_by_next()
            if not left and delivery.notice_id.undelivered:
                delivery._raise_trouble(kind)

    def _about_us(self):
        """Whether the answer of a mail server is about the sender (RFC 3463: X.7.X)."""
        self.ensure_one()
        return self.state == "failed" and "5.7." in (self.error_text or "")

    def _leave_by_next(self):
        """Make the delivery by the next channel; return whether there is one."""
        self.ensure_one()
        notice = self.notice_id
        if notice.state != "dispatched" or not notice.undelivered:
            return False
        tried = set(
            notice.delivery_ids.filtered(lambda one: not one.copy).mapped("channel")
        )
        for channel in notice.level_id.channel_ids.sorted("sequence").mapped("channel"):
            if channel in tried:
                continue
            self.env.flush_all()
            notice._insert_deliveries(tuple(notice.ids), channels=[channel])
            self.env.invalidate_all()
            if not notice.undelivered:
                self.env["ar.cycle"]._trigger()
                return True
        return False

    def _note_done_by_person(self, on):
        """A person did what the level asked for: it took effect that day.

        :param on: date on which it was done
        """
        self.filtered(lambda delivery: delivery.state == "ready").write(
            {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "effective_on": on,
            }
        )
        self.flush_recordset()
        self._refresh_effective(self.notice_id.ids)
        self.env.invalidate_all()

    def _review_tasks(self, company, on):
        """Take back tasks of the company whose claims have changed since."""
        tasks = self.search(
            [
                ("company_id", "=", company.id),
                ("channel", "=", "person"),
                ("state", "=", "ready"),
            ]
        )
        if tasks:
            tasks._withdraw_changed(company, on)
