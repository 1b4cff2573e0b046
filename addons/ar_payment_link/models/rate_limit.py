from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import hmac

WINDOW = timedelta(minutes=10)
# Uses in a window. Many people share one address of the internet, one link few.
LIMITS = {"link": 240, "document": 30, "stranger": 60, "check": 20}


class RateLimit(models.Model):
    """How often somebody used a public page lately, so that nobody wears it out.

    A row per use, and no row any more once the limit is reached: visitors never wait
    for each other, and a flood writes no more than the limit. Who it was is kept as a
    digest only.
    """

    _name = "ar.rate.limit"
    _description = "Use of a public page"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    used_on = fields.Datetime(required=True, readonly=True)

    _by_key = models.Index("(key, used_on)")

    @api.model
    def _admit(self, purpose, whom):
        """Note one use and return True; False when there were too many of them lately.

        A system parameter `ar_payment_link.limit_<purpose>` takes the place of the
        limit in `LIMITS`.

        :param purpose: key of `LIMITS`
        :param whom: what tells one user from another: a link, an address
        """
        # Visitors have no rights of their own, and are told nothing but yes or no.
        uses = self.sudo()
        most = self._limit_of(purpose)
        key = hmac(uses.env, "ar_rate_limit", f"{purpose}|{whom}")
        now = fields.Datetime.now()
        lately = [("key", "=", key), ("used_on", ">", now - WINDOW)]
        if uses.search_count(lately, limit=most) >= most:
            return False
        uses.create({"key": key, "used_on": now})
        return True

    @api.model
    def _limit_of(self, purpose):
        # A limit is no secret; what is typed wrongly counts for nothing.
        wanted = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(f"ar_payment_link.limit_{purpose}", "")
        )
        return int(wanted) if wanted.isdecimal() and int(wanted) else LIMITS[purpose]

    @api.autovacuum
    def _gc_uses(self):
        self.search([("used_on", "<=", fields.Datetime.now() - WINDOW)]).unlink()
