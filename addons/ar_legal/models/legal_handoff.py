import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import archive


class LegalHandoff(models.Model):
    """The dossier of a case as it was given away: one file, never changed again."""

    _name = "ar.legal.handoff"
    _description = "Legal dossier"
    _order = "id desc"

    case_id = fields.Many2one(
        "ar.legal.case", required=True, ondelete="restrict", index=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id")
    party_id = fields.Many2one(
        "res.partner",
        string="Made for",
        ondelete="restrict",
        readonly=True,
        help="Bailiff or lawyer of the case at that moment.",
    )
    number = fields.Integer(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    made_on = fields.Datetime(string="Made on", required=True, readonly=True)
    made_by_id = fields.Many2one(
        "res.users", string="Made by", required=True, readonly=True
    )
    content = fields.Binary(
        string="Dossier", attachment=True, required=True, readonly=True
    )
    digest = fields.Char(
        string="SHA-256", required=True, readonly=True, help="Checksum of the file."
    )
    size = fields.Integer(string="Bytes", readonly=True)
    file_count = fields.Integer(string="Files", readonly=True)
    remark = fields.Text(
        readonly=True, help="What could not be put into the dossier, and why."
    )

    _number_once = models.Constraint(
        "UNIQUE (case_id, number)", "This dossier has just been made: reload the page."
    )

    @api.depends("name")
    def _compute_display_name(self):
        for handoff in self:
            handoff.display_name = handoff.name

    def write(self, vals):
        if vals:
            raise UserError(
                self.env._("A dossier stays as it was given away: make a new one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A dossier stays as it was given away: it is not deleted.")
        )

    @api.model
    def _make(self, case, moment):
        """Make the dossier of a case from what is known now, and keep it.

        :param moment: datetime (UTC) that it carries
        """
        case.check_access("read")
        if not self.env.user.has_group("ar_dunning.group_collector"):
            raise UserError(self.env._("Only collectors may make a dossier."))
        # Invoices and deliveries are read for everybody who may read the case: its
        # claims have one company and one access group. Access was checked above.
        case_sudo = case.sudo().with_context(lang=self._language(case))
        files, remarks = case_sudo._dossier_files(moment)
        content = archive.packed(files, moment)
        number = max(case_sudo.handoff_ids.mapped("number"), default=0) + 1
        stem = archive.file_name(f"{case.name} {number:02}", "zip")
        handoff = self.sudo().create(
            {
                "case_id": case.id,
                "company_id": case.company_id.id,
                "access_group_id": case.access_group_id.id,
                "party_id": case.party_id.id,
                "number": number,
                "name": stem,
                "made_on": moment,
                "made_by_id": self.env.uid,
                "content": base64.b64encode(content),
                "digest": archive.digest(content),
                "size": len(content),
                "file_count": len(files) + 1,
                "remark": "\n".join(remarks) or False,
            }
        )
        # History is written by the program alone; access was checked above.
        self.env["ar.legal.event"].sudo().create(
            case._prepare_event("handoff", case.company_id._ar_today(), text=stem)
        )
        return self.browse(handoff.id)

    @api.model
    def _language(self, case):
        """The language of the company: what its lawyers and bailiffs work in."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        # A language is no secret.
        wanted = case.company_id.sudo().partner_id.lang
        return wanted if wanted in installed else "en_US"

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/ar.legal.handoff/{self.id}/content"
            f"?download=true&filename={self.name}",
            "target": "self",
        }


class LegalCaseHandoff(models.Model):
    _inherit = "ar.legal.case"

    def action_make_handoff(self):
        """Make the dossier of the case for the bailiff or lawyer."""
        self.ensure_one()
        handoff = self.env["ar.legal.handoff"]._make(self, fields.Datetime.now())
        if not handoff.remark:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("%s is ready", handoff.name),
                "message": handoff.remark,
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
