from odoo import api, fields, models
from odoo.tools import SQL


class NoticeDeliveries(models.Model):
    """By which channels and to whom a notice leaves."""

    _inherit = "ar.dunning.notice"

    @api.model
    def _insert_deliveries(self, scope, channels):
        """The next delivery of each notice by these channels, to the main recipient.

        What has no address for its channel, or is on its way already, is left out.

        :param scope: tuple of notice ids
        """
        self.env.execute_query(
            SQL(
                """
                WITH leaving AS MATERIALIZED (
                    SELECT notice.id AS notice_id, notice.level_id, notice.sandbox,
                           %(channels)s AS leave_by
                      FROM ar_dunning_notice notice
                     WHERE notice.id IN %(scope)s AND notice.state = 'dispatched'
                ), %(deliveries)s
                SELECT id FROM made
                """,
                channels=channels,
                scope=scope,
                deliveries=self._sql_make_deliveries(
                    self.browse(scope).company_id[:1]._ar_today()
                ),
            )
        )

    @api.model
    def _sql_make_deliveries(self, on, copies=False):
        """Relations up to `made`: the new deliveries of the notices in `leaving`.

        `leaving` has notice_id, level_id, sandbox and leave_by, an array of channels.

        :param on: day on which contacts have to be in force
        :param copies: also one delivery to each person who gets a copy
        """
        persons = [self._sql_main_persons()]
        if copies:
            persons.append(self._sql_copied_persons())
        return SQL(
            """
            %(addressed)s, person AS MATERIALIZED (%(persons)s),
            made AS (
                INSERT INTO ar_delivery (
                       notice_id, company_id, access_group_id, debtor_id, channel,
                       copy, attempt, state, recipient_id, recipient_role,
                       recipient_name, address, intended_address, ready_on,
                       create_uid, create_date, write_uid, write_date)
                SELECT notice.id, notice.company_id, notice.access_group_id,
                       notice.debtor_id, person.channel, person.copy,
                       (SELECT COUNT(*) + 1 FROM ar_delivery earlier
                         WHERE earlier.notice_id = notice.id
                           AND earlier.channel = person.channel
                           AND earlier.copy = person.copy), 'ready',
                       contact.id, person.role, contact.name,
                       CASE WHEN leaving.sandbox AND person.channel = 'email'
                            THEN company.ar_sandbox_email
                            ELSE contact.address END,
                       CASE WHEN leaving.sandbox THEN contact.address END,
                       %(now)s, %(audit)s
                  FROM person
                  JOIN leaving ON leaving.notice_id = person.notice_id
                  JOIN ar_dunning_notice notice ON notice.id = person.notice_id
                  JOIN res_company company ON company.id = notice.company_id
                  JOIN res_partner owner ON owner.id = notice.partner_id
                  JOIN LATERAL (%(address)s) contact ON TRUE
                 ORDER BY person.copy, notice.id
                    ON CONFLICT DO NOTHING
                RETURNING *
            )
            """,
            addressed=self._sql_addressed(on),
            persons=SQL(" UNION ALL ").join(persons),
            address=self._sql_address(),
            now=fields.Datetime.now(),
            audit=self._sql_audit(),
        )

    @api.model
    def _has_copies(self, scope):
        """Whether the levels of these notices ask for copies at all."""
        [[found]] = self.env.execute_query(
            SQL(
                """SELECT EXISTS (
                       SELECT FROM ar_dunning_level_copy wanted
                         JOIN ar_dunning_notice notice
                           ON notice.level_id = wanted.level_id
                        WHERE notice.id IN %s)""",
                scope,
            )
        )
        return found

    @api.model
    def _sql_addressed(self, on):
        """Relations up to `addressed`: the main recipient of each in `leaving`."""
        evaluation = self.env["ar.evaluation"]
        owed = SQL.identifier("owed")
        return SQL(
            """
            owed AS MATERIALIZED (%(owed)s),
            contact_point AS MATERIALIZED (%(points)s),
            main_contact AS MATERIALIZED (%(main)s),
            addressed AS MATERIALIZED (
                SELECT owed.*, main_contact.partner_id AS contact_id,
                       COALESCE(main_contact.role, 'debtor') AS role
                  FROM owed
                  LEFT JOIN main_contact
                         ON main_contact.debtor_id = owed.debtor_id
                        AND main_contact.claim_type_id =
                            COALESCE(owed.claim_type_id, 0)
                        AND main_contact.main_role = owed.main_role
            )
            """,
            owed=self._sql_owed(),
            points=evaluation._sql_contact_points(owed, on),
            main=evaluation._sql_main_contacts(owed),
        )

    @api.model
    def _sql_notice_reach(self, scope, on):
        """Query (notice_id, channels): how the main recipient of notices is reached."""
        evaluation = self.env["ar.evaluation"]
        return SQL(
            """
            WITH leaving AS MATERIALIZED (
                SELECT id AS notice_id, level_id
                  FROM ar_dunning_notice WHERE id IN %(scope)s
            ), %(addressed)s, addressee AS MATERIALIZED (
                SELECT DISTINCT COALESCE(contact_id, partner_id) AS partner_id,
                       contact_id IS NOT NULL AS named
                  FROM addressed
            ), reach AS (%(reach)s)
            SELECT addressed.notice_id, reach.channels
              FROM addressed
              JOIN reach
                ON reach.person = %(person)s
            """,
            scope=scope,
            addressed=self._sql_addressed(on),
            reach=evaluation._sql_reach(),
            person=evaluation._sql_main_person(
                SQL("addressed.contact_id"), SQL("addressed.partner_id")
            ),
        )

    @api.model
    def _sql_owed(self):
        """Debtor, claim type and wish of the level of each notice: its lead line's."""
        return SQL(
            """
            SELECT DISTINCT ON (leaving.notice_id) leaving.notice_id,
                   notice.debtor_id, notice.partner_id, leaving.level_id,
                   claim.claim_type_id,
                   COALESCE(level.main_role, 'automatic') AS main_role
              FROM leaving
              JOIN ar_dunning_notice notice ON notice.id = leaving.notice_id
              LEFT JOIN ar_dunning_level level ON level.id = leaving.level_id
              LEFT JOIN ar_dunning_notice_line line
                     ON line.notice_id = notice.id AND line.role <> 'information'
              LEFT JOIN ar_claim claim ON claim.id = line.claim_id
             ORDER BY leaving.notice_id, line.level_sequence DESC, line.id
            """
        )

    @api.model
    def _sql_main_persons(self):
        return SQL(
            """
            SELECT addressed.notice_id, 0 AS copy, addressed.role, leave.channel,
                   COALESCE(addressed.contact_id, addressed.partner_id) AS partner_id,
                   addressed.contact_id IS NOT NULL AS named
              FROM addressed
              JOIN leaving ON leaving.notice_id = addressed.notice_id
              CROSS JOIN unnest(leaving.leave_by) AS leave (channel)
             WHERE leave.channel <> 'none'
            """
        )

    @api.model
    def _sql_copied_persons(self):
        """Who gets a copy: the roles that the level names, except the main recipient.

        By the first channel that reaches this person: those of the level go first. A
        task for a person has no copies.
        """
        evaluation = self.env["ar.evaluation"]
        return SQL(
            """
            SELECT copied.notice_id,
                   ROW_NUMBER() OVER (PARTITION BY copied.notice_id
                                      ORDER BY copied.role, copied.place),
                   copied.role, way.channel, copied.partner_id, copied.named
              FROM (
                SELECT addressed.notice_id, addressed.level_id, wanted.role,
                       addressed.partner_id, FALSE AS named, 0 AS place
                  FROM addressed
                  JOIN ar_dunning_level_copy wanted
                    ON wanted.level_id = addressed.level_id
                 WHERE wanted.role = 'debtor' AND addressed.contact_id IS NOT NULL
                UNION ALL
                SELECT addressed.notice_id, addressed.level_id, wanted.role,
                       point.partner_id, TRUE, MIN(point.id)
                  FROM addressed
                  JOIN ar_dunning_level_copy wanted
                    ON wanted.level_id = addressed.level_id
                  JOIN contact_point point
                    ON point.debtor_id = addressed.debtor_id
                   AND point.role = wanted.role
                   AND (point.claim_type_id IS NULL
                        OR point.claim_type_id = addressed.claim_type_id)
                 WHERE point.partner_id IS DISTINCT FROM addressed.contact_id
                 GROUP BY addressed.notice_id, addressed.level_id, wanted.role,
                          point.partner_id
              ) copied
              JOIN ar_dunning_level level
                ON level.id = copied.level_id AND level.mode <> 'task'
              JOIN (
                WITH addressee AS MATERIALIZED (
                    SELECT DISTINCT partner_id, FALSE AS named FROM addressed
                     UNION
                    SELECT partner_id, TRUE FROM contact_point
                ) %s
              ) reach ON reach.person = %s
              JOIN LATERAL (
                SELECT usable.channel
                  FROM unnest(reach.channels) AS usable (channel)
                  LEFT JOIN ar_dunning_level_channel preferred
                         ON preferred.level_id = copied.level_id
                        AND preferred.channel = usable.channel
                 ORDER BY preferred.sequence NULLS LAST, preferred.id, usable.channel
                 LIMIT 1
              ) way ON TRUE
            """,
            evaluation._sql_reach(),
            evaluation._sql_person(SQL("copied.partner_id"), SQL("copied.named")),
        )

    @api.model
    def _sql_address(self):
        """Contact, name and address of `person` by its channel; none: no row."""
        return SQL(" UNION ALL ").join(self._address_sources())

    @api.model
    def _address_sources(self):
        """Queries (id, name, address): who is written to, and where. Extensible.

        Each is about `person` (partner_id, named, channel) and gives no row when it is
        about another channel, or when that person has no such address.
        """
        recipient = self.env["ar.evaluation"]._sql_recipient
        partner, named = SQL("person.partner_id"), SQL("person.named")
        return [
            SQL(
                """
                SELECT reached.id, COALESCE(reached.name, owner.name) AS name,
                       reached.email_normalized AS address
                  FROM (%s) reached WHERE person.channel = 'email'
                """,
                recipient(partner, "email_normalized", named),
            ),
            SQL(
                """
                SELECT reached.id, COALESCE(reached.name, owner.name), concat_ws(E'\n',
                       CASE WHEN person.role = 'accounts_payable' THEN owner.name END,
                       NULLIF(COALESCE(reached.name, owner.name), ''),
                       NULLIF(reached.street, ''), NULLIF(reached.street2, ''),
                       NULLIF(concat_ws(' ', reached.zip, reached.city), ''),
                       CASE WHEN reached.country_id <> home.country_id
                            THEN upper(COALESCE(country.name->>notice.lang,
                                                country.name->>'en_US')) END)
                  FROM (%s) reached
                  JOIN res_partner home ON home.id = company.partner_id
                  LEFT JOIN res_country country ON country.id = reached.country_id
                 WHERE person.channel = 'letter'
                """,
                recipient(partner, "street", named),
            ),
            SQL(
                """
                SELECT reached.id, COALESCE(reached.name, owner.name), reached.phone
                  FROM res_partner reached
                 WHERE person.channel = 'person' AND reached.id = person.partner_id
                """
            ),
        ]
