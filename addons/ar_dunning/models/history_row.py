from odoo import api, fields, models

from .channel import channels


class HistoryRow(models.Model):
    """One earlier reminder of one claim, as read: ready, known already, or to mend.

    Written set-based by ar.history.import; a file may have a hundred thousand.
    """

    _name = "ar.history.row"
    _description = "Earlier reminder"
    _order = "import_id, state desc, number, id"
    _rec_name = "reference"

    import_id = fields.Many2one("ar.history.import", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict")
    number = fields.Integer(string="Row", help="Line of the file.")
    reference = fields.Char(string="Invoice")
    day = fields.Date(string="Date")
    old_level = fields.Char(string="Level there")
    channel = fields.Selection(channels)
    amount = fields.Float(digits=(16, 2))
    text = fields.Char()
    detail = fields.Char()
    claim_id = fields.Many2one("ar.claim", ondelete="cascade")
    partner_id = fields.Many2one(related="claim_id.partner_id", string="Debtor")
    level_id = fields.Many2one("ar.dunning.level", ondelete="cascade")
    level_key = fields.Char()
    history_key = fields.Char()
    state = fields.Selection(
        [("ready", "Ready"), ("known", "Known already"), ("problem", "To mend")]
    )
    problem = fields.Selection(
        [
            ("no_reference", "No invoice"),
            ("bad_date", "No date"),
            ("no_level", "No level"),
            ("bad_amount", "No amount"),
            ("future", "Date in the future"),
            ("too_early", "Before the invoice"),
            ("unknown", "Invoice not found"),
            ("ambiguous", "Several invoices"),
            ("paid", "Paid already"),
            ("repeated", "Twice in the file"),
            ("unmapped", "Level not chosen"),
            ("no_procedure", "Claim without procedure"),
            ("other_procedure", "Level not in the procedure"),
        ]
    )
    read_problem = fields.Char(help="What was wrong when it was read.")
    sentence = fields.Char(compute="_compute_sentence", string="What to do")

    _by_import = models.Index("(import_id, state)")

    @api.depends("problem", "detail", "claim_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        sentences = self._sentences()
        for row in self:
            words = sentences.get(row.problem, "")
            row.sentence = words.replace("{value}", row.detail or "").replace(
                "{procedure}", row.claim_id.procedure_id.name or ""
            )

    @api.model
    def _sentences(self):
        """Return {problem: what is wrong and what to do}."""
        return {
            "no_reference": self.env._(
                "The row names no invoice: fill in its number or payment reference."
            ),
            "bad_date": self.env._(
                "“{value}” is no date: write it as 2026-03-31 or 31/03/2026."
            ),
            "no_level": self.env._("Fill in the level or the channel."),
            "bad_amount": self.env._(
                "“{value}” is no amount: write figures, and cents after a comma or a "
                "point."
            ),
            "future": self.env._("A reminder of the past has no date in the future."),
            "too_early": self.env._(
                "The invoice is younger than this reminder: correct the date or the "
                "number."
            ),
            "unknown": self.env._(
                "No open invoice of this company has this number or reference: correct "
                "it, or leave the row out."
            ),
            "ambiguous": self.env._(
                "Several invoices have this reference: use the invoice number."
            ),
            "paid": self.env._("It is paid: there is nothing to follow up."),
            "repeated": self.env._(
                "The same reminder stands earlier in the file: one is enough."
            ),
            "unmapped": self.env._("Choose on the tab Levels what this level is here."),
            "no_procedure": self.env._(
                "The claim follows no procedure yet: give it one, or take the level "
                "over as history only."
            ),
            "other_procedure": self.env._(
                "“{procedure}”, which the claim follows, has no such level: choose "
                "another one, or history only."
            ),
        }
