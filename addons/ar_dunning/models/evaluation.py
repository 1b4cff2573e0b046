from odoo import api, models
from odoo.tools import SQL

# Columns of one evaluated claim, in the order of the query.
COLUMNS = (
    "claim_id",
    "company_id",
    "root_company_id",
    "debtor_id",
    "partner_id",
    "access_group_id",
    "currency_id",
    "procedure_id",
    "version_id",
    "cycle",
    "date_due",
    "residual",
    "covered",
    "collectable",
    "collectable_company",
    "costs",
    "level_id",
    "level_key",
    "level_sequence",
    "level_kind",
    "level_date",
    "skipped",
    "channel",
    "occurrence",
    "channels",
    "reachable",
    "recipient_id",
    "recipient_role",
    "part",
    "blockers",
)

# What the evaluation needs of a claim: every column more is carried through it all, and
# when it changes the claim is evaluated anew (ar.claim.candidate).
CLAIM_COLUMNS = (
    "id",
    "company_id",
    "root_company_id",
    "debtor_id",
    "partner_id",
    "access_group_id",
    "account_id",
    "currency_id",
    "claim_type_id",
    "principal_claim_id",
    "procedure_id",
    "version_id",
    "cycle",
    "date_due",
    "level_id",
    "level_key",
    "level_sequence",
    "level_occurrence",
    "level_line_id",
    "dispatched_on",
    "effective_on",
    "expedited_on",
    "start_level_key",
)

# Columns by which the result is joined or chosen.
_ANALYSED = (
    "claim_id",
    "debtor_id",
    "currency_id",
    "version_id",
    "level_id",
    "part",
    "blockers",
)


