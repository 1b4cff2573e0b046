from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class UndoNext(models.Model):
    """What comes after an undoing: holds, work, and a word to those it reached."""

    _inherit = "ar.dunning.undo"

    def _hold_claims(self, claim_ids):
        """Suspend the claims as decided: one statement, however many there are.

        A claim that is settled by now needs no hold.
        """
        reason = self._hold_reason()
        self.env["ar.hold"]._hold_set_based(
            SQL("SELECT unnest(%s) AS id, %s AS undo_id", list(claim_ids), self.id),
            reason,
            self.date,
            self.date_to,
            self.reason,
        )
        if self.next_step == "mend":
            self.env["ar.work.item"]._raise_items([self._prepare_mending()])

    def _hold_reason(self):
        reason = self.env.ref(
            "ar_dunning.hold_reason_undone", raise_if_not_found=False
        ) or self.env["ar.hold.reason"].with_context(active_test=False).search(
            [("code", "=", "undone")], limit=1
        )
        if not reason:
            raise UserError(
                self.env._(
                    "The hold reason with the code “undone” has been deleted: create "
                    "it again in the configuration."
                )
            )
        return reason

    def _prepare_mending(self):
        return {
            "kind": "undone",
            "company_id": self.company_id.id,
            "access_group_id": self.access_group_id.id,
            "run_id": self.run_id.id,
            "points": 80,
            "due_on": self.date,
            "note": self.reason,
            "dedup_key": f"undone/{self.id}",
        }

    def _correct(self, lines):
        """Tell those whom something reached what is taken back.

        By the same channels and to the same recipients as the notice itself; what a
        person said, a person has to correct.

        :param lines: rows of `_plan_undo`
        :return: the correcting notices, dispatched; the cycle sends them
        """
        notices = self.env["ar.dunning.notice"]
        template = self.env["ar.dunning.template"].search(
            [
                ("kind", "=", "correction"),
                ("company_id", "in", (False, *self.company_id.parent_ids.ids)),
            ],
            limit=1,
        )
        if not lines:
            return notices
        if not template:
            raise UserError(
                self.env._(
                    "There is no text for corrections: create one of the kind "
                    "“Correction” first, or undo without a message."
                )
            )
        created = self._insert_corrections(lines)
        corrections = notices.browse(created)
        self.env.invalidate_all(flush=False)
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for lang, same_lang in corrections.grouped("lang").items():
            spoken = (
                lang
                if lang in installed
                else self.env["ar.dunning.run"]._known_lang(self.company_id, installed)
            )
            same_lang._assign_text(template._freeze(spoken))
        self.env["ar.cycle"]._trigger()
        return corrections

    def _insert_corrections(self, lines):
        """Write notices, lines and deliveries of the corrections in one statement."""
        facts = self.env["ar.dunning.notice.line"]
        rows = self.env.execute_query(
            SQL(
                """
                WITH source AS (
                    SELECT nextval('ar_dunning_notice_id_seq')::int AS correction_id,
                           notice.*
                      FROM ar_dunning_notice notice
                     WHERE notice.id = ANY(%(notices)s)
                       AND EXISTS (SELECT FROM ar_delivery delivery
                                    WHERE delivery.notice_id = notice.id
                                      AND delivery.state = 'sent'
                                      AND delivery.channel <> 'person')
                ), correction AS (
                    INSERT INTO ar_dunning_notice (
                           id, company_id, access_group_id, debtor_id, partner_id,
                           currency_id, kind, state, date, lang, channel, channels,
                           sandbox, amount_total, claim_count, snapshot, corrects_id,
                           approved_by_id, approved_on, dispatched_on,
                           create_uid, create_date, write_uid, write_date)
                    SELECT correction_id, company_id, access_group_id, debtor_id,
                           partner_id, currency_id, 'correction', 'dispatched', %(on)s,
                           lang, channel, channels, sandbox, 0,
                           (SELECT COUNT(*) FROM ar_dunning_notice_line line
                             WHERE line.notice_id = source.id
                               AND line.id = ANY(%(lines)s)),
                           snapshot, id, %(uid)s, %(now)s, %(now)s, %(audit)s
                      FROM source
                ), line AS (
                    INSERT INTO ar_dunning_notice_line (
                           notice_id, company_id, access_group_id, claim_id,
                           debtor_id, role, state, cycle, level_key, level_sequence,
                           occurrence, %(facts)s,
                           create_uid, create_date, write_uid, write_date)
                    SELECT source.correction_id, line.company_id,
                           line.access_group_id, line.claim_id, line.debtor_id,
                           'corrected', 'dispatched', line.cycle,
                           'correction/' || line.id, 0, 1, %(line_facts)s, %(audit)s
                      FROM ar_dunning_notice_line line
                      JOIN source ON source.id = line.notice_id
                     WHERE line.id = ANY(%(lines)s)
                ), delivery AS (
                    INSERT INTO ar_delivery (
                           notice_id, company_id, access_group_id, debtor_id, channel,
                           copy, attempt, state, recipient_id, recipient_role,
                           recipient_name, address, intended_address, ready_on,
                           create_uid, create_date, write_uid, write_date)
                    SELECT source.correction_id, sent.company_id,
                           sent.access_group_id, sent.debtor_id, sent.channel,
                           sent.copy, 1, 'ready', sent.recipient_id,
                           sent.recipient_role, sent.recipient_name, sent.address,
                           sent.intended_address, %(now)s, %(audit)s
                      FROM ar_delivery sent
                      JOIN source ON source.id = sent.notice_id
                     WHERE sent.state = 'sent' AND sent.channel <> 'person'
                )
                SELECT correction_id FROM source
                """,
                notices=list({line["notice_id"] for line in lines}),
                lines=[line["line_id"] for line in lines],
                on=self.date,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                facts=facts._sql_fact_names(),
                line_facts=facts._sql_same_facts(SQL("line")),
                audit=self.env["ar.claim"]._sql_audit(),
            )
        )
        return [correction_id for [correction_id] in rows]
