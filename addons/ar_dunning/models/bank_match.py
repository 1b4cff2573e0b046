from odoo import api, fields, models
from odoo.tools import SQL, split_every

# Payments that are read, recognised and booked together.
CHUNK = 200

APPLIED = ("applied", "partial", "overpaid")
# Looked at again on a later day: the invoice may be booked by then, the period open.
UNDECIDED = ("ambiguous", "already_paid", "nothing", "failed")

MAXIMUM_REFERENCE = 200


class BankMatch(models.Model):
    """What the matcher decided about an incoming payment on a bank statement.

    This part is the record and the way through; `bank_match_reading` reads payments
    and finds claims, `bank_match_deciding` says what they pay, `bank_match_booking`
    writes the ledger.
    """

    _name = "ar.bank.match"
    _description = "Recognised bank payment"
    _order = "id desc"
    _rec_name = "reference"

    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    access_group_id = fields.Many2one("res.groups", ondelete="restrict", readonly=True)
    state = fields.Selection(
        [
            ("applied", "Applied"),
            ("partial", "Applied in part"),
            ("overpaid", "Overpaid"),
            ("ambiguous", "Ambiguous"),
            ("already_paid", "Already paid"),
            ("nothing", "Nothing recognised"),
            ("failed", "Not booked"),
        ],
        required=True,
        readonly=True,
    )
    rule = fields.Selection(
        [
            ("structured_reference", "Structured reference"),
            ("document_number", "Document number"),
        ],
        readonly=True,
    )
    reference = fields.Char(readonly=True, help="What was recognised in the text.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_applied = fields.Monetary(string="Amount applied", readonly=True)
    amount_left = fields.Monetary(
        string="Amount left",
        readonly=True,
        help="What the claims named in the payment do not take.",
    )
    looked_on = fields.Date(
        string="Last looked at",
        required=True,
        readonly=True,
        help="Day on which the matcher last looked at this payment. One that is not "
        "decided is looked at again every day.",
    )
    note = fields.Text(readonly=True)
    line_ids = fields.One2many("ar.bank.match.line", "match_id", readonly=True)

    _once = models.Constraint(
        "UNIQUE (statement_line_id)", "This payment has already been looked at."
    )

    @api.model
    def _match_company(self, company, on):
        """Match the waiting bank payments of a company with its open claims.

        Runs as the system. Safe to repeat: a decided payment is left alone, one that
        is not is looked at once a day. Nothing happens while another transaction
        matches for the same company.

        :param on: the company's day
        :return: number of payments that were applied.
        """
        if not company._ar_lock("bank_match"):
            return 0
        self._close_matched_by_hand(company)
        applied = 0
        while lines := self._next_lines(company, on):
            applied += self._match_lines(lines, on)
        return applied

    @api.model
    def _next_lines(self, company, on, limit=CHUNK):
        """Return the oldest statement lines that the matcher has to look at."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT payment.id
                %s
                   AND payment.company_id = %s
                   AND (decided.id IS NULL
                        OR (decided.state IN %s AND decided.looked_on < %s))
                 ORDER BY move.date, payment.id
                 LIMIT %s
                """,
                self._sql_waiting(),
                company.id,
                UNDECIDED,
                on,
                limit,
            )
        )
        return self.env["account.bank.statement.line"].browse(row[0] for row in rows)

    @api.model
    def _match_lines(self, lines, on):
        """Match statement lines; those that do not wait for a match are skipped.

        :return: number of payments that were applied.
        """
        applied = 0
        for company, company_lines in lines.grouped("company_id").items():
            # Notes are kept, so they are written in the language of the company.
            matcher = self.with_company(company).with_context(
                lang=company.partner_id.lang or self.env.lang
            )
            for line_ids in split_every(CHUNK, company_lines.ids):
                applied += matcher._match_chunk(company, line_ids, on)
        return applied

    @api.model
    def _match_chunk(self, company, line_ids, on):
        # Claims follow the ledger at the end of a transaction; here they must already.
        self.env.cr.flush()
        payments = self._read_payments(line_ids)
        named = self._find_named(company, payments)
        owing = self._find_owing(company, payments)
        decisions = self._book_payments(company, payments, named, owing)
        self._record(company, decisions, owing, on)
        return sum(decision.state in APPLIED for decision in decisions)

    @api.model
    def _close_matched_by_hand(self, company):
        """Forget what has been done by hand since: the rows and the work items."""
        by_hand = [
            ("company_id", "=", company.id),
            ("statement_line_id.is_reconciled", "=", True),
        ]
        self.search([*by_hand, ("state", "in", UNDECIDED)]).unlink()
        items = self.env["ar.work.item"]
        items.search(
            [*by_hand, ("kind", "=", "unmatched_payment"), ("state", "=", "open")]
        )._close("done")
        items.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "underpayment"),
                ("state", "=", "open"),
                ("claim_id.state", "!=", "open"),
            ]
        )._close("done")

    # -- recording --------------------------------------------------------------

    @api.model
    def _record(self, company, decisions, owing, on):
        """Keep the decisions; put on the work list what a person has to look at.

        A payment about which nothing new is known leaves no trace but the day: an
        item that somebody dismissed does not come back every day.
        """
        items = self.env["ar.work.item"]
        to_create, seen, to_settle, to_raise = [], [], [], []
        for decision in decisions:
            vals = self._prepare_match_vals(company, decision, owing, on)
            if self._is_known(decision, vals):
                seen.append(decision.payment.match_id)
                continue
            if decision.payment.match_id:
                self.browse(decision.payment.match_id).write(
                    {**vals, "line_ids": [(5,), *vals["line_ids"]]}
                )
            else:
                to_create.append(vals)
            to_settle += self._settled_keys(decision)
            to_raise += self._prepare_work_items(vals, decision, owing, on)
        self.browse(seen).write({"looked_on": on})
        self.create(to_create)
        items._settle_items(to_settle)
        items._raise_items(to_raise)

    @api.model
    def _is_known(self, decision, vals):
        """Whether the last look at the payment ended the same way."""
        claim_ids = sorted(line["claim_id"] for _new, _id, line in vals["line_ids"])
        return decision.payment.known == (
            vals["state"],
            vals["reference"],
            vals["note"],
            claim_ids,
        )

    @api.model
    def _prepare_match_vals(self, company, decision, owing, on):
        payment = decision.payment
        groups = {claim.access_group_id for claim in decision.claims}
        if decision.verdict == "unnamed":
            groups = owing[payment.payer_id][1]
        keys = dict.fromkeys(claim.key for claim in decision.claims)
        return {
            "statement_line_id": payment.line_id,
            "company_id": company.id,
            "access_group_id": _strictest(groups),
            "state": decision.state,
            "rule": decision.claims[0].rule if decision.claims else None,
            "reference": ", ".join(keys)[:MAXIMUM_REFERENCE] or None,
            "currency_id": payment.currency_id,
            "amount_applied": float(decision.applied),
            "amount_left": float(decision.left),
            "looked_on": on,
            "note": decision.note,
            # A row that many may see does not list claims that few may see.
            "line_ids": self._prepare_line_vals(decision) if len(groups) == 1 else [],
        }

    @api.model
    def _prepare_line_vals(self, decision):
        parts = {part.claim.claim_id: part for part in decision.parts}
        return [
            (
                0,
                0,
                {
                    "company_id": claim.company_id,
                    "access_group_id": claim.access_group_id,
                    "claim_id": claim.claim_id,
                    "currency_id": claim.currency_id,
                    **_line_amounts(parts.get(claim.claim_id)),
                },
            )
            for claim in decision.claims
        ]

    @api.model
    def _settled_keys(self, decision):
        """Return the keys of work items that a decision makes superfluous."""
        if decision.state not in APPLIED:
            return []
        return [
            f"unmatched_payment/{decision.payment.line_id}",
            *(f"underpayment/{part.claim.claim_id}" for part in decision.parts),
        ]

    @api.model
    def _prepare_work_items(self, match_vals, decision, owing, on):
        """Return the values of the work item that a decision calls for, if any."""
        payment = decision.payment
        vals = {
            "company_id": match_vals["company_id"],
            "access_group_id": match_vals["access_group_id"],
            "statement_line_id": payment.line_id,
            "currency_id": payment.currency_id,
            "due_on": on,
            "note": decision.note,
            **self._prepare_subject(match_vals, decision, owing),
        }
        if decision.state == "overpaid":
            return [
                {
                    **vals,
                    "kind": "overpayment",
                    "amount": float(decision.left),
                    "points": 30,
                    "dedup_key": f"overpayment/{payment.line_id}",
                }
            ]
        if decision.state == "partial":
            return self._prepare_underpayment(vals, decision)
        if decision.note:
            return [
                {
                    **vals,
                    "kind": "unmatched_payment",
                    "amount": float(payment.amount),
                    "points": 50,
                    "dedup_key": f"unmatched_payment/{payment.line_id}",
                }
            ]
        return []

    @api.model
    def _prepare_underpayment(self, vals, decision):
        """Return the item for a payment that named one claim and did not pay it all."""
        if len(decision.claims) > 1:
            return []
        [part] = decision.parts
        return [
            {
                **vals,
                "kind": "underpayment",
                "amount": float(part.rest),
                "currency_id": part.claim.currency_id,
                "points": 5,
                "dedup_key": f"underpayment/{part.claim.claim_id}",
            }
        ]

    @api.model
    def _prepare_subject(self, match_vals, decision, owing):
        """Return whom and what a work item is about, as far as all readers may know."""
        if decision.verdict == "unnamed":
            debtors = {owing[decision.payment.payer_id][0]}
        elif match_vals["line_ids"]:
            debtors = {claim.debtor_id for claim in decision.claims}
        else:
            debtors = set()
        claims = [line["claim_id"] for _new, _id, line in match_vals["line_ids"]]
        return {
            "debtor_id": debtors.pop() if len(debtors) == 1 else None,
            "claim_id": claims[0] if len(claims) == 1 else None,
        }


def _line_amounts(part):
    """Return the amounts of a match line; zero for a claim that gets nothing."""
    return {
        "amount": float(part.amount) if part else 0.0,
        "amount_costs": float(part.done.beside) if part else 0.0,
    }


def _strictest(groups):
    """Return the access group of a row about claims of these groups (None: all)."""
    return min(filter(None, groups), default=None)
