from odoo import api, models
from odoo.tools import SQL


class EvaluationReach(models.AbstractModel):
    """Who gets what is written to a debtor, and by which channels it reaches him.

    The main recipient is, unless the level says otherwise, the guardian or
    administrator, else the accounts payable contact, else the debtor himself (through
    his invoice contact). Contacts may be meant for one claim type and for a while.
    """

    _inherit = "ar.evaluation"

    @api.model
    def _sql_contact_points(self, owed, on):
        """Contacts in force on a day, of the debtors in a relation `owed`.

        :return: query (id, debtor_id, claim_type_id, role, partner_id)
        """
        return SQL(
            """
            SELECT contact.id, contact.debtor_id, contact.claim_type_id, contact.role,
                   contact.partner_id
              FROM ar_debtor_contact contact
              JOIN res_partner person
                ON person.id = contact.partner_id AND person.active
             WHERE (contact.valid_from IS NULL OR contact.valid_from <= %(on)s)
               AND (contact.valid_to IS NULL OR contact.valid_to >= %(on)s)
               AND contact.debtor_id IN (SELECT debtor_id FROM %(owed)s)
            """,
            on=on,
            owed=owed,
        )

    @api.model
    def _sql_main_contacts(self, owed):
        """The contact who gets the notice in the debtor's place, if there is one.

        One row per debtor and claim type in `owed` and wish of a level (`main_role`);
        without a row it goes to the debtor. A contact for the claim type goes before
        one for all types; of equals the one entered first.

        :param owed: relation with debtor_id and claim_type_id; `contact_point` exists
        :return: query (debtor_id, claim_type_id (0: none), main_role, partner_id, role)
        """
        return SQL(
            """
            SELECT DISTINCT ON (point.debtor_id, COALESCE(owed.claim_type_id, 0),
                                wish.main_role)
                   point.debtor_id, COALESCE(owed.claim_type_id, 0) AS claim_type_id,
                   wish.main_role, point.partner_id, point.role
              FROM contact_point point
              JOIN (VALUES ('automatic', 'guardian', 1),
                           ('automatic', 'accounts_payable', 2),
                           ('guardian', 'guardian', 1),
                           ('accounts_payable', 'accounts_payable', 1)
                   ) wish (main_role, role, rank) ON wish.role = point.role
              JOIN %s owed ON owed.debtor_id = point.debtor_id
               AND (point.claim_type_id IS NULL
                    OR point.claim_type_id = owed.claim_type_id)
             ORDER BY point.debtor_id, COALESCE(owed.claim_type_id, 0),
                      wish.main_role, wish.rank, point.claim_type_id NULLS LAST,
                      point.id
            """,
            owed,
        )

    @api.model
    def _sql_reach(self):
        """Channels by which each `addressee` can be reached.

        One column tells who it is: so the planner knows that nobody is there twice.

        :return: query (person: see `_sql_person`, channels: array of them,
            channel_set: the same as a number)
        """
        codes = self.env["ar.dunning.level.channel"]._fields["channel"]
        return SQL(
            """
            SELECT %(person)s AS person,
                   array_agg(channel ORDER BY channel) AS channels,
                   bit_or(1 << array_position(%(codes)s::text[], channel))
                   AS channel_set
              FROM (%(usable)s) usable
             GROUP BY %(person)s
            """,
            person=self._sql_person(SQL("partner_id"), SQL("named")),
            codes=codes.get_values(self.env),
            usable=SQL(" UNION ALL ").join(self._reach_sources()),
        )

    @api.model
    def _sql_person(self, partner, named):
        """Return one number for an addressee: below zero when he is `named`."""
        return SQL("CASE WHEN %s THEN -%s ELSE %s END", named, partner, partner)

    @api.model
    def _sql_main_person(self, contact, partner):
        """Return `_sql_person` of a contact, or of the debtor where there is none."""
        return SQL("COALESCE(-%s, %s)", contact, partner)

    @api.model
    def _reach_sources(self):
        """Queries (partner_id, named, channel): who can be reached how. Extensible.

        Over the relation `addressee` (partner_id, named); `named` tells a person whom
        somebody entered as contact from a debtor, who may have an invoice contact.
        """
        return [
            SQL(
                """
                SELECT contact.partner_id, contact.named, 'email' AS channel
                  FROM (%s) contact
                 WHERE NOT EXISTS (
                       SELECT FROM mail_blacklist
                        WHERE mail_blacklist.email = contact.email_normalized
                          AND mail_blacklist.active)
                   AND %s
                """,
                self._sql_recipients("email_normalized"),
                self._sql_not_bounced("email", SQL("contact.email_normalized")),
            ),
            SQL(
                """
                SELECT contact.partner_id, contact.named, 'letter'
                  FROM (%s) contact
                 WHERE contact.street <> '' AND contact.city <> ''
                """,
                self._sql_recipients("street", "city"),
            ),
        ]

    @api.model
    def _sql_not_bounced(self, channel, address):
        """Condition: nothing came back from an address.

        Or a person has tried it again with success.

        :param channel: code of the channel
        :param address: SQL of the address, as deliveries keep it
        """
        return SQL(
            """
            NOT EXISTS (
                SELECT FROM ar_delivery bounced
                 WHERE bounced.address = %(address)s
                   AND bounced.channel = %(channel)s AND bounced.state = 'bounced'
                   AND NOT EXISTS (
                       SELECT FROM ar_delivery again
                        WHERE again.notice_id = bounced.notice_id
                          AND again.channel = %(channel)s
                          AND again.address = bounced.address
                          AND again.attempt > bounced.attempt
                          AND again.state = 'sent'))
            """,
            address=address,
            channel=channel,
        )

    @api.model
    def _sql_recipients(self, needed, *besides):
        """Return the contacts who get the notices of all in `addressee`, at once.

        One row each, as `_sql_recipient` chooses it for one of them.

        :param needed: column of res_partner that the channel needs
        :param besides: further columns of it to return
        """
        columns = SQL(", ").join(
            SQL.identifier("contact", name) for name in (needed, *besides)
        )
        return SQL(
            """
            SELECT DISTINCT ON (partner_id, named) *
              FROM (
                SELECT addressee.partner_id, addressee.named, TRUE AS own, contact.id,
                       %(columns)s
                  FROM addressee
                  JOIN res_partner contact ON contact.id = addressee.partner_id
                 UNION ALL
                SELECT addressee.partner_id, addressee.named, FALSE, contact.id,
                       %(columns)s
                  FROM addressee
                  JOIN res_partner contact ON contact.parent_id = addressee.partner_id
                   AND contact.type = 'invoice' AND contact.active
                 WHERE NOT addressee.named
              ) candidate
             WHERE %(needed)s IS NOT NULL
             ORDER BY partner_id, named, own, id
            """,
            columns=columns,
            needed=SQL.identifier(needed),
        )

    @api.model
    def _sql_recipient(self, partner, needed, named=None):
        """Return the query of the contact who gets the notices of a partner.

        The invoice contact if it has what the channel needs, else the partner. A
        person named as contact gets them himself.
        """
        return SQL(
            """
            SELECT contact.*
              FROM res_partner contact
             WHERE (contact.id = %(partner)s
                    OR (contact.parent_id = %(partner)s AND contact.type = 'invoice'
                        AND contact.active AND NOT %(named)s))
               AND contact.%(needed)s IS NOT NULL
             ORDER BY contact.id = %(partner)s, contact.id
             LIMIT 1
            """,
            partner=partner,
            named=named or SQL("FALSE"),
            needed=SQL.identifier(needed),
        )

    # -- pieces of the facts ------------------------------------------------------

    @api.model
    def _sql_reach_tables(self, on):
        """Common table expressions: who may be addressed, and how he is reached."""
        owed = SQL.identifier("company_claim")
        return SQL(
            """
            contact_point AS MATERIALIZED (%(points)s),
            main_contact AS MATERIALIZED (%(main)s),
            addressee AS MATERIALIZED (
                SELECT DISTINCT partner_id, FALSE AS named FROM company_claim
                UNION
                SELECT partner_id, TRUE FROM contact_point
            ),
            reach AS MATERIALIZED (%(reach)s),
            -- Few levels, fewer ways to be reached: not once per claim.
            way AS MATERIALIZED (
                SELECT %(key)s AS key,
                       CASE WHEN bool_or(level.channel_mode = 'all')
                            THEN array_agg(wanted.channel::text
                                           ORDER BY wanted.sequence, wanted.id)
                            ELSE (array_agg(wanted.channel::text
                                           ORDER BY wanted.sequence, wanted.id))[1:1]
                       END AS channels
                  FROM (
                    SELECT DISTINCT ON (channel_set) channels, channel_set FROM reach
                     ORDER BY channel_set
                  ) met
                  JOIN ar_dunning_level_channel wanted
                    ON wanted.channel = ANY(met.channels)
                  JOIN ar_dunning_level level ON level.id = wanted.level_id
                 GROUP BY %(key)s
            )
            """,
            key=self._sql_way_key(SQL("level.id"), SQL("met.channel_set")),
            points=self._sql_contact_points(owed, on),
            main=self._sql_main_contacts(owed),
            reach=self._sql_reach(),
        )

    @api.model
    def _sql_reach_joins(self, level):
        """Join recipient and channels to claim `claim` and its next level.

        A task for a person needs no address; a level of mode `all` leaves by every
        channel that reaches the recipient, else by the first one.
        """
        return SQL(
            """
            LEFT JOIN main_contact
                   ON main_contact.debtor_id = claim.debtor_id
                  AND main_contact.claim_type_id = COALESCE(claim.claim_type_id, 0)
                  AND main_contact.main_role = %(level)s.main_role
            LEFT JOIN reach ON reach.person = %(person)s
            LEFT JOIN way ON way.key = %(way)s
            """,
            level=level,
            person=self._sql_main_person(
                SQL("main_contact.partner_id"), SQL("claim.partner_id")
            ),
            way=self._sql_way_key(SQL("%s.id", level), SQL("reach.channel_set")),
        )

    @api.model
    def _sql_way_key(self, level, channel_set):
        """Return one number for a level and the channels that reach somebody."""
        return SQL("(%s::bigint << 32 | %s)", level, channel_set)

    @api.model
    def _sql_reach_columns(self, level):
        return SQL(
            """CASE WHEN %(level)s.mode = 'task' THEN ARRAY['person']
                    ELSE way.channels END AS channels,
               CASE WHEN %(level)s.mode = 'task' THEN 'person'
                    ELSE way.channels[1] END AS channel,
               reach.channels AS reachable,
               COALESCE(main_contact.partner_id, claim.partner_id) AS recipient_id,
               COALESCE(main_contact.role, 'debtor') AS recipient_role""",
            level=level,
        )
