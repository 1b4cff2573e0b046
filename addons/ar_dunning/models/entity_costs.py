from odoo import api, models
from odoo.exceptions import UserError

from ..rules import procedure_text as rule

_PLAIN = (
    "kind",
    "debtor_class",
    "treatment",
    "clause",
    "percentage",
    "agreed_minimum",
    "agreed_maximum",
    "vat_declared",
    "regular_supply",
    "grouping",
)


class EntityCosts(models.AbstractModel):
    """What an entity does with costs and interest, in its file.

    A policy is known by its kind, claim type and class of debtors.
    """

    _inherit = "ar.config.file"

    @api.model
    def _schema(self):
        schema = super()._schema()
        policies = self.env["ar.cost.policy"]

        def choice(name, required=False):
            values = tuple(policies._fields[name].get_values(self.env))
            return rule.Field(rule.CHOICE, required, choices=values)

        policy = {
            "kind": choice("kind", required=True),
            "claim_type": rule.Field(rule.TEXT),
            "debtor_class": choice("debtor_class"),
            "treatment": choice("treatment", required=True),
            "clause": rule.Field(rule.BOOLEAN),
            "percentage": rule.Field(rule.NUMBER),
            "agreed_minimum": rule.Field(rule.NUMBER),
            "agreed_maximum": rule.Field(rule.NUMBER),
            "vat_declared": rule.Field(rule.BOOLEAN),
            "regular_supply": rule.Field(rule.BOOLEAN),
            "grouping": choice("grouping"),
            "journal": rule.Field(rule.TEXT),
            "account": rule.Field(rule.TEXT),
        }
        costs = rule.Field(rule.RECORDS, record=rule.Record(policy))
        return rule.Record({**schema.fields, "costs": costs}, schema.key)

    def _plan_costs(self, said, company):
        kind = self._find_claim_type(said, company)
        policy = self.env["ar.cost.policy"].search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", said["kind"]),
                ("claim_type_id", "=", kind.id),
                ("debtor_class", "=", said.get("debtor_class") or False),
            ],
            limit=1,
        )
        current = {
            **{name: policy[name] or "" for name in _PLAIN},
            **{name: policy[name] for name in _PLAIN if policy[name] in (True, False)},
            "percentage": self._number(policy.percentage),
            "agreed_minimum": self._number(policy.agreed_minimum),
            "agreed_maximum": self._number(policy.agreed_maximum),
            "claim_type": policy.claim_type_id.code or "",
            "journal": policy.journal_id.code or "",
            "account": policy.account_id.with_company(company).code or "",
        }
        key = "/".join(
            filter(
                None, (said["kind"], said.get("claim_type"), said.get("debtor_class"))
            )
        )
        return self._step("costs", key, said, policy, current)

    def _apply_costs(self, step):
        said, company = step.said, step.owner
        values = {name: said[name] for name in _PLAIN if name in said}
        if "journal" in said:
            values["journal_id"] = self._find_ledger(
                "account.journal", said["journal"], [("company_id", "=", company.id)]
            ).id
        if "account" in said:
            values["account_id"] = self._find_ledger(
                "account.account",
                said["account"],
                [("company_ids", "in", company.ids)],
                company,
            ).id
        if step.record:
            step.record.write(values)
            return
        kind = self._find_claim_type(said, company)
        self.env["ar.cost.policy"].create(
            {"company_id": company.id, "claim_type_id": kind.id, **values}
        )

    def _find_claim_type(self, said, company):
        """Return the claim type of a policy; none is named: for all of them."""
        code = said.get("claim_type")
        kind = self._find("ar.claim.type", code, company)
        if code and not kind:
            raise UserError(
                self.env._(
                    "“%s” is no claim type of the entity: create it first, or mend "
                    "its code.",
                    code,
                )
            )
        return kind

    def _find_ledger(self, model, code, domain, company=None):
        """Return the journal or account with a code; raise when there is none."""
        records = self.env[model].with_company(company or self.env.company)
        found = records.search([*domain, ("code", "=", code)], limit=1)
        if not found:
            raise UserError(
                self.env._(
                    "“%s” is no journal or account of the entity: create it first, or "
                    "mend its code.",
                    code,
                )
            )
        return found
