from collections import Counter
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules import spread as rule
from .go_live_level import EVALUATION_TABLE

MOST_DAYS = 366


class GoLiveSpread(models.Model):
    """Spreads what has come before the first day over several days, by holds.

    Debtors wait whole, each until his day; a hold ends by itself and does not freeze
    the clock, so nobody gets a later level by it. All of it can be taken back.
    """

    _inherit = "ar.go.live"

    spread_by = fields.Selection(
        [("per_day", "Debtors a day"), ("days", "Number of days")],
        required=True,
        default="per_day",
    )
    spread_number = fields.Integer(string="So many", default=100)
    spread_order = fields.Selection(
        [("oldest", "Oldest debt first"), ("largest", "Largest debt first")],
        required=True,
        default="oldest",
    )
    spread_hold_count = fields.Integer(
        string="Claims that wait", compute="_compute_spread_hold_count"
    )

    _spread_positive = models.Constraint(
        "CHECK (spread_number > 0)",
        "How many debtors a day, or how many days: enter 1 or more.",
    )

    def _compute_spread_hold_count(self):
        for go_live in self:
            go_live.spread_hold_count = self.env["ar.hold"].search_count(
                go_live._origin._spread_domain()
            )

    def _spread_domain(self):
        today = self.company_id._ar_today()
        return [
            ("go_live_id", "=", self.id),
            ("lifted_on", "=", False),
            ("date_to", ">=", today),
        ]

    # -- buttons ------------------------------------------------------------------

    def action_show_spread(self):
        """Show how many debtors would be written to each day; nothing is held yet."""
        self.ensure_one()
        self._check_manager()
        self._plan_spread()
        self._show_spread()
        return self.action_open_spread()

    def action_spread(self):
        """Hold each debtor of the backlog until his day."""
        self.ensure_one()
        self._check_manager()
        self.lock_for_update()
        if self.spread_hold_count:
            raise UserError(
                self.env._("The backlog is spread already: take it back first.")
            )
        self._plan_spread()
        self._show_spread()
        reason = self.env.ref("ar_dunning.hold_reason_go_live")
        today = self.company_id._ar_today()
        # Read-only fields of the hold are filled in; the claims are those that the
        # user sees.
        self.env["ar.hold"].sudo()._hold_set_based(
            SQL(
                """
                SELECT claim.id, %s AS go_live_id, queue.day - 1 AS date_to
                  FROM ar_claim claim
                  JOIN ar_go_live_queue queue ON queue.debtor_id = claim.debtor_id
                 WHERE queue.day > %s AND claim.id IN %s
                """,
                self.id,
                today,
                self._visible_claims(),
            ),
            reason,
            today,
            today,
            note=self.env._("Backlog of the go-live, spread over days"),
        )
        self.step = "backlog"
        self._note_spread()

    def action_take_back_spread(self):
        """End all these holds now."""
        self.ensure_one()
        self._check_manager()
        # Access: the holds that the user sees; lifting is the manager's right.
        holds_sudo = self.env["ar.hold"].search(self._spread_domain()).sudo()
        counts = {
            None: 0,
            **Counter(one.access_group_id.id or None for one in holds_sudo),
        }
        holds_sudo.write(
            {
                "lifted_on": self.company_id._ar_today(),
                "lifted_by_id": self.env.uid,
            }
        )
        self.invalidate_recordset(["spread_hold_count"])
        self._note_per_group(
            self.company_id,
            "backlog",
            {
                group: self.env._(
                    "The spread was taken back: %s claims wait no more.", number
                )
                for group, number in counts.items()
            },
        )

    def _note_spread(self):
        """Write down over how many days the claims of each group leave."""
        holds = self.env["ar.hold"].search(self._spread_domain())
        waiting = Counter(hold.access_group_id.id or None for hold in holds)
        days = Counter(
            group.id or None
            for group, _day in self.env["ar.go.live.figure"]._read_group(
                [("go_live_id", "=", self.id), ("kind", "=", "spread")],
                ["access_group_id", "date:day"],
            )
        )
        self._note_per_group(
            self.company_id,
            "backlog",
            {
                group: self.env._(
                    "The backlog was spread over %(days)s days; %(claims)s claims "
                    "wait.",
                    days=days[group],
                    claims=waiting[group],
                )
                for group in {None, *days}
            },
        )

    def action_open_spread(self):
        return self._action_figures(
            "spread", self.env._("The backlog day by day: %s", self.company_id.name)
        )

    def action_open_spread_holds(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_hold_action"
        )
        action["domain"] = [("go_live_id", "=", self.id)]
        action["context"] = {}
        return action

    # -- the queue ----------------------------------------------------------------

    def _plan_spread(self):
        """Give each debtor of the backlog his day, in ar_go_live_queue.

        The backlog is what would leave on the first day, but for limits that share
        out a day.

        :return: number of days
        """
        self._evaluate_first_day()
        evaluation = self.env["ar.evaluation"]
        self.env.cr.execute("DROP TABLE IF EXISTS ar_go_live_queue")
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMP TABLE ar_go_live_queue ON COMMIT DROP AS
                SELECT debtor_id, NULL::date AS day,
                       row_number() OVER (ORDER BY %(order)s, debtor_id) - 1 AS place
                  FROM (
                    SELECT debtor_id, MIN(date_due) AS oldest,
                           SUM(collectable_company) AS owed
                      FROM %(table)s evaluated
                     WHERE level_date <= %(on)s AND level_kind = 'notice'
                       AND claim_id IN %(visible)s
                       AND NOT EXISTS (
                           SELECT FROM unnest(blockers) AS blocker
                            WHERE split_part(blocker, '|', 1) <> ALL(%(soft)s))
                     GROUP BY debtor_id
                  ) debtor
                """,
                order=SQL("oldest, owed DESC")
                if self.spread_order == "oldest"
                else SQL("owed DESC, oldest"),
                table=SQL.identifier(EVALUATION_TABLE),
                on=self._first_day_date(),
                visible=self._visible_claims(),
                soft=[*evaluation._allocation_codes(), *evaluation._contact_codes()],
            )
        )
        [[count]] = self.env.execute_query(SQL("SELECT COUNT(*) FROM ar_go_live_queue"))
        if not count:
            raise UserError(
                self.env._("Nothing would leave on the first day: nothing to spread.")
            )
        per_day = self.spread_number
        if self.spread_by == "days":
            per_day = rule.per_day_over(count, self.spread_number)
        days = self._spread_days(len(rule.batches(count, per_day)))
        self.env.cr.execute(
            SQL(
                """UPDATE ar_go_live_queue
                      SET day = (%s::date[])[place / %s + 1]""",
                days,
                per_day,
            )
        )
        return len(days)

    def _spread_days(self, number):
        """Return the next `number` days on which the company sends."""
        if number > MOST_DAYS:
            raise UserError(
                self.env._(
                    "That takes %(days)s days; %(most)s is the most. Send more a day.",
                    days=number,
                    most=MOST_DAYS,
                )
            )
        day = self._first_day_date()
        days = [day]
        while len(days) < number:
            after = day + timedelta(days=1)
            day = self.company_id._ar_sending_day(after) or after
            days.append(day)
        return days

    def _show_spread(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT queue.day, evaluated.access_group_id,
                       COUNT(DISTINCT queue.debtor_id), COUNT(*),
                       SUM(evaluated.collectable_company)
                  FROM ar_go_live_queue queue
                  JOIN %s evaluated ON evaluated.debtor_id = queue.debtor_id
                   AND evaluated.level_date <= %s
                   AND evaluated.level_kind = 'notice'
                   AND evaluated.claim_id IN %s
                 GROUP BY 1, 2
                """,
                SQL.identifier(EVALUATION_TABLE),
                self._first_day_date(),
                self._visible_claims(),
            )
        )
        names = ("date", "access_group_id", "debtors", "claims", "amount")
        self._keep_figures(
            "spread", [dict(zip(names, row, strict=True)) for row in rows]
        )
