from odoo import api, models
from odoo.tools import SQL

# What a claim owes beside its principal.
BESIDE = ("amount_costs", "amount_interest")


class NoticeLineFacts(models.Model):
    """Which facts about its claim a line keeps: the one list of them.

    Whoever writes lines, set-based, takes names and values from here, so that what is
    claimed, mentioned, thanked for or taken back says the same of a claim.
    """

    _inherit = "ar.dunning.notice.line"

    @api.model
    def _facts(self, row, on):
        """Return {column: SQL of what it keeps}, in the order of the columns.

        :param row: what is owed: `currency_id`, `residual`, `covered`, `collectable`;
            everything else comes from `claim`
        """
        claimed = (
            "amount_original",
            "date_due",
            "invoice_date",
            "move_name",
            "payment_reference",
            "description",
        )
        return {
            "currency_id": SQL("%s.currency_id", row),
            "amount_paid": SQL("claim.amount_original - %s.residual", row),
            "amount_covered": SQL("%s.covered", row),
            "amount_open": SQL("%s.collectable", row),
            **{
                name: self._sql_claimed(name)
                for name in ("amount_costs", "amount_interest")
            },
            "days_overdue": SQL("%s::date - claim.date_due", on),
            **{name: SQL.identifier("claim", name) for name in claimed},
        }

    @api.model
    def _sql_claimed(self, name):
        """Return what `claim` owes beside its principal: a column of it."""
        return SQL("COALESCE(%s, 0)", SQL.identifier("claim", name))

    @api.model
    def _fact_names(self):
        return list(self._facts(SQL("unknown"), None))

    @api.model
    def _sql_fact_names(self):
        return SQL(", ").join(SQL.identifier(name) for name in self._fact_names())

    @api.model
    def _sql_facts(self, row, on):
        """Return the values of `_sql_fact_names`, each under its name."""
        return SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name))
            for name, value in self._facts(row, on).items()
        )

    @api.model
    def _sql_same_facts(self, line):
        """Return the values of `_sql_fact_names` as another line keeps them."""
        return SQL(", ").join(
            SQL("%s.%s", line, SQL.identifier(name)) for name in self._fact_names()
        )
