from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PROPOSED_TABLE = "ar_run_proposed"


class NoticeException(models.Model):
    """Why a proposed notice deserves a look of its own before it is approved."""

    _inherit = "ar.dunning.notice"

    exceptions = fields.Char(
        readonly=True,
        copy=False,
        help="Codes of what is out of the ordinary, parted by commas.",
    )
    exception_words = fields.Char(
        string="Look at it",
        compute="_compute_exception_words",
        help="Why to look before you approve. First of its kind: no notice of this "
        "level of this procedure has left the company before, in whatever version.",
    )
    is_exception = fields.Boolean(
        compute="_compute_exception_words", search="_search_is_exception"
    )

    @api.depends("exceptions")
    @api.depends_context("lang")
    def _compute_exception_words(self):
        words = self._exception_labels()
        for notice in self:
            codes = (notice.exceptions or "").split(",")
            notice.exception_words = ", ".join(
                words.get(code, code) for code in codes if code
            )
            notice.is_exception = bool(notice.exceptions)

    def _search_is_exception(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return Domain.TRUE
        return Domain("exceptions", "!=" if True in value else "=", False)

    @api.model
    def _exception_labels(self):
        """Return {code: words} of the exceptions. For extension."""
        return {
            "amount": self.env._("Large amount"),
            "first_of_kind": self.env._("First of its kind"),
            "vip": self.env._("Important debtor"),
            "new_address": self.env._("New address"),
        }

    @api.model
    def _exception_sources(self, company):
        """Queries (notice_id, code) over `proposed`, the notices. For extension.

        First of its kind: no notice of this level of its procedure has left the company
        before, in whatever version. A new version with the same level is no new kind.
        What was undone before anything of it left does not count, nor does a test once
        the company is live.
        """
        return [
            SQL(
                """
                SELECT line.notice_id, 'amount'
                  FROM ar_dunning_notice_line line
                  JOIN proposed ON proposed.id = line.notice_id
                  JOIN ar_claim claim ON claim.id = line.claim_id
                 WHERE line.role = 'claimed' AND claim.amount_original <> 0
                 GROUP BY line.notice_id
                HAVING SUM(line.amount_open * claim.amount_original_company
                           / claim.amount_original) > %(limit)s
                   AND %(limit)s > 0
                """,
                limit=company.ar_exception_amount,
            ),
            SQL(
                """
                WITH kind AS MATERIALIZED (
                    SELECT DISTINCT company_id, access_group_id, level_id FROM proposed
                ), met AS MATERIALIZED (
                    -- Asked of each kind: the first notice that is found is enough.
                    SELECT kind.*, EXISTS (
                           SELECT FROM ar_dunning_notice earlier
                            WHERE earlier.level_id = ANY(same.level_ids)
                              AND earlier.company_id = kind.company_id
                              AND (earlier.access_group_id IS NULL
                                   OR earlier.access_group_id = kind.access_group_id)
                              AND (earlier.sandbox IS NOT TRUE OR %(sandbox)s)
                              AND (earlier.state = 'dispatched'
                                   OR earlier.state = 'withdrawn' AND EXISTS (
                                      SELECT FROM ar_delivery delivery
                                       WHERE delivery.notice_id = earlier.id
                                         AND delivery.state IN (
                                             'sent', 'bounced', 'handing_over')))
                           ) AS has_left
                      FROM kind
                      LEFT JOIN LATERAL (
                        SELECT array_agg(known.id) AS level_ids
                          FROM ar_dunning_level level
                          JOIN ar_dunning_procedure_version version
                            ON version.id = level.version_id
                          JOIN ar_dunning_procedure_version any_version
                            ON any_version.procedure_id = version.procedure_id
                          JOIN ar_dunning_level known
                            ON known.version_id = any_version.id
                           AND known.level_key = level.level_key
                         WHERE level.id = kind.level_id
                      ) same ON TRUE
                )
                SELECT proposed.id, 'first_of_kind'
                  FROM proposed
                  JOIN met
                    ON NOT met.has_left
                   AND met.level_id IS NOT DISTINCT FROM proposed.level_id
                   AND met.company_id = proposed.company_id
                   AND met.access_group_id IS NOT DISTINCT FROM proposed.access_group_id
                """,
                sandbox=company.ar_sandbox,
            ),
            SQL(
                """
                SELECT proposed.id, 'vip'
                  FROM proposed
                 WHERE EXISTS (
                       SELECT FROM res_partner_res_partner_category_rel tag
                        WHERE tag.partner_id = proposed.partner_id
                          AND tag.category_id = ANY(%s))
                """,
                company.ar_exception_category_ids.ids,
            ),
            SQL(
                """
                SELECT proposed.id, 'new_address'
                  FROM proposed
                  JOIN LATERAL (
                    -- In a test it went elsewhere than to where it was meant for.
                    SELECT delivery.channel, delivery.recipient_id,
                           COALESCE(delivery.intended_address, delivery.address)
                               AS address
                      FROM ar_delivery delivery
                     WHERE delivery.debtor_id = proposed.debtor_id
                       AND delivery.channel = proposed.channel
                       AND delivery.state = 'sent' AND delivery.copy = 0
                     ORDER BY delivery.id DESC LIMIT 1
                  ) last ON TRUE
                  JOIN res_partner recipient ON recipient.id = last.recipient_id
                 WHERE last.channel = 'email'
                       AND recipient.email_normalized IS NOT NULL
                       AND position(lower(recipient.email_normalized)
                                    IN lower(last.address)) = 0
                    OR last.channel = 'letter' AND recipient.street <> ''
                       AND position(lower(recipient.street)
                                    IN lower(last.address)) = 0
                """
            ),
        ]

    @api.model
    def _holding_codes(self, company):
        """Return the codes for which an automatic notice waits too. For extension.

        Amount and tags hold what somebody chose; the others every company would meet
        on its first days, so it says itself whether they hold.
        """
        codes = ["amount", "vip"]
        if company.ar_exception_first:
            codes += ["first_of_kind", "new_address"]
        return codes

    @api.model
    def _mark_exceptions(self, company, runs):
        """Note what is out of the ordinary about the notices of runs.

        Notices that were about to leave by themselves wait for a person, if what is
        out of the ordinary about them holds automatic ones as well.
        """
        if not runs:
            return
        asked = (
            company.ar_exception_amount > 0
            or company.ar_exception_category_ids
            or company.ar_exception_first
        )
        self._list_proposed(runs, bool(asked))
        marked = self.env.execute_query(
            SQL(
                """
                WITH proposed AS NOT MATERIALIZED (SELECT * FROM %(table)s),
                exception (notice_id, code) AS MATERIALIZED (%(sources)s)
                UPDATE ar_dunning_notice notice
                   SET exceptions = found.codes, state = 'proposed', approved_on = NULL
                  FROM (SELECT exception.notice_id,
                               string_agg(exception.code, ',' ORDER BY exception.code)
                                   AS codes
                          FROM exception
                          JOIN proposed ON proposed.id = exception.notice_id
                         GROUP BY exception.notice_id, proposed.state
                        HAVING proposed.state = 'proposed'
                            OR bool_or(exception.code = ANY(%(holding)s))) found
                 WHERE found.notice_id = notice.id
                RETURNING notice.id
                """,
                table=SQL.identifier(PROPOSED_TABLE),
                holding=self._holding_codes(company),
                sources=SQL(" UNION ALL ").join(
                    SQL("(%s)", source) for source in self._exception_sources(company)
                ),
            )
        )
        if marked:
            self.env.execute_query(
                SQL(
                    """UPDATE ar_dunning_notice_line SET state = 'proposed'
                        WHERE notice_id = ANY(%s) AND state = 'approved'
                    RETURNING id""",
                    [notice_id for [notice_id] in marked],
                )
            )
        self.invalidate_model(["exceptions", "state", "approved_on"])
        self.env["ar.dunning.notice.line"].invalidate_model(["state"])

    @api.model
    def _list_proposed(self, runs, also_approved):
        """List the notices to look at, in a temporary table.

        So that it is known how many there are: guessed to be one, each source would be
        gone through once per notice.
        """
        table = SQL.identifier(PROPOSED_TABLE)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE %(table)s ON COMMIT DROP AS
                SELECT * FROM ar_dunning_notice
                 WHERE run_id IN %(runs)s
                   AND (state = 'proposed' OR %(also)s AND state = 'approved')
                """,
                table=table,
                runs=tuple(runs.ids),
                also=also_approved,
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s (id, level_id)", table))
