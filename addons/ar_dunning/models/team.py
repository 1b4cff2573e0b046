from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval


class Team(models.Model):
    """Collectors who share debtors, and which debtors they get."""

    _name = "ar.team"
    _inherit = ["ar.config.tracked"]
    _description = "Team of collectors"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="A debtor goes to the first team whose condition he meets."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty for a team that works for all companies."
    )
    leader_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    member_ids = fields.Many2many(
        "res.users", string="Members", domain="[('share', '=', False)]"
    )
    takes_debtors = fields.Boolean(
        string="Takes debtors by rule",
        help="New debtors who meet the condition get this team every day. A choice "
        "made by hand is never changed.",
    )
    domain = fields.Char(string="Debtors", default="[]")
    distribute = fields.Boolean(
        string="Share out among members",
        help="Debtors of the team without a collector get one by turn, who has the "
        "fewest debtors first.",
    )
    debtor_ids = fields.One2many("ar.debtor", "team_id", string="Debtors of the team")
    debtor_count = fields.Integer(compute="_compute_debtor_count")

    def _compute_debtor_count(self):
        counts = dict(
            self.env["ar.debtor"]._read_group(
                [("team_id", "in", self.ids)], ["team_id"], ["__count"]
            )
        )
        for team in self:
            team.debtor_count = counts.get(team, 0)

    @api.constrains("domain")
    def _check_domain(self):
        for team in self:
            try:
                with self.env.cr.savepoint():
                    self.env["ar.debtor"].search_count(team._debtor_domain(), limit=1)
            except (OperationalError, LockError):
                raise
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of team “%(team)s” cannot be read: %(error)s",
                        team=team.name,
                        error=error,
                    )
                ) from error

    def _debtor_domain(self):
        self.ensure_one()
        return Domain(safe_eval(self.domain or "[]", {"uid": self.env.uid}))

    def action_open_debtors(self):
        """Open the debtors of the team."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_debtor_action"
        )
        action["domain"] = [("team_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_assign(self):
        """Give debtors their team and collector now instead of tonight."""
        # Managers and leaders press it; the button is theirs by the rights on teams.
        self.check_access("write")
        companies = self.company_id or self.env.companies
        for company in companies:
            self.sudo()._assign_debtors(company)

    @api.model
    def _assign_debtors(self, company):
        """Give debtors without a team theirs, and those without a collector one.

        Set-based: at most two statements per team.

        :return: how many debtors changed
        """
        self.env.flush_all()
        changed = 0
        for team in self.search([("company_id", "in", (False, company.id))]):
            if team.takes_debtors:
                changed += team._take_debtors(company)
            if team.distribute and team.member_ids:
                changed += team._share_out(company)
        self.env["ar.debtor"].invalidate_model(["team_id", "user_id"])
        return changed

    def _take_debtors(self, company):
        free = Domain("team_id", "=", False)
        free &= Domain("root_company_id", "=", company.root_id.id)
        debtors = self.env["ar.debtor"]._search(free & self._debtor_domain())
        return len(
            self.env.execute_query(
                SQL(
                    "UPDATE ar_debtor SET team_id = %s WHERE id IN %s RETURNING id",
                    self.id,
                    debtors.subselect(),
                )
            )
        )

    def _share_out(self, company):
        """Give the free debtors a collector by turn, the least loaded first."""
        return len(
            self.env.execute_query(
                SQL(
                    """
                    WITH member AS (
                        SELECT member.id,
                               row_number() OVER (ORDER BY COUNT(debtor.id), member.id)
                               - 1 AS place
                          FROM res_users member
                          LEFT JOIN ar_debtor debtor ON debtor.user_id = member.id
                         WHERE member.id = ANY(%(members)s)
                         GROUP BY member.id
                    ), free AS (
                        SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
                          FROM ar_debtor
                         WHERE team_id = %(team)s AND user_id IS NULL AND active
                           AND root_company_id = %(root)s
                    )
                    UPDATE ar_debtor debtor SET user_id = member.id
                      FROM free JOIN member ON member.place = free.place %% %(count)s
                     WHERE debtor.id = free.id
                    RETURNING debtor.id
                    """,
                    members=self.member_ids.ids,
                    team=self.id,
                    root=company.root_id.id,
                    count=len(self.member_ids),
                )
            )
        )
