from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.tools import SQL, mute_logger

# Their partner is somebody of his own, not a copy of the debtor's.
_OWN_PARTNER = {"ar.debtor", "ar.debtor.contact"}


class DebtorMerge(models.Model):
    """Two dossiers become one: when partners are merged or get another parent.

    Everything that points to a debtor is found in the registry, so that the tables of
    other addons come along. Nothing is lost: only what is there twice goes.
    """

    _inherit = "ar.debtor"

    def _follow_partner(self, partner):
        """Make a commercial partner the owner of these dossiers, per root company.

        A dossier that the partner has already takes the others in.
        """
        for root, debtors in self.grouped("root_company_id").items():
            target = self.with_context(active_test=False).search(
                [("root_company_id", "=", root.id), ("partner_id", "=", partner.id)]
            )
            if not target:
                target, debtors = debtors[0], debtors[1:]
                target._hand_to(partner)
            (debtors - target)._merge_into(target)

    def _hand_to(self, partner):
        """Give the whole dossier to another partner."""
        former = self.partner_id
        self.write({"partner_id": partner.id})
        self.flush_recordset()
        self._copy_partner()
        self.message_post(
            body=self.env._(
                "This dossier was that of %(former)s.", former=former.display_name
            )
        )

    def _merge_into(self, target):
        """Move all that these debtors have into another one; they cease to exist."""
        if not self:
            return
        names = ", ".join(self.mapped("display_name"))
        facts = self._merged_facts(target)
        self.env.flush_all()
        for model, field in self._fields_to("ar.debtor"):
            self._repoint(model._table, field.name, self.ids, target.id)
        for relation, column in self._relations_to("ar.debtor"):
            self._repoint(relation, column, self.ids, target.id)
        self.env.invalidate_all()
        merger = self.env["base.partner.merge.automatic.wizard"]
        merger._update_reference_fields_generic("ar.debtor", self, target)
        target.write(facts)
        target.flush_recordset()
        target._copy_partner()
        self.unlink()
        target.message_post(
            body=self.env._("The dossier of %s was merged into this one.", names)
        )

    def _merged_facts(self, target):
        """Return what the merged dossier says: what is stricter, or known at all."""
        everybody = target + self
        notes = [debtor.note for debtor in everybody if debtor.note]
        blocked = everybody.filtered("debit_blocked_on")[:1]
        stopped = everybody.filtered("order_stop_on")[:1]
        classes = everybody.filtered(lambda one: one.debtor_class_manual)[:1]
        return {
            "user_id": everybody.user_id[:1].id,
            "note": "\n".join(dict.fromkeys(notes)),
            "active": any(everybody.mapped("active")),
            "restricted": all(everybody.mapped("restricted")),
            "debtor_class": (classes or target).debtor_class,
            "debtor_class_manual": bool(classes),
            "debit_blocked_on": blocked.debit_blocked_on,
            "debit_blocked_reason_id": blocked.debit_blocked_reason_id.id,
            "order_stop_on": stopped.order_stop_on,
            "order_stop_by_id": stopped.order_stop_by_id.id,
            "order_stop_note": stopped.order_stop_note,
        }

    @api.model
    def _fields_to(self, comodel):
        """Return (model, field) of all stored links of our tables to a model."""
        return [
            (model, field)
            for model in self.env.values()
            if model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.type == "many2one"
            and field.comodel_name == comodel
            and field.store
            and not field.company_dependent
        ]

    @api.model
    def _relations_to(self, comodel):
        """Return (table, column) of the many2many relations to a model."""
        return {
            (field.relation, field.column2)
            for model in self.env.values()
            if model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.type == "many2many"
            and field.comodel_name == comodel
            and field.store
        }

    @api.model
    def _repoint(self, table, column, sources, target):
        """Make rows point to the target; drop those that it has already.

        Only tables where the column is part of a key can have such rows; they are
        small, so they are looked at one by one.
        """
        names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
        if not self._is_in_key(table, column):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = %(target)s"
                    " WHERE %(column)s = ANY(%(sources)s)",
                    **names,
                    target=target,
                    sources=list(sources),
                )
            )
            return
        rows = self.env.execute_query(
            SQL(
                "SELECT ctid::text FROM %(table)s WHERE %(column)s = ANY(%(sources)s)",
                **names,
                sources=list(sources),
            )
        )
        for [row] in rows:
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    self.env.cr.execute(
                        SQL(
                            "UPDATE %(table)s SET %(column)s = %(target)s"
                            " WHERE ctid = %(row)s::tid",
                            **names,
                            target=target,
                            row=row,
                        )
                    )
            except UniqueViolation:
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %(table)s WHERE ctid = %(row)s::tid",
                        **names,
                        row=row,
                    )
                )

    @api.model
    def _is_in_key(self, table, column):
        """Whether a column is part of a unique index, as a column or in a term."""
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT 1 FROM pg_index key
                     WHERE key.indrelid = %s::regclass AND key.indisunique
                       AND pg_get_indexdef(key.indexrelid) ~ %s
                     LIMIT 1
                    """,
                    table,
                    rf"\y{column}\y",
                )
            )
        )

    def _copy_partner(self):
        """Carry the partner of this debtor into the rows that repeat him."""
        self.env.flush_all()
        partner_fields = {
            model._name: field
            for model, field in self._fields_to("res.partner")
            if field.name == "partner_id" and model._name not in _OWN_PARTNER
        }
        for model, field in self._fields_to("ar.debtor"):
            if field.name != "debtor_id" or model._name not in partner_fields:
                continue
            self._copy_partner_into(model._table, SQL("debtor_id = %s", self.id))
        # A hold on one claim names the debtor through its claim.
        self._copy_partner_into(
            "ar_hold",
            SQL("claim_id IN (SELECT id FROM ar_claim WHERE debtor_id = %s)", self.id),
        )
        self.env.invalidate_all()

    def _copy_partner_into(self, table, rows):
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET partner_id = %(partner)s"
                " WHERE %(rows)s AND partner_id <> %(partner)s",
                table=SQL.identifier(table),
                partner=self.partner_id.id,
                rows=rows,
            )
        )

    @api.model
    def _follow_commercial_partners(self, partners):
        """Dossiers of partners that are no commercial partner any more go to theirs."""
        if not partners:
            return
        moved = self.with_context(active_test=False).search(
            [("partner_id", "child_of", partners.ids)]
        )
        moved = moved.filtered(
            lambda debtor: (
                debtor.partner_id.commercial_partner_id
                and debtor.partner_id.commercial_partner_id != debtor.partner_id
            )
        )
        for owner, debtors in moved.grouped(
            lambda debtor: debtor.partner_id.commercial_partner_id
        ).items():
            debtors._follow_partner(owner)
