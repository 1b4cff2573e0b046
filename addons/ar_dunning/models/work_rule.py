from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import LockError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

_CLASSES = [
    ("consumer", "Consumer"),
    ("enterprise", "Enterprise"),
    ("public_body", "Public body"),
]


class WorkRule(models.Model):
    """Points that an item of the work list gets when it meets every condition."""

    _name = "ar.work.rule"
    _inherit = ["ar.config.tracked"]
    _description = "Rule of the work list"
    _order = "sequence, id"

    name = fields.Char(
        string="Sentence",
        required=True,
        translate=True,
        help="Why the item is worth more or less, as collectors read it.",
    )
    points = fields.Integer(
        required=True, help="Added to the worth of the item; may be negative."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share this rule among all companies."
    )
    kind = fields.Selection(
        selection="_select_kinds", string="Kind of work", help="Empty: every kind."
    )
    amount_from = fields.Float(
        string="Amount from",
        digits="Account",
        help="In the currency of the company; 0: any amount.",
    )
    days_overdue_from = fields.Integer(
        string="Days overdue from",
        help="Of the oldest open claim that the item is about; 0: not looked at.",
    )
    risk_from = fields.Integer(
        string="Risk from",
        help="Risk score of the debtor, from 0 to 100; 0: not looked at.",
    )
    debtor_class = fields.Selection(_CLASSES, help="Empty: every class.")
    domain = fields.Char(
        string="Further condition",
        default="[]",
        help="For what the conditions above cannot say.",
    )

    @api.model
    def _select_kinds(self):
        return self.env["ar.work.item"]._fields["kind"]._description_selection(self.env)

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                with self.env.cr.savepoint():
                    self.env["ar.work.item"].search_count(rule._item_domain(), limit=1)
            except (OperationalError, LockError):
                raise
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of “%(rule)s” cannot be read: %(error)s",
                        rule=rule.name,
                        error=error,
                    )
                ) from error

    def _item_domain(self):
        """Return the further condition as a domain on work items."""
        self.ensure_one()
        return Domain(safe_eval(self.domain or "[]", {"uid": self.env.uid}))

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self._score_again()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"name", "sequence"}:
            self._score_again()
        return result

    def unlink(self):
        result = super().unlink()
        self._score_again()
        return result

    @api.model
    def _score_again(self):
        """Who changes a rule sees its effect at once, in every company."""
        # Points follow from the rules alone; nobody writes them by hand.
        self.env["ar.work.item"].sudo()._score()

    def _sql_matches(self):
        """Return the query of (item id, rule id, points) that this rule gives.

        It reads the relation `fact` of `ar.work.item._score`.
        """
        self.ensure_one()
        conditions = [SQL("TRUE")]
        if self.company_id:
            conditions.append(SQL("company_id = %s", self.company_id.id))
        if self.kind:
            conditions.append(SQL("kind = %s", self.kind))
        if self.amount_from:
            conditions.append(SQL("amount >= %s", self.amount_from))
        if self.days_overdue_from:
            conditions.append(SQL("days_overdue >= %s", self.days_overdue_from))
        if self.risk_from:
            conditions.append(SQL("risk >= %s", self.risk_from))
        if self.debtor_class:
            conditions.append(SQL("debtor_class = %s", self.debtor_class))
        domain = self._item_domain()
        if not domain.is_true():
            items = self.env["ar.work.item"]._search(domain)
            conditions.append(SQL("id IN %s", items.subselect()))
        return SQL(
            "SELECT id, %s, %s FROM fact WHERE %s",
            self.id,
            self.points,
            SQL(" AND ").join(conditions),
        )
