import re

from odoo import api, models
from odoo.tools import html2plaintext

# What such a field holds is never written down.
_SECRET = re.compile(r"password|secret|token|api_?key|private_key", re.IGNORECASE)
_BOOKKEEPING = {"create_date", "create_uid", "write_date", "write_uid"}
_LONGEST = 2000  # characters of a value


class ConfigTracked(models.AbstractModel):
    """Configuration whose changes are written down: who, when, from what to what.

    A model inherits it beside its own parents. One read before and one insert after a
    write, whatever the number of records.
    """

    _name = "ar.config.tracked"
    _description = "Logged configuration"

    @api.model
    def _config_tracked_fields(self):
        """Return the names of the fields whose changes are logged. For extension."""
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and field.type != "one2many"
            and name not in _BOOKKEEPING
            and not (field.compute and field.readonly)
        ]

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._log_config("created", [{} for _record in records])
        return records

    def write(self, vals):
        names = [name for name in self._config_tracked_fields() if name in vals]
        if not names or self._config_unlogged():
            return super().write(vals)
        before = [record._config_words(names) for record in self]
        result = super().write(vals)
        self._log_config("changed", before, names)
        return result

    def unlink(self):
        if not self._config_unlogged():
            self._log_config("deleted", [{} for _record in self])
        return super().unlink()

    @api.model
    def _config_unlogged(self):
        """What an installation brings along is nobody's change."""
        return self.env.context.get("install_mode") or not self.env.registry.ready

    def _log_config(self, action, before, names=()):
        """Write down what is different now.

        :param before: for each record its former values in words by field name
        """
        if self._config_unlogged():
            return
        rows = []
        for record, old in zip(self, before, strict=True):
            new = record._config_words(names)
            changed = [name for name in names if old.get(name) != new[name]]
            if names and not changed:
                continue
            rows += [
                record._prepare_config_change(action, name, old, new)
                for name in changed or [""]
            ]
        # People read the log and never write it.
        self.env["ar.config.change"].sudo().create(rows)

    def _prepare_config_change(self, action, name, old, new):
        secret = name and _SECRET.search(name)
        return {
            "model": self._name,
            "res_id": self.id,
            "record_name": self._config_name(),
            "company_id": self._config_company().id,
            "action": action,
            "field": name,
            "field_label": self._fields[name]._description_string(self.env)
            if name
            else False,
            "old_value": False if secret else old.get(name),
            "new_value": False if secret else new.get(name),
            "lang": self.env.lang if name and self._fields[name].translate else False,
            "user_id": self.env.uid,
        }

    def _config_name(self):
        """Return how the log calls this record. For extension."""
        return self.display_name

    def _config_company(self):
        """Return the company whose people may read the change; empty: everybody."""
        if self._name == "res.company":
            return self
        return self.company_id if "company_id" in self._fields else self.env.company

    def _config_words(self, names):
        """Return {field name: value in the reader's words} of one record."""
        return {name: self._config_word(name) for name in names}

    def _config_word(self, name):
        field, value = self._fields[name], self[name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field.relational:
            # A reader of configuration may see what it points at by name.
            return ", ".join(value.sudo().mapped("display_name"))
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return labels.get(value, value or "")
        if field.type == "html":
            value = html2plaintext(value or "").strip()
        if field.type in ("float", "integer", "monetary"):
            return f"{value:g}"
        return str(value or "")[:_LONGEST]

    def action_config_changes(self):
        """Open the changes of this record and of what belongs to it."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_dunning.ar_config_change_action"
        )
        action["domain"] = [("model", "=", self._name), ("res_id", "in", self.ids)]
        return action
