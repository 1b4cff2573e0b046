from odoo import models

from .config_file import SAME, UPDATE
from .roles import ROLES


class EntityPeople(models.AbstractModel):
    """The groups, journals and people of an entity's file."""

    _inherit = "ar.config.file"

    def _plan_groups(self, said, company):
        group = self._find("res.groups", said["name"], company)
        current = {"name": group.name, "comment": group.comment or ""}
        return self._step("groups", said["name"], said, group, current)

    def _apply_groups(self, step):
        if step.record:
            step.record.write(step.said)
        else:
            self.env["res.groups"].create(step.said)

    def _plan_journals(self, said, company):
        journals = self.env["account.journal"].with_context(active_test=False)
        journal = journals.search(
            [("company_id", "=", company.id), ("code", "=", said["code"])], limit=1
        )
        current = {
            "code": journal.code,
            "name": journal.name,
            "type": journal.type,
            "claim_type": journal.ar_claim_type_id.code or "",
            "follow_up": journal.ar_follow_up,
            "staleness_days": journal.ar_staleness_days,
        }
        step = self._step("journals", said["code"], said, journal, current)
        kind = self._find("ar.claim.type", said.get("claim_type"), company)
        if step.action == SAME and kind and kind != journal.ar_claim_type_id:
            # The same code, but by now the company has a type of its own.
            step.action = UPDATE
        return step

    def _apply_journals(self, step):
        said, company = step.said, step.owner
        values = {key: said[key] for key in ("name", "type") if key in said}
        if "follow_up" in said:
            values["ar_follow_up"] = said["follow_up"]
        if "staleness_days" in said:
            values["ar_staleness_days"] = said["staleness_days"]
        if "claim_type" in said:
            kind = self._find("ar.claim.type", said["claim_type"], company)
            values["ar_claim_type_id"] = kind.id
        if step.record:
            values.pop("type", None)
            step.record.write(values)
            return
        self.env["account.journal"].create(
            {
                "name": said["code"],
                "type": "sale",
                "code": said["code"],
                "company_id": company.id,
                **values,
            }
        )

    def _plan_users(self, said, company):
        users = self.env["res.users"].with_context(active_test=False)
        user = users.search([("login", "=", said["login"])], limit=1)
        groups = self._user_groups(said, company)
        missing = groups - user.all_group_ids
        at_work = company and company in user.company_ids
        current = {
            "login": user.login,
            "name": user.name,
            "language": (user.lang or "").split("_")[0],
        }
        step = self._step("users", said["login"], said, user, current)
        if user and (missing or not at_work):
            step.changes += [
                (("groups",), "", name) for name in missing.mapped("full_name")
            ]
            if not at_work:
                step.changes.append((("companies",), "", company.name))
            step.action = UPDATE
        return step

    def _user_groups(self, said, company):
        groups = self.env["res.groups"]
        for role in said.get("roles") or ():
            groups |= self.env.ref(ROLES[role])
        for name in said.get("groups") or ():
            groups |= self._find("res.groups", name, company)
        return groups

    def _apply_users(self, step):
        said, company = step.said, step.owner
        groups = self._user_groups(said, company)
        values = {
            "group_ids": [(4, group.id) for group in groups],
            "company_ids": [(4, company.id)],
        }
        if "name" in said:
            values["name"] = said["name"]
        if "language" in said:
            values["lang"] = self._language(said["language"])
        if step.record:
            step.record.write(values)
            return
        users = self.env["res.users"]
        if not said.get("invite"):
            # Nobody is written to: a password is set later, by whoever may.
            users = users.with_context(no_reset_password=True)
        inside = self.env.ref("base.group_user")
        users.create(
            {
                "name": said["login"],
                "login": said["login"],
                "email": said["login"] if "@" in said["login"] else False,
                **values,
                "group_ids": [(6, 0, (groups | inside).ids)],
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
            }
        )
