from odoo import api, fields, models


class Substitution(models.Model):
    """Who does whose work while somebody is away. Both days are inclusive."""

    _name = "ar.substitution"
    _description = "Substitution"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Who is away",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    substitute_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        domain="[('share', '=', False), ('id', '!=', user_id)]",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="Until", required=True)
    note = fields.Char()

    _period_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The substitution ends before it begins."
    )
    _two_people = models.Constraint(
        "CHECK (user_id <> substitute_id)", "Nobody is his own substitute."
    )

    @api.model
    def _represented_by(self, user):
        """Return the users whose work is the user's today: himself, and the absent."""
        today = fields.Date.context_today(self)
        found = self.search(
            [
                ("substitute_id", "=", user.id),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
        return user | found.user_id
