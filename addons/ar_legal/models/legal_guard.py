from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.ar_dunning.rules.calendar import ONE_DAY

from ..rules import spreadsheet
from .early_warning import STEPS


class LegalGuard(models.Model):
    """What the law asks for before a case may go a certain way.

    Checked whenever a case is opened or moves on. A case that only ends is not held up.
    """

    _inherit = "ar.legal.case"

    registered_on = fields.Date(
        string="Registered notice of",
        tracking=True,
        help="Day on which the registered notice of default was sent.",
    )
    registered_number = fields.Char(
        string="Number of the letter", help="As on the receipt of the post."
    )
    needs_registered = fields.Boolean(compute="_compute_needs_registered")

    @api.depends("track_id.stage_ids.act")
    def _compute_needs_registered(self):
        for case in self:
            case.needs_registered = "warrant" in case.track_id.stage_ids.mapped("act")

    def write(self, vals):
        result = super().write(vals)
        if {"track_id", "stage_id"} & vals.keys():
            self._check_guards()
        return result

    def _take_in(self, due, on):
        result = super()._take_in(due, on)
        self.invalidate_recordset(["claim_ids"])
        self._check_guards()
        return result

    def _check_guards(self):
        """Raise when the law forbids that a case is where it is now."""
        # The law and the answers of the debtor are looked at whoever moves the case.
        for case_sudo in self.sudo():
            if case_sudo.state != "open" or case_sudo.stage_id.closing:
                continue
            obstacle = case_sudo._warrant_obstacle() or case_sudo._summons_obstacle()
            if obstacle:
                raise UserError(obstacle)

    def _acts(self):
        """Return (acts that lie on the track, those that this stage has come to)."""
        stages = self.track_id.stage_ids.filtered("act")
        reached = stages.filtered(lambda one: one.sequence <= self.stage_id.sequence)
        return set(stages.mapped("act")), set(reached.mapped("act"))

    def _present_claims(self):
        return self.claim_ids.filtered("active").claim_id

    def _warrant_obstacle(self):
        """Return why no warrant of the creditor's own may be drawn up; else nothing."""
        self.ensure_one()
        possible, reached = self._acts()
        if "warrant" not in possible:
            return ""
        if self.debtor_id.debtor_class == "public_body":
            return self.env._(
                "%s is a public body: no warrant is possible against it. Choose "
                "another track.",
                self.partner_id.display_name,
            )
        claims = self._present_claims()
        disputed = claims.all_hold_ids.filtered(
            lambda hold: hold.in_force and hold.reason_id.code == "dispute"
        )
        if disputed:
            return self.env._(
                "%s disputes the claim: answer the dispute first, or choose another "
                "track. A warrant is for what is not disputed.",
                self.partner_id.display_name,
            )
        return self._registered_obstacle(claims) if "warrant" in reached else ""

    def _registered_obstacle(self, claims):
        """Return what is missing of the registered notice that has to come first."""
        for claim, regime in claims._regimes().items():
            if not regime.registered_wait_id:
                continue
            if not self.registered_on:
                return self.env._(
                    "A registered notice of default comes before the warrant: fill in "
                    "on which day it was sent."
                )
            period, _proof = regime._wait_after(
                claim.company_id,
                self.registered_on,
                "letter",
                regime.registered_wait_id,
            )
            if period and self.stage_on < period.claimable_from:
                return self.env._(
                    "After the registered notice the debtor has until %s: the warrant "
                    "comes after that day.",
                    format_date(self.env, period.claimable_from - ONE_DAY),
                )
        return ""

    def _summons_obstacle(self):
        """Return why nobody may be summoned or evicted yet; else nothing."""
        self.ensure_one()
        _possible, reached = self._acts()
        if "summons" not in reached:
            return ""
        warnings = self.env["ar.early.warning"]
        for claim, regime in self._present_claims()._regimes().items():
            if regime.checklist != "early_warning":
                continue
            missing = warnings._missing_of(claim)
            if missing:
                return self.env._(
                    "Rent of a dwelling, %(claim)s: before a summons the law asks for "
                    "early help. Still missing: %(missing)s. Fill it in under “Early "
                    "warnings”.",
                    claim=claim.display_name,
                    missing=", ".join(missing),
                )
        return ""

    def _early_help(self):
        """Return {path: bytes}: steps to help a tenant early, where the law asks."""
        claims = self.claim_ids.claim_id
        asked = any(
            regime.checklist == "early_warning" for regime in claims._regimes().values()
        )
        warnings = self.env["ar.early.warning"].search(
            [
                ("debtor_id", "=", self.debtor_id.id),
                ("company_id", "=", self.company_id.id),
                ("claim_id", "in", (False, *claims.ids)),
            ],
            order="id",
        )
        if not asked or not warnings:
            return {}
        columns = (*STEPS, "objection", "reported_on")
        rows = [
            [
                *(one[step] or None for step in STEPS),
                one.objection,
                one.reported_on or None,
            ]
            for one in warnings
        ]
        return {"evidence/early-warnings.csv": spreadsheet.table(columns, rows)}
