from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

OUTCOMES = [
    ("assigned", "Gets its first procedure"),
    ("changed", "Changes by itself"),
    ("proposed", "Is proposed"),
    ("kept", "Stays, unless you apply the segments"),
    ("manual", "Stays: chosen by hand"),
    ("locked", "Stays: locked"),
    ("same", "Stays as it is"),
    ("no_version", "Waits: no version in force"),
]
_COMPARISONS = {
    "<": SQL("<"),
    "<=": SQL("<="),
    ">": SQL(">"),
    ">=": SQL(">="),
}


class ClaimSegment(models.Model):
    """What conditions of segments may look at, and what segments say of a claim."""

    _inherit = "ar.claim"

    country_id = fields.Many2one(
        related="partner_id.country_id", string="Country of the debtor"
    )
    lang = fields.Selection(related="partner_id.lang", string="Language of the debtor")
    partner_tag_ids = fields.Many2many(
        related="partner_id.category_id", string="Tags of the debtor"
    )
    debtor_claim_count = fields.Integer(
        string="Open claims of the debtor",
        compute="_compute_debtor_totals",
        search="_search_debtor_claim_count",
        help="In this company, of the same visibility as this claim.",
    )
    debtor_amount_open = fields.Monetary(
        string="Open amount of the debtor",
        currency_field="company_currency_id",
        compute="_compute_debtor_totals",
        search="_search_debtor_amount_open",
        help="In company currency, in this company, of the same visibility as this "
        "claim.",
    )
    matching_segment_id = fields.Many2one(
        "ar.dunning.segment",
        string="Segment that takes it now",
        compute="_compute_segment_outcome",
        search="_search_matching_segment_id",
    )
    segment_outcome = fields.Selection(
        OUTCOMES,
        string="What the segments would do",
        compute="_compute_segment_outcome",
        search="_search_segment_outcome",
    )

    @api.depends("debtor_id")
    @api.depends_context("uid")
    def _compute_debtor_totals(self):
        totals = {
            key: values
            for *key, count, amount in self.env["ar.claim"]._read_group(
                [
                    ("debtor_id", "in", self.debtor_id.ids),
                    ("state", "=", "open"),
                    ("principal_claim_id", "=", False),
                ],
                ["debtor_id", "company_id", "access_group_id"],
                ["__count", "amount_residual_company:sum"],
            )
            for key, values in [(tuple(key), (count, amount))]
        }
        for claim in self:
            key = (claim.debtor_id, claim.company_id, claim.access_group_id)
            count, amount = totals.get(key, (0, 0.0))
            claim.debtor_claim_count = count
            claim.debtor_amount_open = amount

    def _search_debtor_claim_count(self, operator, value):
        return self._search_debtor_total(SQL("COUNT(*)"), operator, value)

    def _search_debtor_amount_open(self, operator, value):
        total = SQL("COALESCE(SUM(item.amount_residual), 0)")
        return self._search_debtor_total(total, operator, value)

    def _search_debtor_total(self, total, operator, value):
        """Compare a total over the open claims of a debtor.

        Claims of other visibility are never counted, so that a condition says nothing
        about them.
        """
        if operator == "in":
            condition = SQL("%s IN %s", total, tuple(value) or (None,))
        elif operator in _COMPARISONS:
            condition = SQL("%s %s %s", total, _COMPARISONS[operator], value)
        else:
            return NotImplemented
        self.flush_model(
            [
                "debtor_id",
                "company_id",
                "access_group_id",
                "state",
                "principal_claim_id",
            ]
        )
        self.env["account.move.line"].flush_model(["amount_residual"])
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """(%s, %s, COALESCE(%s, 0)) IN (
                    SELECT owed.debtor_id, owed.company_id,
                           COALESCE(owed.access_group_id, 0)
                      FROM ar_claim owed
                      LEFT JOIN account_move_line item ON item.id = owed.line_id
                     WHERE owed.state = 'open' AND owed.principal_claim_id IS NULL
                     GROUP BY owed.debtor_id, owed.company_id,
                              COALESCE(owed.access_group_id, 0)
                    HAVING %s)""",
                SQL.identifier(alias, "debtor_id"),
                SQL.identifier(alias, "company_id"),
                SQL.identifier(alias, "access_group_id"),
                condition,
            )
        )

    @api.depends("procedure_id", "assignment", "procedure_locked", "state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_segment_outcome(self):
        self.matching_segment_id = False
        self.segment_outcome = False
        for company, claims in self.grouped("company_id").items():
            outcomes = self._segment_outcomes(company)
            rows = self.env.execute_query(
                SQL(
                    """SELECT claim_id, segment_id, outcome FROM (%s) AS outcome
                        WHERE claim_id = ANY(%s)""",
                    outcomes,
                    claims.ids,
                )
            )
            for claim_id, segment_id, outcome in rows:
                claim = self.browse(claim_id)
                claim.matching_segment_id = segment_id
                claim.segment_outcome = outcome

    def _search_matching_segment_id(self, operator, value):
        return self._search_outcome(SQL("segment_id"), operator, value)

    def _search_segment_outcome(self, operator, value):
        return self._search_outcome(SQL("outcome"), operator, value)

    def _search_outcome(self, column, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = tuple(one for one in value if one)
        branches = [
            SQL(
                "SELECT claim_id FROM (%s) AS outcome WHERE %s IN %s",
                self._segment_outcomes(company),
                column,
                wanted or (None,),
            )
            for company in self.env.companies
        ]
        found = SQL(" UNION ALL ").join(branches)
        domain = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), found
            )
        )
        if False in value:
            every = SQL(" UNION ALL ").join(
                SQL("SELECT claim_id FROM (%s) AS outcome", outcomes)
                for outcomes in map(self._segment_outcomes, self.env.companies)
            )
            domain |= Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s NOT IN (%s)", SQL.identifier(alias, "id"), every
                )
            )
        return domain

    def _segment_outcomes(self, company):
        """Return the outcome query of a company's readable segments."""
        self.flush_model()
        # What the segments are is no secret to whoever sees claims; the query itself
        # keeps to the claims that the reader may see.
        ranking = self.env["ar.dunning.segment"].search(
            [("company_id", "=", company.id)]
        )
        return ranking[: ranking._first_broken()]._sql_outcomes()
