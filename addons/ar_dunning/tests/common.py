from datetime import date, timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.tests import freeze_time, new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class DunningCommon(AccountTestInvoicingCommon):
    """A company with one procedure of three levels, and words for what tests do.

    friendly at -3 days (expires 5 days later), reminder at +10, notice of default at
    +28 with a wait of 14 days, handover at +60. All dates in tests are literal.
    """

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref("ar_dunning.group_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.email = "finance@creditor.example"
        cls.company.ar_thank_you = True
        # Companies start in a test phase; what is tested here is real life.
        cls.env["res.company"].search([]).ar_sandbox = False
        cls.env["ir.default"].set("res.company", "ar_sandbox", False)
        cls.template = cls.env["ar.dunning.template"].create(
            {
                "name": "Test text",
                "subject": "Your payment to {creditor}",
                "heading": "Reminder",
                "opening": "<p>Dear {debtor}, please pay {total}.</p>",
                "closing": "<p>Thank you.</p>",
            }
        )
        cls.procedure = cls.create_procedure()
        cls.version = cls.procedure.active_version_id
        cls.env["ar.dunning.segment"].search(
            [("company_id", "=", cls.company.id)]
        ).active = False
        cls.segment = cls.env["ar.dunning.segment"].create(
            {
                "name": "Everybody",
                "company_id": cls.company.id,
                "domain": "[]",
                "procedure_id": cls.procedure.id,
            }
        )
        cls.debtor_partner = cls.create_partner("Dirk Peeters", "dirk@debtor.example")
        cls.reason = cls.env["ar.hold.reason"].create(
            {"name": "Question open", "code": "test_question", "freezes_clock": True}
        )

    @classmethod
    def create_user(cls, login, group="base.group_user", company=None):
        """Return an employee of one company, with this group beside his own."""
        company = company or cls.company
        return new_test_user(
            cls.env(su=True),
            login=login,
            groups=f"base.group_user,{group}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def create_procedure(cls, levels=None, code="test", **values):
        procedure = cls.env["ar.dunning.procedure"].create(
            {"name": "Test procedure", "code": code, **values}
        )
        version = procedure._new_version()
        version.level_ids = [
            (0, 0, cls.prepare_level(sequence, **level))
            for sequence, level in enumerate(levels or cls.default_levels(), 1)
        ]
        version.action_activate()
        return procedure

    @classmethod
    def default_levels(cls):
        return [
            {
                "level_key": "friendly",
                "offset_days": -3,
                "mandatory": False,
                "expires_after_days": 5,
                "phase": "proactive",
            },
            {"level_key": "reminder", "offset_days": 10},
            {
                "level_key": "notice_of_default",
                "offset_days": 28,
                "minimum_wait_days": 14,
            },
            {
                "level_key": "handover",
                "offset_days": 60,
                "kind": "handover",
                "mode": "approval",
                "phase": "legal",
            },
        ]

    @classmethod
    def prepare_level(cls, sequence, channels=("email", "letter"), **values):
        handover = values.get("kind") == "handover"
        return {
            "sequence": sequence,
            "name": values["level_key"].replace("_", " ").title(),
            "mode": "automatic",
            "template_id": False if handover else cls.template.id,
            "channel_ids": []
            if handover
            else [
                (0, 0, {"channel": channel, "sequence": place})
                for place, channel in enumerate(channels)
            ],
            **values,
        }

    @classmethod
    def create_partner(cls, name, email=None, street=None, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "email": email,
                "street": street,
                "zip": "9000" if street else False,
                "city": "Gent" if street else False,
                **values,
            }
        )

    def invoice(self, amount, due, partner=None, post=True, **values):
        """Return an invoice over `amount` (no tax) due on `due` (ISO text or date)."""
        due = date.fromisoformat(due) if isinstance(due, str) else due
        move = self.env["account.move"].create(
            {
                "move_type": values.pop("move_type", "out_invoice"),
                "partner_id": (partner or self.debtor_partner).id,
                "invoice_date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Service",
                            "price_unit": amount,
                            "quantity": 1,
                            "tax_ids": [],
                        },
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
            self.sync()
        return move

    def claim(self, move):
        """Return the claims of an entry, in order of due date."""
        self.sync()
        return self.env["ar.claim"].search([("move_id", "in", move.ids)])

    def sync(self):
        """Carry what was noted into the claims, as the commit would."""
        self.env.cr.flush()
        self.env.invalidate_all()

    def assign(self, on="2026-01-01"):
        self.env["ar.dunning.segment"].sudo()._assign(
            self.company, date.fromisoformat(on)
        )

    def propose(self, on):
        """Assign procedures and propose; return the runs."""
        self.assign(on)
        # The machine's part is done by the system, as the cron does it.
        runs = self.env["ar.dunning.run"].sudo()
        return runs._propose_company(self.company, date.fromisoformat(on))

    def create_idle_debtors(self, number):
        """Make debtors without claims: where they are few, a run looks at all."""
        self.env["ar.debtor"].sudo().create(
            [
                {
                    "root_company_id": self.company.root_id.id,
                    "partner_id": self.create_partner(f"Idle {place}").id,
                }
                for place in range(number)
            ]
        )

    def due_partners(self, on):
        """Return the ids of the partners that a run of a day (a date) would look at.

        None when it would look at everybody.
        """
        claims = self.due_claims(on)
        return None if claims is None else set(claims.partner_id.ids)

    def due_claims(self, on):
        """Return the claims that a run of a day (a date) would evaluate; None: all."""
        candidates = self.env["ar.claim.candidate"]
        _number, _partners, claims = candidates._list_partners(self.company, on)
        if claims is None:
            return None
        return self.env["ar.claim"].browse(
            claim for [claim] in self.env.execute_query(claims)
        )

    def dispatch(self, on):
        notices = self.env["ar.dunning.notice"].sudo()
        while notices._dispatch_next(self.company, date.fromisoformat(on)):
            pass
        self.env.invalidate_all()

    def deliver(self, on):
        """Mark everything ready as sent on a day, as a mail server would let us."""
        ready = self.env["ar.delivery"].sudo().search([("state", "=", "ready")])
        for delivery in ready:
            delivery._note_sent(date.fromisoformat(on))
        self.env.invalidate_all()

    def prepare_emails(self, on):
        """Build the e-mails that are ready; return the first batch of each shard."""
        deliveries = self.env["ar.delivery"].sudo()
        return deliveries.union(
            *(
                deliveries._prepare_emails(self.company, on, shard)
                for shard in deliveries._shards_to_do(self.company)
            )
        )

    def run_day(self, on):
        """One day of the road without the mail server: propose, dispatch, deliver."""
        runs = self.propose(on)
        self.dispatch(on)
        self.deliver(on)
        return runs

    def lines(self, claim, role="claimed"):
        return claim.line_ids.filtered(
            lambda line: line.role == role and line.state == "dispatched"
        ).sorted("id")

    def level_keys(self, claim):
        return self.lines(claim).mapped("level_key")

    def blockers(self, claim, on):
        """Return the blocker codes that the evaluation gives a claim on a day."""
        explained = claim._explain(date.fromisoformat(on))[claim.id]
        return [blocker["code"] for blocker in explained["blockers"]]

    def pay(self, move, amount, on):
        """Register a payment on an invoice."""
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": amount, "payment_date": on})._create_payments()
        self.sync()

    def assert_ledger_agrees(self):
        rows = self.env["ar.ledger.identity"].search([])
        for row in rows:
            self.assertEqual(row.currency_id.compare_amounts(row.difference, 0), 0)
            self.assertEqual(
                row.company_currency_id.compare_amounts(row.difference_company, 0), 0
            )

    def run_cycle(self, on, moment="09:00:00"):
        """Run the whole daily cycle of the company as the scheduler does.

        Nothing is committed; the mail server is switched off and takes everything.
        """
        system = self.env(user=SUPERUSER_ID, su=True)
        retrying = "odoo.addons.ar_dunning.models.delivery_hand_over.retrying"
        with (
            freeze_time(f"{on} {moment}"),
            patch(retrying, lambda function, _env: function()),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 60
            ),
        ):
            cycle = system["ar.cycle"]._of_day(self.company, self.company._ar_today())
            cycle._run_steps(self.company, self.company._ar_today())
            cycle._share_work(self.company, self.company._ar_today())
        self.env.invalidate_all()
        return cycle
