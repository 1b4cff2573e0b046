from odoo import api, fields, models


class LawPack(models.Model):
    """The law of one country, as an addon brings it."""

    _name = "ar.law.pack"
    _description = "Law pack"
    _order = "code"
    _rec_name = "code"

    code = fields.Char(required=True, readonly=True)
    country_id = fields.Many2one(
        "res.country", required=True, readonly=True, ondelete="restrict"
    )
    version = fields.Char(required=True, readonly=True)
    loaded_on = fields.Date(string="Since", required=True, readonly=True)
    series_ids = fields.One2many("ar.law.series", "pack_id", string="Interest")
    tariff_ids = fields.One2many("ar.law.tariff", "pack_id", string="Costs")
    wait_ids = fields.One2many("ar.law.wait", "pack_id", string="Waiting periods")
    regime_ids = fields.One2many("ar.law.regime", "pack_id", string="Regimes")
    change_ids = fields.One2many("ar.law.change", "pack_id", string="Changes")
    unseen_count = fields.Integer(
        string="Changes to look at", compute="_compute_counts"
    )
    unverified_count = fields.Integer(
        string="Rows to verify", compute="_compute_counts"
    )

    _code_unique = models.Constraint("UNIQUE (code)", "This pack is there already.")

    @api.depends("country_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for pack in self:
            pack.display_name = pack.country_id.name

    @api.depends("change_ids.seen")
    def _compute_counts(self):
        unseen = dict(
            self.env["ar.law.change"]._read_group(
                [("pack_id", "in", self.ids), ("seen", "=", False)],
                ["pack_id"],
                ["__count"],
            )
        )
        unverified = self._count_unverified()
        for pack in self:
            pack.unseen_count = unseen.get(pack, 0)
            pack.unverified_count = unverified[pack]

    def _count_unverified(self):
        """Return {pack: number of rows, prescriptions and contents to verify}."""
        counted = dict.fromkeys(self, 0)
        for model, condition in (
            *((model, "unverified") for model in self._row_models()),
            ("ar.law.regime", "prescription_unverified"),
        ):
            for pack, count in self.env[model]._read_group(
                [("pack_id", "in", self.ids), (condition, "=", True)],
                ["pack_id"],
                ["__count"],
            ):
                counted[pack] += count
        for regime, count in self.env["ar.law.content"]._read_group(
            [
                ("regime_id.pack_id", "in", self.ids),
                ("regime_id.active", "=", True),
                ("unverified", "=", True),
            ],
            ["regime_id"],
            ["__count"],
        ):
            counted[regime.pack_id] += count
        return counted

    @api.model
    def _row_models(self):
        """Return the models of rows that say where they come from."""
        return ("ar.law.rate", "ar.law.tariff.row", "ar.law.wait.row", "ar.law.regime")

    def action_changes(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_law_change_action"
        )
        return {**action, "domain": [("pack_id", "in", self.ids)]}
