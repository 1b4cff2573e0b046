from odoo import fields, models
from odoo.exceptions import UserError

from ..rules import letter_code

MAXIMUM_LETTERS = 1000


class LetterReturn(models.TransientModel):
    """Letters that came back: their codes are scanned, one after the other.

    A scanner ends each code with a line break, so a pile is scanned without touching
    the keyboard. What is not one of our letters stays in the field, to be looked at.
    """

    _name = "ar.letter.return"
    _description = "Letters that came back"

    reason = fields.Selection(
        [
            ("unknown", "Unknown at this address"),
            ("moved", "Moved"),
            ("refused", "Refused"),
            ("not_collected", "Not collected"),
            ("incomplete", "Address incomplete"),
            ("deceased", "Deceased"),
            ("other", "Another reason"),
        ],
        required=True,
        default="unknown",
        help="What the postal service marked on the letters.",
    )
    codes = fields.Text(
        help="Scan the letters one after the other, or type a code on each line."
    )
    count = fields.Integer(string="Registered so far", readonly=True)
    problem = fields.Text(readonly=True)

    def action_register(self):
        """Note that the letters came back; leave what was not understood."""
        self.ensure_one()
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may register letters."))
        # Each once, in the order in which they were scanned.
        typed = list(dict.fromkeys((self.codes or "").split("\n")))
        typed = [line.strip() for line in typed if line.strip()]
        if not typed:
            raise UserError(self.env._("Scan at least one letter first."))
        if len(typed) > MAXIMUM_LETTERS:
            raise UserError(
                self.env._(
                    "Register at most %s letters at once, please.", MAXIMUM_LETTERS
                )
            )
        letters = self._find_letters(typed)
        returned = self.env["ar.delivery"]
        problems, left = [], []
        for line in typed:
            problem = self._problem_of(letters.get(line))
            if problem:
                problems.append(f"{line}: {problem}")
                left.append(line)
            else:
                returned |= letters[line]
        # Deliveries are read-only for people; right and access were checked.
        returned.sudo()._mark_returned(self._reason_in_words())
        self.write(
            {
                "count": self.count + len(returned),
                "problem": "\n".join(problems),
                "codes": "\n".join(left),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters that came back"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _find_letters(self, typed):
        """Return {line: delivery} of the letters that the user may see."""
        numbers = {line: letter_code.read(line) for line in typed}
        found = self.env["ar.delivery"].search(
            [
                ("id", "in", [number for number in numbers.values() if number]),
                ("channel", "=", "letter"),
            ]
        )
        by_id = {letter.id: letter for letter in found}
        return {
            line: by_id[number] for line, number in numbers.items() if number in by_id
        }

    def _problem_of(self, letter):
        """Return why a line is not registered; None when nothing is in the way."""
        if not letter:
            return self.env._("none of our letters; scan it again")
        if letter.state == "bounced":
            return self.env._("was registered before")
        if letter.state not in ("printed", "sent"):
            return self.env._("has not left")
        return None

    def _reason_in_words(self):
        labels = dict(self._fields["reason"]._description_selection(self.env))
        return labels[self.reason]
