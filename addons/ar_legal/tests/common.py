from datetime import date

from odoo.tests import freeze_time

from odoo.addons.ar_dunning.tests.common import DunningCommon

HANDOVER_DAY = "2026-03-10"


class LegalCommon(DunningCommon):
    """A debtor at the end of his procedure, a bailiff, and people of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls.create_user(f"legal_{role}", f"ar_dunning.group_{role}")
            for role in ("auditor", "collector", "approver", "manager")
        }
        cls.bailiff = cls.create_partner(
            "Modero Test", "office@bailiff.example", "Gerechtsstraat 1", is_company=True
        )
        cls.track = cls.env["ar.legal.track"].create(
            {
                "name": "Test track",
                "code": "test",
                "legal_basis": "Book of Tests, art. 1",
                "stage_ids": [
                    (0, 0, {"name": "Received", "sequence": 1, "deadline_days": 7}),
                    (0, 0, {"name": "Summoned", "sequence": 2, "deadline_days": 30}),
                    (0, 0, {"name": "Ended", "sequence": 3, "closing": True}),
                ],
            }
        )
        cls.received, cls.summoned, cls.ended = cls.track.stage_ids

    def propose_handover(self, amount=100, partner=None):
        """Lead a new claim to the proposal of its handover; return (claim, notice)."""
        claim = self.claim(self.invoice(amount, "2026-01-01", partner))
        for on in ("2026-01-20", "2026-02-10", HANDOVER_DAY):
            self.run_day(on)
        return claim, self.proposal(claim)

    def proposal(self, claim):
        """Return the handover notice of a claim that waits for a decision."""
        return claim.line_ids.notice_id.filtered(
            lambda notice: notice.kind == "handover" and notice.state == "proposed"
        )

    def decide(self, notices, user=None, on=HANDOVER_DAY, **values):
        """Decide in the window, as an approver does; return what it answers."""
        user = user or self.users["approver"]
        action = notices.with_user(user).action_hand_over()
        wizards = self.env["ar.legal.handover"].with_user(user)
        wizard = wizards.with_context(**action["context"]).create(
            {
                "reason": "No answer to two notices.",
                "track_id": self.track.id,
                "party_role": "bailiff",
                "party_id": self.bailiff.id,
                "user_id": self.users["collector"].id,
                **values,
            }
        )
        with freeze_time(f"{on} 10:00:00"):
            return wizard.action_apply()

    def handed_over(self, amount=100, partner=None, **values):
        """Return (claim, open case) of a claim that was handed over."""
        claim, notice = self.propose_handover(amount, partner)
        self.decide(notice, **values)
        return claim, notice.legal_case_ids

    def add(self, case, claims, on="2026-03-12", user=None):
        case.with_user(user or self.users["approver"])._add_claims(
            claims.with_user(user or self.users["approver"]), date.fromisoformat(on)
        )

    def close(self, case, outcome, on="2026-04-01", user=None):
        case.with_user(user or self.users["approver"])._close(
            outcome, date.fromisoformat(on)
        )

    def items(self, kind, case=None):
        """Return the open work items of a kind."""
        domain = [("kind", "=", kind), ("state", "=", "open")]
        if case:
            domain.append(("legal_case_id", "=", case.id))
        return self.env["ar.work.item"].search(domain)

    def review(self, on):
        """The daily look at the cases, as the cycle takes it."""
        cases = self.env["ar.legal.case"].sudo()
        return cases._review_company(self.company, date.fromisoformat(on))
