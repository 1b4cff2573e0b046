from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import DunningCommon

ON = "2026-03-15"
LOGGERS = (
    "odoo.addons.ar_dunning.models.run_isolation",
    "odoo.addons.ar_dunning.models.notice_dispatch",
    "odoo.addons.ar_dunning.models.delivery",
    "odoo.sql_db",
)


@tagged("post_install", "-at_install", "ar")
class TestBrokenDebtor(DunningCommon):
    """One debtor's record is broken: it stays with him, the others get theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.healthy = [
            cls.create_partner(f"Healthy {number}", f"h{number}@debtor.example")
            for number in range(3)
        ]
        cls.healthy += [
            cls.create_partner(f"Letter {number}", street=f"Kade {number}")
            for number in range(2)
        ]

    def owe_all(self, *broken):
        """Everybody owes; return the claims of the broken ones."""
        for partner in self.healthy:
            self.invoice(100, "2026-03-01", partner)
        return [
            self.claim(self.invoice(100, "2026-03-01", partner)) for partner in broken
        ]

    def check_healthy(self, level="reminder"):
        """All but the broken ones got what they should, exactly once."""
        for partner in self.healthy:
            claim = self.env["ar.claim"].search([("partner_id", "=", partner.id)])
            self.assertEqual(self.level_keys(claim), [level], partner.name)
            delivery = self.lines(claim).notice_id.delivery_ids
            expected = "sent" if partner.email else "printed"
            self.assertEqual(delivery.mapped("state"), [expected], partner.name)

    def trouble(self, claim):
        return self.env["ar.work.item"].search(
            [
                ("debtor_id", "=", claim.debtor_id.id),
                ("kind", "=", "delivery_failed"),
                ("state", "=", "open"),
            ]
        )

    def break_inserts(self, table, debtor):
        """The database refuses each new row of a debtor in a table."""
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            CREATE FUNCTION refuse_debtor() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.debtor_id = {debtor.id} THEN
                    RAISE EXCEPTION 'this record is broken';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse_debtor BEFORE INSERT ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_debtor();
            """
        )

    def mend_inserts(self):
        self.env.cr.execute("DROP FUNCTION refuse_debtor() CASCADE")

    @mute_logger(*LOGGERS)
    def test_rehearsal_leaves_out_the_broken_one(self):
        [claim] = self.owe_all(self.create_partner("Broken", "broken@debtor.example"))
        self.break_inserts("ar_dunning_notice", claim.debtor_id)
        runs = self.env["ar.dunning.run"].sudo()
        run = runs._rehearse(self.company, date.fromisoformat(ON))
        self.mend_inserts()
        self.assertEqual(len(run.notice_ids), len(self.healthy))
        left_out = run.exclusion_ids.filtered(lambda one: one.claim_id == claim)
        self.assertEqual(left_out.mapped("code"), ["error"])
        self.assertFalse(self.trouble(claim), "a rehearsal makes no work")

    def test_failures_of_two_audiences_are_two_tasks(self):
        self.owe_all()
        notice = self.propose(ON).notice_ids[0].sudo()
        group = self.env.ref("ar_dunning.group_manager")
        notice._raise_failure("open")
        items = self.env["ar.work.item"].sudo()
        restricted = items._raise_items(
            [
                {
                    "kind": "delivery_failed",
                    "company_id": self.company.id,
                    "access_group_id": group.id,
                    "debtor_id": notice.debtor_id.id,
                    "dedup_key": notice._failure_key(
                        self.company.id, notice.debtor_id.id, group.id
                    ),
                }
            ]
        )
        self.assertTrue(restricted, "the second audience hears of it too")
        self.dispatch(ON)
        open_items = items.search(
            [("debtor_id", "=", notice.debtor_id.id), ("kind", "=", "delivery_failed")]
        ).filtered(lambda item: item.state == "open")
        self.assertEqual(open_items, restricted, "only the own audience's is settled")

    def test_work_under_the_key_of_before_is_settled_too(self):
        """Of a restricted notice it once had the key of everybody's."""
        self.owe_all()
        notice = self.propose(ON).notice_ids[0].sudo()
        group = self.env.ref("ar_dunning.group_manager")
        item = (
            self.env["ar.work.item"]
            .sudo()
            ._raise_items(
                [
                    {
                        "kind": "delivery_failed",
                        "company_id": self.company.id,
                        "access_group_id": group.id,
                        "debtor_id": notice.debtor_id.id,
                        "dedup_key": notice._failure_key(
                            self.company.id, notice.debtor_id.id, False
                        ),
                    }
                ]
            )
        )
        notice.access_group_id = group
        notice._settle_failures(self.company, notice.ids)
        self.assertEqual(item.state, "done")

    @mute_logger(*LOGGERS)
    def test_text_that_cannot_be_filled_in_for_one(self):
        mail = self.create_partner("Bad Mail", "bad@debtor.example")
        letter = self.create_partner("Bad Letter", street="Kade 9")
        broken = self.owe_all(mail, letter)
        notices = type(self.env["ar.dunning.notice"])
        render = notices._placeholder_values

        def fail(notice, delivery=None):
            if notice.partner_id in (mail | letter):
                raise ZeroDivisionError("division by zero")
            return render(notice, delivery)

        with patch.object(notices, "_placeholder_values", fail):
            cycle = self.run_cycle(ON)
        self.assertEqual(cycle.state, "done")
        self.check_healthy()
        for claim in broken:
            notice = self.lines(claim).notice_id
            self.assertRecordValues(
                notice.delivery_ids,
                [{"state": "failed", "error_code": "build", "content": False}],
            )
            self.assertIn("division by zero", notice.delivery_ids.error_text)
            self.assertEqual(len(self.trouble(claim)), 1)
            self.assertFalse(claim.effective_on)
            self.assertEqual(notice.trouble, notice.delivery_ids.error_text)
        self.assertEqual(self.run_cycle("2026-03-16").state, "done")
        self.check_healthy()

    @mute_logger(*LOGGERS)
    def test_address_that_no_header_can_say(self):
        long = "x" * 70
        [claim] = self.owe_all(
            self.create_partner("Bad Domain", f"bad@é{long}.example")
        )
        self.assertEqual(self.run_cycle(ON).state, "done")
        self.check_healthy()
        self.assertEqual(
            self.lines(claim).notice_id.delivery_ids.mapped("state"), ["failed"]
        )
        self.assertEqual(len(self.trouble(claim)), 1)

    @mute_logger(*LOGGERS)
    def test_letter_that_cannot_be_drawn(self):
        letter = self.create_partner("Bad Letter", street="Kade 9")
        [claim] = self.owe_all(letter)
        notices = type(self.env["ar.dunning.notice"])
        render = notices._render_letter

        def fail(notice, delivery):
            if notice.partner_id == letter:
                raise ValueError("a picture is broken")
            return render(notice, delivery)

        with patch.object(notices, "_render_letter", fail):
            self.run_cycle(ON)
        self.check_healthy()
        batch = self.env["ar.print.batch"].search([])
        self.assertEqual(batch.letter_count, 2)
        self.assertEqual(len(self.trouble(claim)), 1)
        # Mended, a person sends it again: it joins the letters of that day.
        delivery = self.lines(claim).notice_id.delivery_ids
        with freeze_time(f"{ON} 12:00:00"):
            delivery.action_send_again()
        self.run_cycle(ON, "13:00:00")
        self.assertEqual(batch.letter_count, 3)

    @mute_logger(*LOGGERS)
    def test_row_that_dispatch_cannot_write(self):
        [claim] = self.owe_all(self.create_partner("Bad", "bad@debtor.example"))
        self.break_inserts("ar_delivery", claim.debtor_id)
        self.assertEqual(self.run_cycle(ON).state, "done")
        self.check_healthy()
        self.assertFalse(self.level_keys(claim))
        self.assertIn("this record is broken", self.trouble(claim).note)
        self.mend_inserts()
        self.run_cycle("2026-03-16")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.assertFalse(self.trouble(claim))

    @mute_logger(*LOGGERS)
    def test_row_that_the_proposal_cannot_write(self):
        [claim] = self.owe_all(self.create_partner("Bad", "bad@debtor.example"))
        self.break_inserts("ar_dunning_notice_line", claim.debtor_id)
        self.assertEqual(self.run_cycle(ON).state, "done")
        self.check_healthy()
        self.assertFalse(claim.line_ids)
        excluded = self.env["ar.dunning.exclusion"].search(
            [("claim_id", "=", claim.id)]
        )
        self.assertEqual(excluded.code, "error")
        self.assertIn("this record is broken", excluded.detail)
        self.assertIn("this record is broken", excluded.sentence)
        self.assertTrue(excluded.remedy)
        self.assertIn("this record is broken", self.trouble(claim).note)
        self.mend_inserts()
        self.run_cycle("2026-03-16")
        self.assertEqual(self.level_keys(claim), ["reminder"])
        self.assertFalse(self.trouble(claim))

    def test_due_dates_beyond_the_calendar(self):
        """Somebody typed 9999 or 0001: the level lies outside of any calendar."""
        partner = self.create_partner("Typing Error", "typing@debtor.example")
        self.owe_all()
        self.company.ar_legal_calendar_id = self.env.ref("ar_dunning.calendar_be")
        for number, (due, level) in enumerate(
            (
                ("9999-12-30", {"offset_days": 10}),
                ("9999-12-30", {"offset_days": 10, "offset_unit": "working"}),
                ("9999-12-30", {"offset_days": 10, "end_of_month": True}),
                ("0001-01-02", {"offset_days": -10}),
                ("0001-01-02", {"offset_days": -10, "offset_unit": "working"}),
            )
        ):
            with self.subTest(due=due, **level):
                claim = self.claim(
                    self.invoice(100, "2026-03-01", partner, invoice_date="2026-02-01")
                )
                procedure = self.create_procedure(
                    [{"level_key": "only", **level}], code=f"far {number}"
                )
                claim._assign_by_hand(procedure)
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE account_move_line SET date_maturity = %s WHERE id = %s",
                    [due, claim.line_id.id],
                )
                self.env.invalidate_all()
                day = date.fromisoformat(ON) + timedelta(days=number)
                self.assertEqual(self.run_cycle(str(day)).state, "done")
                self.assertEqual(claim.date_due, date.fromisoformat(due))
                self.assertTrue(claim.explanation)
                self.assertTrue(claim.debtor_id.get_desk())
        self.check_healthy()

    @mute_logger(*LOGGERS)
    def test_the_broken_one_keeps_nobody_waiting_for_days(self):
        broken = self.create_partner("Bad", "bad@debtor.example")
        [claim] = self.owe_all(broken)
        self.break_inserts("ar_delivery", claim.debtor_id)
        first = date.fromisoformat(ON)
        for number in range(4):
            self.run_cycle(str(first + timedelta(days=number)))
        self.check_healthy()
        self.assertEqual(len(self.trouble(claim)), 1, "one task, not one a day")
