import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import gateway_message as rule

EXAMPLE = """{
    "to": "{number}",
    "from": "{sender}",
    "text": "{text}",
    "reference": "{reference}",
    "report_url": "{report_url}"
}"""


class Gateway(models.AbstractModel):
    """Who brings messages to telephones: any gateway that takes orders over HTTP.

    It is described, not programmed: which fields it wants, how it lets us in, where its
    answer holds the number of the message, how its delivery reports look. A channel
    has a model of its own that inherits this one.
    """

    _name = "ar.gateway"
    _inherit = ["ar.config.tracked"]
    _description = "Gateway"
    _order = "sequence, id"
    # Beginning of the address that takes the reports of this kind of gateway.
    _report_path = None

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share this gateway among all companies."
    )
    trouble = fields.Char(
        readonly=True,
        copy=False,
        help="Why nothing is handed over now: the gateway does not let us in, or does "
        "not answer. The messages wait and go out once it does.",
    )
    trouble_on = fields.Datetime(string="Since", readonly=True, copy=False)

    # -- the request ----------------------------------------------------------------
    url = fields.Char(string="Address", help="Where messages are posted to: https.")
    body_kind = fields.Selection(
        [(rule.JSON, "JSON"), (rule.FORM, "Form")],
        string="Fields as",
        required=True,
        default=rule.JSON,
    )
    body_template = fields.Text(
        string="Fields",
        default=lambda self: self._example_fields(),
        help="What the gateway wants to know of each message, as a JSON object. You "
        "may use {number} (+32470123456), {digits} (32470123456), {text}, {sender}, "
        "{language}, {reference} and {report_url}.",
    )
    access = fields.Selection(
        [
            ("none", "None"),
            ("basic", "User and password"),
            ("bearer", "Token"),
            ("header", "Key in a header"),
        ],
        string="Authentication",
        required=True,
        default="bearer",
    )
    access_name = fields.Char(string="User or header")
    # Of no use to those who may not configure it.
    access_secret = fields.Char(
        string="Password, token or key",
        groups="ar_dunning.group_manager",
        copy=False,
    )

    # -- its answer -----------------------------------------------------------------
    answer_id_path = fields.Char(
        string="Number of the message",
        help="Where the answer holds it, e.g. messages.0.id. Delivery reports name it.",
    )
    answer_status_path = fields.Char(
        string="Status in the answer",
        help="For gateways that answer “200 OK” to what they refuse. Empty: what they "
        "take with a code of 200 to 299 is taken.",
    )
    answer_accepted = fields.Char(
        string="Words for taken", help="E.g. accepted, queued. Parted by commas."
    )

    # -- its reports ----------------------------------------------------------------
    report_token = fields.Char(
        default=lambda self: secrets.token_urlsafe(24),
        groups="ar_dunning.group_manager",
        copy=False,
        readonly=True,
    )
    report_address = fields.Char(
        string="Address for reports",
        compute="_compute_report_address",
        groups="ar_dunning.group_manager",
        help="Give it to the gateway, unless it is told with each message "
        "({report_url}). Keep it secret: who knows it may report.",
    )
    report_id_path = fields.Char(string="Number in a report", default="id")
    report_status_path = fields.Char(string="Status in a report", default="status")
    report_reason_path = fields.Char(string="Reason in a report")
    report_delivered = fields.Char(string="Words for delivered", default="delivered")
    report_failed = fields.Char(
        string="Words for failed",
        default="failed, undelivered, rejected, expired",
    )
    signature_header = fields.Char(
        string="Header of the signature",
        help="Empty: reports are not signed; then the address alone is the secret. "
        "Signed: HMAC with SHA-256 over the body, in hexadecimal digits or base64.",
    )
    signature_secret = fields.Char(
        string="Secret of the signature",
        groups="ar_dunning.group_manager",
        copy=False,
    )

    # -- trying it ------------------------------------------------------------------
    test_number = fields.Char(string="Try it with", store=False)

    def _config_tracked_fields(self):
        # What the sender found out is not what somebody decided.
        found = {"trouble", "trouble_on"}
        return [one for one in super()._config_tracked_fields() if one not in found]

    @api.model
    def _example_fields(self):
        """Return the fields that a new gateway begins with."""
        return EXAMPLE

    def _is_described(self):
        """Whether it is described here; else other code hands the messages over."""
        self.ensure_one()
        return True

    @api.depends("report_token")
    def _compute_report_address(self):
        for gateway in self:
            gateway.report_address = (
                gateway.id and gateway._is_described() and gateway._report_url()
            )

    def _report_url(self):
        self.ensure_one()
        # The key is for those who configure; here it goes to the gateway itself.
        return (
            f"{self.get_base_url().rstrip('/')}{self._report_path}{self.id}"
            f"/{self.sudo().report_token}"
        )

    @api.constrains("url", "body_kind", "body_template")
    def _check_request(self):
        for gateway in self.filtered(lambda one: one._is_described()):
            gateway._check_address()
            try:
                rule.read_template(gateway.body_template or "", gateway.body_kind)
            except rule.GatewayTextError as error:
                raise ValidationError(gateway._tell_template(error)) from error

    @api.constrains("signature_header", "signature_secret")
    def _check_signature(self):
        for gateway in self:
            if bool(gateway.signature_header) != bool(gateway.signature_secret):
                raise ValidationError(
                    self.env._(
                        "%s: a signature has a header and a secret; enter both, or "
                        "neither.",
                        gateway.name,
                    )
                )

    def _tell_template(self, error):
        self.ensure_one()
        return {
            "not_json": self.env._(
                "%(gateway)s: the fields are no JSON: %(detail)s.",
                gateway=self.name,
                detail=error.detail,
            ),
            "no_object": self.env._(
                "%s: the fields are one JSON object, in braces.", self.name
            ),
            "unknown_placeholder": self.env._(
                "%(gateway)s: nobody can fill in {%(detail)s}. Known are: %(known)s.",
                gateway=self.name,
                detail=error.detail,
                known=", ".join(f"{{{name}}}" for name in rule.PLACEHOLDERS),
            ),
            "missing_placeholder": self.env._(
                "%(gateway)s: the fields lack {%(detail)s}: without it nobody gets a "
                "message.",
                gateway=self.name,
                detail=error.detail,
            ),
            "nested_form": self.env._(
                "%s: a form has no fields within fields: choose JSON, or write each "
                "field at the top.",
                self.name,
            ),
        }[error.code]

    def _note_trouble(self, trouble):
        """Keep why a gateway takes nothing; empty: it works (again)."""
        self.ensure_one()
        if (self.trouble or "") == (trouble or ""):
            return
        # Whoever sends finds it out; nobody decides it.
        self.sudo().write(
            {
                "trouble": trouble or False,
                "trouble_on": fields.Datetime.now() if trouble else False,
            }
        )

    def action_try(self):
        """Send a message to a number of one's own, and say what the gateway said."""
        self.ensure_one()
        self.check_access("write")
        number = self._number_to_try(self.env.context.get("ar_test_number") or "")
        answer = self._send(
            self.env.company,
            number,
            self._words_to_try(),
            f"test-{secrets.token_hex(8)}",
        )
        self._note_trouble(answer.text if answer.is_about_us else None)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if answer.is_taken else "danger",
                "message": answer.text
                or self.env._("The gateway took the message for %s.", number),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _number_to_try(self, written):
        """Return the number (E.164) that a test goes to. To be given by each channel.

        :raises UserError: the channel cannot reach it
        """
        raise NotImplementedError

    def _words_to_try(self):
        """Return what a test says. To be given by each channel."""
        raise NotImplementedError

    def _send(self, company, number, text, reference, language=""):
        """Hand one message over and say what became of it; nothing is raised.

        To be given by each channel.

        :param number: E.164
        :param reference: ours; reports may name it
        :param language: code of Odoo, e.g. nl_BE
        :return: `Answer`
        """
        raise NotImplementedError
