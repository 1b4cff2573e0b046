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
    "level_id",
    "level_key",
    "level_sequence",
    "level_kind",
    "level_date",
    "skipped",
    "channel",
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
            a debtor is always evaluated whole.
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
    def _evaluate_into(self, table, company, on, partners=None, ignore_live=False):
        """Evaluate into a temporary table that lives until the transaction ends."""
        self._flush()
        identifier = SQL.identifier(table)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", identifier))
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s FROM (%s) evaluated",
                identifier,
                self._sql_columns(),
                self._sql_evaluate(company, on, partners, ignore_live),
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", identifier))

    @api.model
    def _flush(self):
        """Everything that the evaluation reads must be in the database."""
        self.env.flush_all()

    @api.model
    def _sql_columns(self):
        return SQL(", ").join(SQL.identifier(name) for name in COLUMNS)

    # -- the query --------------------------------------------------------------

    @api.model
    def _sql_evaluate(self, company, on, partner_ids=None, ignore_live=False):
        """Return the query: one row per open claim of the company.

        :param ignore_live: do not count a proposed or approved line as a blocker
            (dispatch looks again at the very lines it is about to send).
        """
        sources = self._blocker_sources(on)
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
            level_channels AS (
                SELECT level_id, array_agg(channel ORDER BY sequence, id) AS channels
                  FROM ar_dunning_level_channel GROUP BY level_id
            ),
            reach AS MATERIALIZED (%(reach)s),
            fact AS MATERIALIZED (%(facts)s),
            blocking (claim_id, rank, blocker) AS (%(blocking)s),
            blocked AS (
                SELECT claim_id, array_agg(blocker ORDER BY rank, blocker) AS blockers
                  FROM blocking GROUP BY claim_id
            )
            %(gates)s
            """,
            claims=self._sql_claims(company, partner_ids),
            cover=self._sql_cover(company, partner_ids),
            frozen=self._sql_frozen(on),
            reach=self._sql_reach(),
            facts=self._sql_facts(company, on),
            blocking=SQL(" UNION ALL ").join(SQL("(%s)", part) for part in sources),
            gates=self._sql_gates(),
        )

    @api.model
    def _sql_claims(self, company, partner_ids):
        """Open claims of the whole company tree: credits cover the oldest first."""
        narrow = SQL()
        if partner_ids is not None:
            narrow = SQL("AND claim.partner_id = ANY(%s)", list(partner_ids))
        return SQL(
            """
            SELECT claim.*, line.amount_residual_currency AS residual,
                   line.amount_residual AS residual_company,
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
               %(narrow)s
            """,
            root=company.root_id.id,
            narrow=narrow,
        )

    @api.model
    def _sql_cover(self, company, partner_ids):
        """Virtual matching: open credits cover the oldest due claims first.

        Per commercial partner, receivable account and currency within the company
        tree; equal to rules/matching.py (compared in a property test).
        """
        return SQL(
            """
            SELECT claim_id,
                   GREATEST(0, LEAST(residual, credit - (running - residual)))
                   AS covered
              FROM (
                SELECT claim.id AS claim_id, claim.residual, credit.amount AS credit,
                       SUM(claim.residual) OVER (
                           PARTITION BY claim.partner_id, claim.account_id,
                                        claim.currency_id
                           ORDER BY claim.date_due, claim.id) AS running
                  FROM company_claim claim
                  JOIN (%s) credit
                    ON credit.partner_id = claim.partner_id
                   AND credit.account_id = claim.account_id
                   AND credit.currency_id = claim.currency_id
              ) matched
             WHERE credit - (running - residual) > 0
            """,
            self._sql_credits(company, partner_ids),
        )

    @api.model
    def _sql_credits(self, company, partner_ids):
        """Open credits per commercial partner, receivable account and currency."""
        narrow = SQL()
        if partner_ids is not None:
            narrow = SQL(
                """AND line.partner_id IN (
                       SELECT id FROM res_partner
                        WHERE commercial_partner_id = ANY(%s))""",
                list(partner_ids),
            )
        return SQL(
            """
            SELECT COALESCE(partner.commercial_partner_id, partner.id) AS partner_id,
                   line.account_id, line.currency_id,
                   -SUM(line.amount_residual_currency) AS amount
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN res_company company ON company.id = line.company_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.reconciled IS NOT TRUE
               AND line.parent_state = 'posted'
               AND account.account_type = 'asset_receivable'
               AND line.amount_residual_currency < 0
               AND company.parent_path LIKE %s
               %s
             GROUP BY 1, 2, 3
            """,
            f"{company.root_id.id}/%",
            narrow,
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

    @api.model
    def _sql_clock_date(self, start, days):
        """Return `start` + `days`, moved by the frozen days of claim `claim`.

        The same closed form as rules/levels.py clock_date: period k counts when it
        begins on or before the date reached with the periods before it.
        """
        return SQL(
            """
            %(start)s + %(days)s + CASE
                WHEN claim.frozen_periods IS NULL THEN 0
                ELSE COALESCE((
                    SELECT SUM(days)::int FROM (
                        SELECT first_day, days,
                               COALESCE(SUM(days) OVER (
                                   ORDER BY first_day ROWS BETWEEN
                                   UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::int
                               AS before
                          FROM (
                            SELECT GREATEST(lower(period), %(start)s + 1)
                                   AS first_day,
                                   upper(period)
                                   - GREATEST(lower(period), %(start)s + 1) AS days
                              FROM unnest(claim.frozen_periods) AS period
                             WHERE upper(period) > %(start)s + 1
                          ) clipped
                    ) counted
                    WHERE first_day <= %(start)s + %(days)s + before), 0)
                END
            """,
            start=start,
            days=days,
        )

    @api.model
    def _sql_reach(self):
        """Channels by which a commercial partner can be reached, as an array."""
        return SQL(
            """
            SELECT partner_id, array_agg(channel) AS channels
              FROM (%s) usable
             GROUP BY partner_id
            """,
            SQL(" UNION ALL ").join(self._reach_sources()),
        )

    @api.model
    def _reach_sources(self):
        """Queries (partner_id, channel) of who can be reached how. For extension."""
        owing = SQL("(SELECT DISTINCT partner_id FROM company_claim) owing")
        return [
            SQL(
                """
                SELECT owing.partner_id, 'email' AS channel
                  FROM %s
                  JOIN LATERAL (%s) contact ON contact.email_normalized IS NOT NULL
                 WHERE NOT EXISTS (
                       SELECT FROM mail_blacklist
                        WHERE mail_blacklist.email = contact.email_normalized
                          AND mail_blacklist.active)
                """,
                owing,
                self._sql_recipient(SQL("owing.partner_id"), "email_normalized"),
            ),
            SQL(
                """
                SELECT owing.partner_id, 'letter'
                  FROM %s
                  JOIN LATERAL (%s) contact
                    ON contact.street <> '' AND contact.city <> ''
                """,
                owing,
                self._sql_recipient(SQL("owing.partner_id"), "street"),
            ),
        ]

    @api.model
    def _sql_recipient(self, partner, needed):
        """Return the query of the contact who gets the notices of a partner.

        The invoice contact if it has what the channel needs, else the partner.
        """
        return SQL(
            """
            SELECT contact.*
              FROM res_partner contact
             WHERE (contact.id = %(partner)s
                    OR (contact.parent_id = %(partner)s AND contact.type = 'invoice'
                        AND contact.active))
               AND contact.%(needed)s IS NOT NULL
             ORDER BY contact.id = %(partner)s, contact.id
             LIMIT 1
            """,
            partner=partner,
            needed=SQL.identifier(needed),
        )

    @api.model
    def _sql_facts(self, company, on):
        """Amounts, level and date of each claim of the company itself."""
        clock_date = self._sql_clock_date(
            SQL("claim.date_due"), SQL("level.offset_days")
        )
        wait_date = self._sql_clock_date(
            SQL("claim.effective_on"), SQL("step.minimum_wait_days")
        )
        return SQL(
            """
            SELECT claim.id AS claim_id, claim.*, step.id AS next_level_id,
                   step.level_key AS next_level_key,
                   step.sequence AS next_level_sequence, step.kind AS level_kind,
                   step.minimum_amount, step.phase AS next_phase,
                   step.clock_date, step.skipped,
                   CASE WHEN claim.level_sequence > 0
                         AND claim.effective_on IS NOT NULL
                        THEN GREATEST(step.clock_date, %(wait_date)s)
                        ELSE step.clock_date END AS level_date,
                   claim.level_sequence > 0 AND claim.effective_on IS NULL
                   AND (%(waits)s) AS awaiting,
                   version.state AS version_state, procedure.combine,
                   (SELECT wanted FROM unnest(level_channels.channels)
                           WITH ORDINALITY AS preference (wanted, place)
                     WHERE wanted = ANY(reach.channels)
                     ORDER BY place LIMIT 1) AS channel
              FROM (
                SELECT company_claim.*, COALESCE(cover.covered, 0) AS covered,
                       frozen.periods AS frozen_periods
                  FROM company_claim
                  LEFT JOIN cover ON cover.claim_id = company_claim.id
                  LEFT JOIN frozen ON frozen.claim_id = company_claim.id
                 WHERE company_claim.company_id = %(company)s
                   AND company_claim.principal_claim_id IS NULL
              ) claim
              LEFT JOIN ar_dunning_procedure procedure
                     ON procedure.id = claim.procedure_id
              LEFT JOIN ar_dunning_procedure_version version
                     ON version.id = claim.version_id
              LEFT JOIN LATERAL (
                SELECT ladder.*, CASE
                       -- Between neighbours there is nothing to skip.
                       WHEN ladder.sequence > COALESCE(claim.level_sequence, 0) + 1
                       THEN (SELECT string_agg(level_key, ',' ORDER BY sequence)
                               FROM ar_dunning_level missed
                              WHERE missed.version_id = claim.version_id
                                AND missed.sequence >
                                    COALESCE(claim.level_sequence, 0)
                                AND missed.sequence < ladder.sequence
                                AND NOT missed.mandatory) END AS skipped
                  FROM (
                    SELECT level.*, %(clock_date)s AS clock_date
                      FROM ar_dunning_level level
                     WHERE level.version_id = claim.version_id
                       AND level.sequence > COALESCE(claim.level_sequence, 0)
                       AND (claim.level_key IS NULL OR NOT EXISTS (
                            SELECT FROM ar_dunning_notice_line reached
                             WHERE reached.claim_id = claim.id
                               AND reached.cycle = claim.cycle
                               AND reached.level_key = level.level_key
                               AND reached.role <> 'information'
                               AND reached.state = 'dispatched'))
                  ) ladder
                 WHERE ladder.mandatory
                    OR ladder.clock_date + ladder.expires_after_days >= %(on)s
                 ORDER BY ladder.sequence
                 LIMIT 1
              ) step ON TRUE
              LEFT JOIN level_channels ON level_channels.level_id = step.id
              LEFT JOIN reach ON reach.partner_id = claim.partner_id
            """,
            on=on,
            company=company.id,
            clock_date=clock_date,
            wait_date=wait_date,
            waits=self._sql_waits_for_delivery(),
        )

    @api.model
    def _sql_waits_for_delivery(self):
        """Whether the next level waits until the last notice of `claim` has arrived.

        A level that may be left out does not stand in the way of the next one once
        its delivery has failed.
        """
        return SQL(
            """
            EXISTS (SELECT FROM ar_dunning_level reached
                     WHERE reached.id = claim.level_id AND reached.mandatory)
            OR EXISTS (SELECT FROM ar_dunning_notice_line line
                         JOIN ar_delivery delivery
                           ON delivery.notice_id = line.notice_id
                        WHERE line.id = claim.level_line_id
                          AND delivery.state IN ('ready', 'handing_over', 'printed'))
            """
        )

    # -- blockers ---------------------------------------------------------------

    @api.model
    def _blocker_sources(self, on):
        """Queries (claim_id, rank, blocker) over `fact`. For extension.

        A blocker is the text `code`, or `code|until|detail`; `until` is a date in ISO
        form or empty. Lower ranks are shown first.
        """
        return [
            SQL(
                """
                SELECT claim_id, 10, 'no_procedure' FROM fact
                 WHERE procedure_id IS NULL
                UNION ALL
                SELECT claim_id, 11, 'no_active_version' FROM fact
                 WHERE procedure_id IS NOT NULL AND version_id IS NULL
                UNION ALL
                SELECT claim_id, 12, 'finished' FROM fact
                 WHERE version_id IS NOT NULL AND next_level_id IS NULL
                UNION ALL
                SELECT claim_id, 20, 'not_yet_due|' || level_date FROM fact
                 WHERE level_date > %(on)s
                UNION ALL
                SELECT claim_id, 31, 'awaiting_delivery' FROM fact WHERE awaiting
                UNION ALL
                SELECT claim_id, 50, 'no_follow_up' FROM fact WHERE no_follow_up
                UNION ALL
                SELECT claim_id, 51, 'covered_by_credit' FROM fact
                 WHERE covered >= residual
                UNION ALL
                SELECT claim_id, 70, 'no_channel' FROM fact
                 WHERE channel IS NULL AND level_kind = 'notice'
                """,
                on=on,
            ),
            self._sql_holds(on),
        ]

    @api.model
    def _stopping_codes(self):
        """Codes of blockers that also stop what has been dispatched. For extension.

        A claim with one of them is not mentioned on a notice, and a notice that claims
        it is withdrawn before it leaves. Other blockers only keep the next level back.
        """
        return ["hold", "no_follow_up"]

    @api.model
    def _sql_stopped(self, blockers):
        """Return whether one of `blockers`, an SQL array, stops what is under way."""
        return SQL(
            """EXISTS (SELECT FROM unnest(%s) AS blocker
                        WHERE split_part(blocker, '|', 1) = ANY(%s))""",
            blockers,
            self._stopping_codes(),
        )

    @api.model
    def _sql_holds(self, on):
        """One blocker per claim on hold: the hold that ends last."""
        return SQL(
            """
            SELECT DISTINCT ON (fact.claim_id) fact.claim_id, 40,
                   'hold|' || COALESCE(hold.date_to::text, '') || '|'
                   || hold.reason_id
              FROM ar_hold hold
              JOIN held ON held.hold_id = hold.id
              JOIN fact ON fact.claim_id = held.claim_id
             WHERE hold.date_from <= %(on)s
               AND (hold.date_to IS NULL OR hold.date_to >= %(on)s)
               AND (hold.lifted_on IS NULL OR hold.lifted_on > %(on)s)
             ORDER BY fact.claim_id, hold.date_to DESC NULLS FIRST, hold.id
            """,
            on=on,
        )

    @api.model
    def _sql_live_lines(self):
        return SQL(
            """
            SELECT fact.claim_id, 30, 'in_progress'
              FROM fact
              JOIN ar_dunning_notice_line line ON line.claim_id = fact.claim_id
               AND line.role = 'claimed' AND line.state IN ('proposed', 'approved')
            """
        )

    # -- gates of the debtor ----------------------------------------------------

    @api.model
    def _sql_gates(self):
        """Put the pieces together and apply what is decided per notice.

        A minimum amount holds for what leaves together: of the claims that one notice
        would have, those with the highest minimum that they reach with all claims of
        that minimum or less.
        """
        return SQL(
            """
            , counted AS (
                SELECT fact.*, COALESCE(blocked.blockers, '{}') AS blockers,
                       CASE WHEN fact.residual = 0 THEN 0
                            ELSE (fact.residual - fact.covered)
                                 * fact.residual_company / fact.residual
                       END AS collectable_company,
                       CASE fact.combine
                            WHEN 'per_level' THEN fact.next_level_id
                            WHEN 'per_claim' THEN fact.claim_id
                            ELSE (fact.next_phase = 'proactive')::int END AS part
                  FROM fact
                  LEFT JOIN blocked ON blocked.claim_id = fact.claim_id
            ), summed AS (
                SELECT counted.*, SUM(collectable_company) OVER (
                           PARTITION BY %(notice)s ORDER BY minimum_amount) AS total
                  FROM counted
            ), gate AS (
                SELECT summed.*, MAX(minimum_amount) FILTER (
                           WHERE total >= minimum_amount)
                           OVER (PARTITION BY %(notice)s) AS reached_minimum
                  FROM summed
            )
            SELECT gate.claim_id, gate.company_id, gate.root_company_id,
                   gate.debtor_id, gate.partner_id, gate.access_group_id,
                   gate.currency_id, gate.procedure_id, gate.version_id, gate.cycle,
                   gate.date_due, gate.residual, gate.covered,
                   gate.residual - gate.covered AS collectable,
                   gate.collectable_company, gate.next_level_id AS level_id,
                   gate.next_level_key AS level_key,
                   gate.next_level_sequence AS level_sequence, gate.level_kind,
                   gate.level_date, gate.skipped, gate.channel,
                   CASE WHEN gate.blockers = '{}'
                         AND gate.minimum_amount > COALESCE(gate.reached_minimum, 0)
                        THEN ARRAY['below_minimum||' || gate.minimum_amount]
                        ELSE gate.blockers END AS blockers
              FROM gate
            """,
            notice=SQL(
                """blockers = '{}', debtor_id, currency_id, access_group_id, version_id,
                   level_kind, part"""
            ),
        )
