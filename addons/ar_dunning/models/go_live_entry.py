from odoo import fields, models

from .go_live import STEPS


class GoLiveEntry(models.Model):
    """What was done on the way to the go-live: by whom and when; never changed.

    What counts claims is written once per access group, so that no number tells of
    claims that the reader may not see.
    """

    _name = "ar.go.live.entry"
    _description = "Done for the go-live"
    _order = "id desc"
    _rec_name = "sentence"

    go_live_id = fields.Many2one(
        "ar.go.live", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="go_live_id.company_id", store=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    step = fields.Selection(STEPS, required=True)
    user_id = fields.Many2one("res.users", string="By", required=True)
    create_date = fields.Datetime(string="When")
    sentence = fields.Char(string="What", required=True)
