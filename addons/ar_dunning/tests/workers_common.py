from datetime import date

from .common import DunningCommon

ON = "2026-03-15"


class WorkersCommon(DunningCommon):
    """The day of a company as the scheduled actions go through it, with commits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cycles = cls.env["ar.cycle"].sudo()
        cls.notices = cls.env["ar.dunning.notice"].sudo()

    def debtors(self, count, **values):
        """Make debtors who each owe one invoice that is due; return their claims."""
        return self.env["ar.claim"].union(
            *(
                self.claim(
                    self.invoice(
                        10 + place,
                        "2026-03-01",
                        self.create_partner(
                            f"P{place}", f"p{place}@x.example", **values
                        ),
                    )
                )
                for place in range(count)
            )
        )

    def call(self, method):
        """Call a method of the cycle as the cron does, with commits; return the day."""
        on = date.fromisoformat(ON)
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            cycles = self.cycles.with_env(self.cycles.env(cr=cr))
            company = self.company.with_env(cycles.env)
            getattr(cycles, method)(company, on)
        self.env.invalidate_all()
        return self.cycles.search(
            [("company_id", "=", self.company.id), ("date", "=", on)]
        )

    def capacity(self, per_day, channel="email"):
        self.env["ar.capacity"].create(
            {"company_id": self.company.id, "channel": channel, "per_day": per_day}
        )
