from odoo import models
from odoo.tools import format_date


class ClaimExplain(models.Model):
    """Why, or why not: the one explanation for form, list, window, portal, programs."""

    _inherit = "ar.claim"

    def explain(self):
        """Say for each of these claims what comes next, when, and what is in the way.

        For programs (`POST /json/2/ar.claim/explain`); the same words as on the form.

        :return: list of dicts: `id`, `state`, and for an open claim `level`,
            `level_date` (ISO text or None), `covered`, `collectable`, `channel`,
            `ready`, `history` (what was taken over from another program, in words, or
            "") and `blockers`, each with `code`, `sentence`, `until` (ISO text or ""),
            `lift` and `depends_on_run`
        """
        self.check_access("read")
        explained = self._explain()
        return [
            {"id": claim.id, "state": claim.state}
            | claim._explain_for_program(explained.get(claim.id))
            for claim in self
        ]

    def _explain_for_program(self, facts):
        if not facts:
            return {}
        level_date = facts["level_date"]
        names = ("covered", "collectable", "channel", "ready", "blockers")
        return {
            "level": facts["level_name"] or None,
            "level_date": level_date and level_date.isoformat(),
            "history": self._tell_history(),
            **{name: facts[name] for name in names},
        }

    def _tell_history(self):
        """Say which level was reached by a reminder of another program; "": none."""
        self.ensure_one()
        if self.level_line_id.notice_id.kind != "imported":
            return ""
        return self.env._(
            "“%(level)s” was sent on %(day)s, before the go-live (taken over from "
            "another program).",
            level=self.level_id.name or self.level_key,
            day=format_date(self.env, self.effective_on),
        )

    def _explain(self, on=None, early=False):
        """Say for each open claim what comes next, when, and what stands in the way.

        Uses the very evaluation that runs use, over all claims of the partners.

        :param on: the day to explain; default: today where each company is.
        :param early: as if the offset from the due date did not count, only the wait
        :return: {claim id: {level_id, level_name, level_date, covered, collectable,
            ready (bool), blockers: [{code, sentence, until, lift,
            depends_on_run}]}}
        """
        evaluation = self.env["ar.evaluation"].with_context(ar_early=early)
        explained = {}
        for company, claims in self.grouped("company_id").items():
            rows = evaluation._evaluate(
                company, on or company._ar_today(), partners=claims.partner_id
            )
            wanted = set(claims.ids)
            for row in rows:
                if row["claim_id"] in wanted:
                    explained[row["claim_id"]] = self._explain_row(row)
        return explained

    def _explain_row(self, row):
        level = self.env["ar.dunning.level"].browse(row["level_id"] or [])
        evaluation = self.env["ar.evaluation"]
        allocated = evaluation._allocation_codes()
        blockers = [
            evaluation._describe_blocker(blocker, row)
            | {"depends_on_run": blocker.partition("|")[0] in allocated}
            for blocker in row["blockers"]
        ]
        return {
            "level_id": level.id,
            "level_name": level.name,
            "level_kind": level.kind,
            "level_date": row["level_date"],
            "occurrence": row["occurrence"],
            "covered": row["covered"],
            "collectable": row["collectable"],
            "channel": row["channel"],
            "ready": not blockers,
            "blockers": blockers,
        }
