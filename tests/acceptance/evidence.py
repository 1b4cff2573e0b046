"""What the database and the mail server say after the storm.

Everything is read past Odoo: by SQL, and from the files of the mail sink.
"""

import hashlib
from collections import Counter
from email.parser import BytesHeaderParser

import psycopg2.extras

_ENVELOPE = b"X-Envelope-"


class Evidence:
    """Reads a database and a mailbox.

    :param connection: a connection in autocommit mode
    :param mailbox: a `toolkit.smtp_sink.Mailbox`
    """

    def __init__(self, connection, mailbox):
        self._connection = connection
        self.mailbox = mailbox

    def rows(self, query, **values):
        """Return the rows of a query as dicts."""
        with self._connection.cursor(
            cursor_factory=psycopg2.extras.RealDictCursor
        ) as cursor:
            cursor.execute(query, values)
            return [dict(row) for row in cursor.fetchall()]

    def change(self, query, **values):
        """Run a statement that changes rows; return how many."""
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.rowcount

    def received(self):
        """Return [(Message-ID, SHA-256 of the bytes)] in order of arrival."""
        return [_identify(file.read_bytes()) for file in self.mailbox.files()]

    def repeated(self):
        """Return how many messages arrived again, beyond the first of each."""
        received = self.received()
        return len(received) - len({key for key, _digest in received})

    def sent(self):
        """Return {Message-ID: SHA-256} of the e-mails in state sent."""
        rows = self.rows(
            """SELECT message_key, content_digest FROM ar_delivery
                WHERE channel = 'email' AND state = 'sent'"""
        )
        return {row["message_key"]: row["content_digest"] for row in rows}

    def unfinished(self):
        """Return what still waits: {kind: count}, empty when all is done."""
        [row] = self.rows(
            """
            SELECT (SELECT COUNT(*) FROM ar_delivery
                     WHERE state IN ('ready', 'handing_over')) AS deliveries,
                   (SELECT COUNT(*) FROM ar_dunning_notice
                     WHERE state IN ('proposed', 'approved')) AS notices,
                   (SELECT COUNT(*) FROM ar_cycle
                     WHERE state = 'running'
                        OR (state = 'failed'
                            AND date = (SELECT MAX(date) FROM ar_cycle))) AS cycles
            """
        )
        return {kind: count for kind, count in row.items() if count}

    # -- what must hold ---------------------------------------------------------

    def check_messages(self):
        """Each message received was sent and the other way round, byte by byte."""
        received = self.received()
        sent = set(self.sent().items())
        assert set(received) == sent, set(received) ^ sent

    def check_once(self):
        """One line per claim and level; one successful delivery per notice."""
        self._check_none(
            """SELECT claim_id, cycle, level_key, COUNT(*)
                 FROM ar_dunning_notice_line
                WHERE role = 'claimed' AND state = 'dispatched'
                GROUP BY 1, 2, 3 HAVING COUNT(*) > 1"""
        )
        self._check_none(
            """SELECT notice_id, COUNT(*) FROM ar_delivery
                WHERE state IN ('sent', 'printed')
                GROUP BY 1 HAVING COUNT(*) > 1"""
        )
        self._check_none(
            """SELECT message_id, COUNT(*) FROM mail_message
                WHERE model = 'ar.dunning.notice' AND message_id LIKE '<ar-%%'
                GROUP BY 1 HAVING COUNT(*) > 1"""
        )

    def check_complete(self):
        """Nothing waits, and what was dispatched has left on a known day."""
        assert not self.unfinished(), self.unfinished()
        self._check_none(
            """SELECT notice.id FROM ar_dunning_notice notice
                WHERE notice.state = 'dispatched' AND notice.kind = 'dunning'
                  AND NOT EXISTS (SELECT FROM ar_delivery delivery
                                   WHERE delivery.notice_id = notice.id
                                     AND delivery.state IN ('sent', 'printed'))"""
        )

    def check_projection(self):
        """Each claim stands where its dispatched lines say."""
        self._check_none(
            """
            SELECT claim.id, claim.level_key, last.level_key AS expected
              FROM ar_claim claim
              LEFT JOIN LATERAL (
                SELECT line.* FROM ar_dunning_notice_line line
                 WHERE line.claim_id = claim.id AND line.cycle = claim.cycle
                   AND line.role = 'claimed' AND line.state = 'dispatched'
                 ORDER BY line.level_sequence DESC LIMIT 1) last ON TRUE
             WHERE claim.level_line_id IS DISTINCT FROM last.id
                OR claim.level_key IS DISTINCT FROM last.level_key
                OR claim.effective_on IS DISTINCT FROM last.effective_on
            """
        )

    def check_locks(self):
        """Nobody holds a lock that would keep the next worker out."""
        self._check_none(
            """SELECT locktype, pid FROM pg_locks
                WHERE locktype = 'advisory'
                  AND database = (SELECT oid FROM pg_database
                                   WHERE datname = current_database())"""
        )

    def check_levels(self, expected):
        """The claims by debtor and level: {(first, last debtor): level or None}."""
        levels = self.rows(
            """SELECT substr(partner.ref, 2)::int AS debtor, claim.level_key
                 FROM ar_claim claim
                 JOIN res_partner partner ON partner.id = claim.partner_id"""
        )
        for (first, last), level in expected.items():
            found = Counter(
                row["level_key"] for row in levels if first <= row["debtor"] <= last
            )
            assert set(found) == {level}, (first, last, found)

    def check_all(self):
        """All of the above but the levels, which depend on the story."""
        self.check_complete()
        self.check_once()
        self.check_messages()
        self.check_projection()
        self.check_locks()

    def _check_none(self, query):
        found = self.rows(query)
        assert not found, found[:5]


def _identify(content):
    """Return the Message-ID of a kept message and the digest of what was sent."""
    while content.startswith(_ENVELOPE):
        content = content.partition(b"\n")[2]
    key = BytesHeaderParser().parsebytes(content)["Message-ID"]
    return key, hashlib.sha256(content).hexdigest()
