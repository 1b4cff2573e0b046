import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import LockError
from odoo.tools import SQL

from .run_proposal import EVALUATION_TABLE

_logger = logging.getLogger(__name__)

# What the rows of the evaluation say while it is found out which of them fail.
_ASIDE, _DONE = "aside", "done"


class RunIsolation(models.Model):
    """A debtor whose notice cannot be written is left out; all others get theirs."""

    _inherit = "ar.dunning.run"

    @api.model
    def _insert_notices_isolated(self, on):
        """Write all notices together; when that fails, in ever smaller parts.

        Usually this is one statement. What fails alone becomes an exclusion with the
        reason, and a task.
        """
        error = self._try_notices(on)
        if not error:
            return
        self._mark_rows("{}", _ASIDE)
        partners = [
            partner
            for [partner] in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT partner_id FROM %s
                        WHERE blockers = %s::text[] ORDER BY 1""",
                    SQL.identifier(EVALUATION_TABLE),
                    [_ASIDE],
                )
            )
        ]
        parts = [partners]
        while parts:
            part = parts.pop()
            self._mark_rows([_ASIDE], "", part)
            error = self._try_notices(on)
            if not error:
                self._mark_rows("{}", _DONE)
            elif len(part) == 1:
                self._exclude_failed(error)
            else:
                self._mark_rows("{}", _ASIDE)
                half = len(part) // 2
                parts += [part[half:], part[:half]]
        self._mark_rows([_DONE], "")

    @api.model
    def _try_notices(self, on):
        """Write the notices of the ready rows; return the error, or None."""
        try:
            with self.env.cr.savepoint():
                self._insert_notices(on)
        except (OperationalError, LockError):
            raise
        except Exception as error:
            _logger.exception("Notices could not be written")
            return error
        return None

    @api.model
    def _mark_rows(self, former, mark, partners=None):
        """Give rows that carry one mark another; the empty mark means ready."""
        narrow = SQL("AND partner_id = ANY(%s)", partners) if partners else SQL()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET blockers = %s::text[] WHERE blockers = %s::text[] %s",
                SQL.identifier(EVALUATION_TABLE),
                [mark] if mark else "{}",
                former,
                narrow,
            )
        )

    @api.model
    def _exclude_failed(self, error):
        """List the ready claims, all of one debtor, as failed; tell a person."""
        reason = str(error).strip().partition("\n")[0].replace("|", "/")
        failed = self.env.execute_query(
            SQL(
                """
                WITH failed AS (
                    UPDATE %s SET blockers = ARRAY['error||' || %s]
                     WHERE blockers = '{}'
                    RETURNING company_id, access_group_id, debtor_id
                )
                SELECT DISTINCT company_id, access_group_id, debtor_id FROM failed
                """,
                SQL.identifier(EVALUATION_TABLE),
                reason,
            )
        )
        context = self.env.context
        if context.get("ar_simulation") or context.get("ar_rehearsal"):
            return
        notices = self.env["ar.dunning.notice"]
        self.env["ar.work.item"]._raise_items(
            [
                {
                    "kind": "delivery_failed",
                    "company_id": company,
                    "access_group_id": group,
                    "debtor_id": debtor,
                    "points": 60,
                    "due_on": self.env["res.company"].browse(company)._ar_today(),
                    "note": reason,
                    # Settled by the first notice that is dispatched to him again.
                    "dedup_key": notices._failure_key(company, debtor, group),
                }
                for company, group, debtor in failed
            ]
        )
