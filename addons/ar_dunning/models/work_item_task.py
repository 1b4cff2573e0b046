from odoo import models


class WorkItemTask(models.Model):
    """A task of a level is done or not: the level takes effect or not."""

    _inherit = "ar.work.item"

    def _close(self, state):
        tasks = self.filtered(lambda item: item.kind == "task" and item.state == "open")
        result = super()._close(state)
        # Deliveries are read-only for people; access was checked by closing the item.
        for delivery_sudo in tasks.sudo().delivery_id.filtered(
            lambda delivery: delivery.state == "ready"
        ):
            if state == "done":
                delivery_sudo._note_done_by_person(delivery_sudo.company_id._ar_today())
            else:
                delivery_sudo.write({"state": "failed", "error_code": "dismissed"})
        return result
