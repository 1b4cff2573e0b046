from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .contact_outcome import FOLLOW_UP_KINDS

# Debtors among whom the debtor's screen goes on without a reload.
_QUEUE = 300


class WorkItem(models.Model):
    """One thing that a person has to do."""

    _name = "ar.work.item"
    _description = "Work item"
    _order = "points desc, due_on, id"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    kind = fields.Selection(
        [
            ("approve_run", "Approve the run"),
            ("volume_fuse", "Unusually many notices"),
            ("print_letters", "Print letters"),
            ("handover", "Decide on handover"),
            ("reply", "Answer of a debtor"),
            ("overpayment", "Overpayment"),
            ("underpayment", "Underpayment"),
            ("unmatched_payment", "Payment not recognised"),
            ("delivery_failed", "Notice not delivered"),
            ("bounced", "Message came back"),
            ("no_channel", "Debtor cannot be reached"),
            ("no_procedure", "Claims without a procedure"),
            ("missing_partner", "Receivable without debtor"),
            ("undone", "Undone: mend the procedure"),
            ("task", "Task of the procedure"),
            *FOLLOW_UP_KINDS,
        ],
        required=True,
        readonly=True,
        group_expand="_order_kinds",
    )
    title = fields.Char(
        readonly=True, help="What to do, when the kind alone does not say it."
    )
    debtor_id = fields.Many2one("ar.debtor", ondelete="cascade", index=True)
    claim_id = fields.Many2one("ar.claim", ondelete="cascade", index="btree_not_null")
    notice_id = fields.Many2one(
        "ar.dunning.notice", ondelete="cascade", index="btree_not_null"
    )
    delivery_id = fields.Many2one(
        "ar.delivery", ondelete="cascade", index="btree_not_null"
    )
    run_id = fields.Many2one(
        "ar.dunning.run", ondelete="cascade", index="btree_not_null"
    )
    print_batch_id = fields.Many2one(
        "ar.print.batch",
        string="Print batch",
        ondelete="cascade",
        index="btree_not_null",
    )
    statement_line_id = fields.Many2one(
        "account.bank.statement.line", ondelete="cascade", index="btree_not_null"
    )
    contact_id = fields.Many2one(
        "ar.contact",
        ondelete="cascade",
        readonly=True,
        index="btree_not_null",
        help="The answer of the debtor that brought this work.",
    )
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    points = fields.Integer(
        help="Worth of the work: items with more points stand higher in the list."
    )
    due_on = fields.Date(string="Due on")
    user_id = fields.Many2one("res.users", string="Assigned to")
    state = fields.Selection(
        [("open", "To do"), ("done", "Done"), ("dismissed", "Dismissed")],
        required=True,
        default="open",
    )
    done_by_id = fields.Many2one("res.users", string="Done by", readonly=True)
    done_on = fields.Datetime(string="Done on", readonly=True)
    note = fields.Text()
    dedup_key = fields.Char(readonly=True)

    _once = models.UniqueIndex(
        "(dedup_key) WHERE state = 'open'", "This is already on the work list."
    )
    _todo = models.Index("(company_id, points DESC) WHERE state = 'open'")

    @api.model
    def _order_kinds(self, values, domain):
        """Columns of the work list in the order of the kinds; no empty ones."""
        kinds = self._fields["kind"].get_values(self.env)
        return [kind for kind in kinds if kind in values]

    @api.depends("kind", "title", "debtor_id", "run_id", "print_batch_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for item in self:
            subject = (
                item.debtor_id or item.run_id or item.print_batch_id
            ).display_name
            title = item.title or kinds.get(item.kind, "")
            item.display_name = f"{title} – {subject}" if subject else title

    def action_done(self):
        self._close("done")

    def action_dismiss(self):
        self._close("dismissed")

    def write(self, vals):
        """People take, date and annotate work; what it is about stays as it is."""
        if not self.env.su and set(vals) - self._editable_fields():
            raise UserError(
                self.env._("Only who does the work, when, and the note can change.")
            )
        return super().write(vals)

    def _editable_fields(self):
        """Names of the fields that people write directly. For extension."""
        return {"user_id", "due_on", "note"}

    def action_reopen(self):
        self.check_access("write")
        # Access was checked above.
        self.sudo().write({"state": "open", "done_by_id": False, "done_on": False})

    def _close(self, state):
        self.check_access("write")
        # Access was checked above.
        self.sudo().filtered(lambda item: item.state == "open").write(
            {
                "state": state,
                "done_by_id": self.env.uid,
                "done_on": fields.Datetime.now(),
            }
        )

    def action_open_subject(self):
        """Open what the item is about."""
        self.ensure_one()
        if self.kind == "no_procedure":
            return self._action_open_unassigned()
        if self.kind == "missing_partner":
            return self._action_open_ownerless()
        payment = self.env["ar.bank.match"].search(
            [("statement_line_id", "in", self.statement_line_id.ids)], limit=1
        )
        subject = next(
            (
                self[name]
                for name in (
                    "run_id",
                    "print_batch_id",
                    "notice_id",
                    "claim_id",
                    "debtor_id",
                )
                if self[name]
            ),
            None,
        )
        subject = payment or subject
        if subject is None:
            return None
        return {
            "type": "ir.actions.act_window",
            "res_model": subject._name,
            "res_id": subject.id,
            "view_mode": "form",
        }

    def _action_open_unassigned(self):
        """Open the claims that no segment gives a procedure."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_claim_action"
        )
        action["context"] = {
            "search_default_overdue": 1,
            "search_default_no_procedure": 1,
        }
        return action

    def _action_open_ownerless(self):
        """Open the posted receivable items that nobody can be reminded of."""
        title = self.env._("Receivables without debtor")
        ownerless = [
            ("company_id", "=", self.company_id.id),
            ("partner_id", "=", False),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
            ("account_id.account_type", "=", "asset_receivable"),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": ownerless,
        }

    def _is_done_by_contact(self):
        """Whether speaking with the debtor was the work. For extension.

        A decision (a run, a handover) or a payment to look at stays open.
        """
        self.ensure_one()
        return self.kind in ("task", *(kind for kind, _label in FOLLOW_UP_KINDS))

    @api.model
    def _domain_of_able(self):
        """Items that the reader has the right to do. For extension."""
        return Domain.TRUE

    def action_open_desk(self):
        """Open the screen of the debtor, with this task at hand."""
        self.ensure_one()
        if not self.debtor_id:
            return self.action_open_subject()
        return self.debtor_id._desk_action(self)

    @api.model
    def get_queue(self):
        """Return the reader's work, for the debtor's screen; see `_queue`."""
        self.check_access("read")
        return self._queue()

    @api.model
    def _queue(self, debtor=None, at_hand=None):
        """Return the debtors of the reader's work of today, the most valuable first.

        :param debtor: who is on the screen
        :param at_hand: the item that led there. Where it is a colleague's, the reader
            works through that colleague's list.
        :return: [{debtor_id, name, work_item_id}], each debtor once
        """
        whose = Domain("is_mine", "=", True) | self._domain_of_nobody()
        owner = at_hand and (at_hand.user_id or at_hand.debtor_id.user_id)
        if owner and not at_hand.is_mine:
            whose = self._domain_of_users(owner)
        items = self.search(
            Domain("debtor_id", "!=", False) & Domain("is_shown", "=", True) & whose,
            limit=_QUEUE,
        )
        if at_hand and at_hand.debtor_id == debtor and debtor not in items.debtor_id:
            # Put away or for a later day: whoever opens it begins with it.
            items = at_hand | items
        seen = items.debtor_id._filtered_access("read")
        queue = {}
        for item in items.filtered(lambda item: item.debtor_id in seen):
            queue.setdefault(
                item.debtor_id.id,
                {
                    "debtor_id": item.debtor_id.id,
                    "name": item.debtor_id.display_name,
                    "work_item_id": item.id,
                },
            )
        return list(queue.values())

    @api.model
    def _raise_items(self, vals_list):
        """Put work on the list unless the same thing (dedup_key) is open already.

        :raises SerializationFailure: when another worker lists the same thing right
            now. Whoever starts again finds it.
        """
        keys = [vals["dedup_key"] for vals in vals_list]
        known = set(
            self.search([("dedup_key", "in", keys), ("state", "=", "open")]).mapped(
                "dedup_key"
            )
        )
        fresh = {
            vals["dedup_key"]: {"points": 0, **vals}
            for vals in vals_list
            if vals["dedup_key"] not in known
        }
        places = self._take_places(list(fresh.values()))
        items = self.browse(places.values())
        items.check_access("create")
        return items

    @api.model
    def _take_places(self, vals_list):
        """Insert items; what is open already gets no second one.

        Not by `create`: a double would be an error there, not a reason to try again.
        One statement for all items that say something in the same fields.

        :return: {dedup_key: id}
        """
        alike = {}
        for vals in vals_list:
            alike.setdefault(tuple(sorted(vals)), []).append(vals)
        places = {}
        for names, rows in alike.items():
            places.update(self._insert_alike(names, rows))
        return places

    @api.model
    def _insert_alike(self, names, vals_list):
        """Insert items with values of these fields, as `create` would.

        :return: {dedup_key: id} of those that are new
        """
        audit = self.env["ar.dunning.notice"]._sql_audit()
        rows = [
            SQL(
                "(%s, 'open', %s)",
                SQL(", ").join(
                    SQL(
                        "%s",
                        self._fields[name].convert_to_column_insert(
                            vals[name], self, vals
                        ),
                    )
                    for name in names
                ),
                audit,
            )
            for vals in vals_list
        ]
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO ar_work_item (
                           %s, state, create_uid, create_date, write_uid, write_date)
                    VALUES %s
                        ON CONFLICT (dedup_key) WHERE state = 'open' DO NOTHING
                    RETURNING dedup_key, id
                    """,
                    SQL(", ").join(SQL.identifier(name) for name in names),
                    SQL(", ").join(rows),
                )
            )
        )

    @api.model
    def _settle_items(self, keys):
        """Close open items whose cause has gone."""
        self.search([("dedup_key", "in", keys), ("state", "=", "open")])._close("done")
