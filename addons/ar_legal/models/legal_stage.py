from odoo import fields, models


class LegalStage(models.Model):
    """One step of a legal track, with the days until somebody has to look again."""

    _name = "ar.legal.stage"
    _description = "Legal stage"
    _order = "track_id, sequence, id"

    track_id = fields.Many2one("ar.legal.track", required=True, ondelete="cascade")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    deadline_days = fields.Integer(
        string="Days until the deadline",
        help="Calendar days from the day on which the stage began. Zero: no deadline. "
        "The deadline of a case can be changed.",
    )
    act = fields.Selection(
        [
            ("warrant", "Own warrant (dwangbevel)"),
            ("summons", "Summons or eviction"),
        ],
        string="From here on",
        help="What the law asks for before that is checked when a case comes to this "
        "stage or a later one.",
    )
    fold = fields.Boolean(string="Folded", help="Folded on the board of cases.")
    closing = fields.Boolean(
        string="End of the track",
        help="A case that comes here has nothing left to do: it is to be closed.",
    )
    description = fields.Text(
        string="What happens here",
        translate=True,
        help="Shown on the case while it is in this stage.",
    )

    _days_positive = models.Constraint(
        "CHECK (deadline_days >= 0)", "A deadline lies in the future: no negative days."
    )
    _by_track = models.Index("(track_id, sequence)")