class Evaluation(models.AbstractModel):
    """The one evaluation: from facts to next level, its date and its blockers.

    A set-based function over the ledger, the claims, the holds and the procedure
    versions as of a day. The run uses it for a company, dispatch for the debtors of a
    chunk, the explanation for single partners; no other code decides these things.

    How it works: claim facts (residual, virtual matching, level, date) -> blockers per
    claim, from a list of sources that addons extend -> gates per debtor.
    """

    _name = "ar.evaluation"
    _description = "Evaluation of claims"

    @api.model
    def _evaluate(self, company, on, partners=None):
        """Return one dict (see COLUMNS) per open claim.

        :param company: one res.company: the ledger company of the claims.
        :param on: date, the day to evaluate for.
        :param partners: commercial partners to limit it to; gates are per debtor, so
            it is never limited to claims (a run does that, see `_evaluate_into`)
        """
        self._flush()
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM (%s) evaluated ORDER BY date_due, claim_id",
                self._sql_columns(),
                self._sql_evaluate(company, on, partners and partners.ids),
            )
        )
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    @api.model
    def _evaluate_into(
        self, table, company, on, partners=None, claims=None, ignore_live=False
    ):
        """Evaluate into a temporary table that lives until the transaction ends.

        :param partners: commercial partners to limit it to: ids, or the query of those
            for whom anything may come in a run of the whole company
        :param claims: query of the claims of these partners to limit it to; of a
            debtor with a credit, or where a level has a minimum share, it has all
        """
        self._flush()
        identifier = SQL.identifier(table)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", identifier))
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s FROM (%s) evaluated",
                identifier,
                self._sql_columns(),
                self._sql_evaluate(company, on, partners, claims, ignore_live),
            )
        )
        # A small sample tells enough, and takes a tenth of the time.
        self.env.cr.execute("SET LOCAL default_statistics_target = 10")
        self.env.cr.execute(
            SQL(
                "ANALYZE %s (%s)",
                identifier,
                SQL(", ").join(SQL.identifier(name) for name in _ANALYSED),
            )
        )
        self.env.cr.execute("SET LOCAL default_statistics_target = DEFAULT")

    @api.model
    def _flush(self):
        """Everything that the evaluation reads must be in the database.

        The query is large: to compile it takes longer than to run it.
        """
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL jit = off")

    @api.model
    def _sql_columns(self):
        return SQL(", ").join(SQL.identifier(name) for name in COLUMNS)

    # -- the query --------------------------------------------------------------

    @api.model
    def _sql_evaluate(
        self, company, on, partner_ids=None, claims=None, ignore_live=False
    ):
        """Return the query: one row per open claim of the company.

        :param partner_ids: as `partners` of `_evaluate_into`
        :param claims: as of `_evaluate_into`
        :param ignore_live: do not count a proposed or approved line as a blocker
            (dispatch looks again at the very lines it is about to send).
        """
        sources = self._blocker_sources(on) + self._company_sources(
            company, on, partner_ids
        )
        if not ignore_live:
            sources.append(self._sql_live_lines())
        return SQL(
            """
            WITH company_claim AS MATERIALIZED (%(claims)s),
            cover AS (%(cover)s),
            held AS MATERIALIZED (
                SELECT hold.id AS hold_id, claim.id AS claim_id
                  FROM ar_hold hold
                  JOIN company_claim claim ON claim.id = hold.claim_id
                UNION ALL
                SELECT hold.id, claim.id
                  FROM ar_hold hold
                  JOIN company_claim claim ON claim.debtor_id = hold.debtor_id
            ),
            frozen AS MATERIALIZED (%(frozen)s),
            %(reach)s,
            -- Apart: what the dates might cost would hide what all else costs.
            stepped AS MATERIALIZED (%(steps)s),
            fact AS MATERIALIZED (%(facts)s),
            blocking (claim_id, rank, blocker) AS (%(blocking)s),
            blocked AS (
                SELECT claim_id, array_agg(blocker ORDER BY rank, blocker) AS blockers
                  FROM blocking GROUP BY claim_id
            )
            %(gates)s
            """,
            claims=self._sql_claims(company, partner_ids, claims),
            cover=self._sql_cover(company, partner_ids),
            frozen=self._sql_frozen(on),
            reach=self._sql_reach_tables(on),
            steps=self._sql_steps(company, on),
            facts=self._sql_facts(),
            blocking=SQL(" UNION ALL ").join(SQL("(%s)", part) for part in sources),
            gates=self._sql_gates(company, on, partner_ids),
        )

    @api.model
    def _sql_claims(self, company, partner_ids, claims=None):
        """Open claims of the whole company tree: credits cover the oldest first."""
        return SQL(
            """
            SELECT %(columns)s, line.amount_residual_currency AS residual,
                   line.amount_residual AS residual_company,
                   COALESCE(claim.amount_costs, 0)
                   + COALESCE(claim.amount_interest, 0) AS costs,
                   CASE WHEN NOT journal.ar_follow_up THEN TRUE
                        WHEN line.no_followup
                        THEN (SELECT move.move_type <> 'entry' FROM account_move move
                               WHERE move.id = line.move_id)
                        ELSE FALSE END AS no_follow_up
              FROM ar_claim claim
              JOIN account_move_line line ON line.id = claim.line_id
              JOIN account_journal journal ON journal.id = line.journal_id
             WHERE claim.root_company_id = %(root)s
               AND claim.state = 'open'
               AND %(among)s
            """,
            columns=SQL(", ").join(
                SQL.identifier("claim", name) for name in CLAIM_COLUMNS
            ),
            root=company.root_id.id,
            among=SQL("claim.id IN (%s)", claims)
            if claims
            else self._sql_among(SQL("claim.partner_id"), partner_ids),
        )

    @api.model
    def _sql_among(self, column, partner_ids):
        """Return whether a column is one of the partners; always when there are none.

        :param partner_ids: as `partners` of `_evaluate_into`
        """
        if partner_ids is None:
            return SQL("TRUE")
        if isinstance(partner_ids, SQL):
            return SQL("%s IN (%s)", column, partner_ids)
        return SQL("%s = ANY(%s)", column, list(partner_ids))

    @api.model
    def _sql_of_debtors(self, column, partner_ids):
        """Return whether a column is a partner, or a contact, of these debtors."""
        if partner_ids is None:
            return SQL("TRUE")
        return SQL(
            "%s IN (SELECT id FROM res_partner WHERE %s)",
            column,
            self._sql_among(SQL("commercial_partner_id"), partner_ids),
        )

    @api.model
    def _sql_cover(self, company, partner_ids):
        """Virtual matching: open credits cover the oldest due claims first.

        Per commercial partner, receivable account and currency within the company
        tree; equal to rules/matching.py (compared in a property test). Where claims
        are restricted, see _sql_cover_apart.
        """
        if self.env["ar.claim.type"]._access_group_ids():
            return self._sql_cover_apart(company, partner_ids)
        return SQL(
            """
            WITH credit AS MATERIALIZED (%(credits)s), owing AS MATERIALIZED (%(owing)s)
            SELECT claim_id,
                   GREATEST(0, LEAST(residual, credit - (running - residual)))
                   AS covered
              FROM (
                SELECT claim.id AS claim_id, claim.residual, credit.amount AS credit,
                       SUM(claim.residual) OVER (
                           PARTITION BY claim.partner_id, claim.account_id,
                                        claim.currency_id
                           ORDER BY claim.date_due, claim.id) AS running
                  FROM owing claim
                  JOIN credit
                    ON credit.partner_id = claim.partner_id
                   AND credit.account_id = claim.account_id
                   AND credit.currency_id = claim.currency_id
              ) matched
             WHERE credit - (running - residual) > 0
            """,
            credits=self._sql_credits(company, partner_ids),
            owing=self._sql_owing(),
        )

    @api.model
    def _sql_owing(self):
        """The claims of debtors with a `credit`: mostly few.

        Taken for a list of one, the credits would be gone through once per claim; what
        is hashed, IS TRUE keeps hashed.
        """
        return SQL(
            """
            SELECT id, partner_id, account_id, currency_id, access_group_id, date_due,
                   residual
              FROM company_claim claim
             WHERE (partner_id IN (SELECT partner_id FROM credit)) IS TRUE
            """
        )

    @api.model
    def _sql_credits(self, company, partner_ids, *more):
        """Open credits per commercial partner, receivable account and currency.

        :param more: columns of the item `line` by which they are kept apart as well.
        """
        return SQL(
            """
            SELECT COALESCE(partner.commercial_partner_id, partner.id) AS partner_id,
                   line.account_id, line.currency_id,
                   -SUM(line.amount_residual_currency) AS amount %(more)s
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN res_company company ON company.id = line.company_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.reconciled IS NOT TRUE
               AND line.parent_state = 'posted'
               AND account.account_type = 'asset_receivable'
               AND line.amount_residual_currency < 0
               AND company.parent_path LIKE %(tree)s
               AND %(narrow)s
             GROUP BY 1, 2, 3 %(more)s
            """,
            tree=f"{company.root_id.id}/%",
            narrow=self._sql_of_debtors(SQL("line.partner_id"), partner_ids),
            more=SQL().join(SQL(", %s", column) for column in more),
        )

    @api.model
    def _sql_frozen(self, on):
        """Days on which the clock of a claim stood still, as merged periods.

        One multirange per claim. Open ends count to today: what comes after is
        unknown. Overlapping holds count once.
        """
        return SQL(
            """
            SELECT held.claim_id, range_agg(daterange(
                   hold.date_from,
                   LEAST(COALESCE(hold.date_to + 1, hold.lifted_on, %(end)s),
                         COALESCE(hold.lifted_on, hold.date_to + 1, %(end)s))
                   )) AS periods
              FROM held
              JOIN ar_hold hold ON hold.id = held.hold_id
              JOIN ar_hold_reason reason ON reason.id = hold.reason_id
               AND reason.freezes_clock
             WHERE hold.date_from < LEAST(
                   COALESCE(hold.date_to + 1, hold.lifted_on, %(end)s),
                   COALESCE(hold.lifted_on, hold.date_to + 1, %(end)s))
             GROUP BY held.claim_id
            """,
            end=SQL("(%s::date + 1)", on),
        )
