import ipaddress
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from odoo import models
from odoo.exceptions import ValidationError

from ..rules import gateway_message as rule
from ..rules.gateway_answer import ABOUT_US, REFUSED, TAKEN, UNKNOWN, Answer, fate_of

# Seconds to connect, and between the pieces of an answer.
TIMEOUT = 20
MAXIMUM_ANSWER = 64 * 1024


class GatewayHttp(models.AbstractModel):
    """Hands messages to a gateway over HTTP, as it is described."""

    _inherit = "ar.gateway"

    def _check_address(self):
        """Refuse an address that would carry messages and keys in the open."""
        self.ensure_one()
        try:
            parts = urlsplit(self.url or "")
            host = parts.hostname or ""
        except ValueError:
            host = ""
        if not host or parts.scheme not in ("http", "https"):
            raise ValidationError(
                self.env._(
                    "%s: enter the address that the gateway takes messages at, e.g. "
                    "https://gateway.example/messages.",
                    self.name,
                )
            )
        if parts.scheme == "http" and not _is_this_machine(host):
            raise ValidationError(
                self.env._(
                    "%s: the address begins with https://. Without it, others can read "
                    "the messages and the key.",
                    self.name,
                )
            )

    def _order_by_http(self, values):
        """Hand one message over and say what became of it; nothing is raised.

        :param values: {placeholder of the fields: text}; the number is E.164
        :return: `Answer`
        """
        self.ensure_one()
        values = values | {
            "digits": values["number"].removeprefix("+"),
            "report_url": self._report_url(),
        }
        body = rule.write_request(self.body_template, self.body_kind, values)
        try:
            response = requests.post(
                self.url,
                data=body,
                headers=self._request_headers(),
                auth=self._request_auth(),
                timeout=TIMEOUT,
                # A key is for the gateway, not for whom it points to.
                allow_redirects=False,
                stream=True,
            )
            with response:
                content = response.raw.read(MAXIMUM_ANSWER, decode_content=True)
        except requests.ConnectTimeout as error:
            return self._not_reached(error)
        except requests.ConnectionError as error:
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            if isinstance(reason, NewConnectionError) or isinstance(
                error, requests.exceptions.SSLError | requests.exceptions.ProxyError
            ):
                return self._not_reached(error)
            return Answer(UNKNOWN, "no_answer", str(error))
        except (requests.RequestException, HTTPError) as error:
            return Answer(UNKNOWN, "no_answer", str(error))
        return self._read_answer(response, content)

    def _request_headers(self):
        kind = {
            rule.JSON: "application/json; charset=utf-8",
            rule.FORM: "application/x-www-form-urlencoded",
        }[self.body_kind]
        headers = {"Content-Type": kind, "Accept": "application/json, text/plain"}
        # Secrets are for those who configure; here they go to the gateway itself.
        secret = self.sudo().access_secret or ""
        if self.access == "bearer":
            headers["Authorization"] = f"Bearer {secret}"
        elif self.access == "header":
            headers[self.access_name or "X-Api-Key"] = secret
        return headers

    def _request_auth(self):
        if self.access != "basic":
            return None
        # As above.
        return (
            (self.access_name or "").encode(),
            (self.sudo().access_secret or "").encode(),
        )

    def _not_reached(self, error):
        return Answer(
            ABOUT_US,
            "not_reached",
            self.env._(
                "%(gateway)s does not answer: %(error)s",
                gateway=self.name,
                error=error,
            ),
        )

    def _read_answer(self, response, content):
        code = response.status_code
        document = rule.read_document(
            content, response.headers.get("Content-Type") or ""
        )
        said = content.decode(errors="replace").strip()[:300]
        words = f"{code} {said}".strip()
        fate = fate_of(code)
        if fate == ABOUT_US:
            words = self.env._(
                "%(gateway)s does not take our messages: %(answer)s. Check its address "
                "and key.",
                gateway=self.name,
                answer=words,
            )
        if fate != TAKEN:
            return Answer(fate, str(code), words)
        if self.answer_status_path:
            status = rule.find(document, self.answer_status_path).strip().lower()
            accepted = rule.ReportWords.of(self.answer_accepted or "", "").delivered
            if status not in accepted:
                return Answer(REFUSED, status or "refused", words)
        reference = (
            rule.find(document, self.answer_id_path) if self.answer_id_path else ""
        )
        return Answer(TAKEN, provider_reference=reference)


def _is_this_machine(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
