from odoo import api, fields, models


class LawWait(models.Model):
    """A period that the law gives the debtor after a notice."""

    _name = "ar.law.wait"
    _inherit = ["ar.law.row"]
    _description = "Waiting period"
    _order = "code"
    _rec_names_search = ["code"]

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(compute="_compute_name")
    country_id = fields.Many2one(related="pack_id.country_id", store=True)
    row_ids = fields.One2many("ar.law.wait.row", "wait_id", string="By channel")

    _code_unique = models.UniqueIndex(
        "(code) WHERE active", "Another waiting period already has this code."
    )

    @api.depends("words", "code")
    @api.depends_context("lang")
    def _compute_name(self):
        for wait in self:
            wait.name = wait._say("name") or wait.code

    @api.depends("name")
    def _compute_display_name(self):
        for wait in self:
            wait.display_name = wait.name

    def _row_on(self, company, channel, day):
        """Return the row for a channel on the day of sending; empty when none is known.

        A channel of which the law says nothing is treated like a letter, which gives
        the debtor the most time.
        """
        self.ensure_one()
        for wanted in (channel, "letter"):
            rows = self.row_ids.filtered(lambda row, way=wanted: row.channel == way)
            for dated in rows._in_force(company):
                if dated.span.holds(day):
                    return dated.row
        return self.env["ar.law.wait.row"]
