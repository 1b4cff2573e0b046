"""Is the demo sound? Counted in the database, not believed."""

from odoo.tools import SQL

from . import policies
from .numbers import is_structured_reference


def problems(env):
    """What is wrong with the books of the demo, as sentences; empty if all is well."""
    env.flush_all()
    found = []
    for sentence, query in _QUERIES.items():
        [[count]] = env.execute_query(SQL(query.replace("%", "%%")))
        if count:
            found.append(f"{count} {sentence}")
    references = [reference for [reference] in env.execute_query(SQL(_REFERENCES))]
    wrong = [text for text in references if not is_structured_reference(text)]
    if wrong:
        found.append(f"{len(wrong)} payment references are not valid, e.g. {wrong[0]}")
    if len(set(references)) != len(references):
        found.append("payment references occur more than once")
    found += policies.unsettled(env)
    for row in env["ar.ledger.identity"].search([]):
        if row.difference or row.difference_company:
            found.append(
                f"claims and ledger of {row.company_id.name} differ by"
                f" {row.currency_id.name} {row.difference}"
            )
    return found


def claim_states(env):
    """How many claims there are in each state, as {(entity, state): number}."""
    return {
        (company.name, state): count
        for company, state, count in env["ar.claim"]._read_group(
            [], ["company_id", "state"], ["__count"]
        )
    }


_REFERENCES = """
    SELECT move.payment_reference
      FROM account_move move
      JOIN account_journal journal ON journal.id = move.journal_id
     WHERE move.state = 'posted' AND move.move_type = 'out_invoice'
       AND journal.invoice_reference_model = 'be'
"""
_QUERIES = {
    "entries do not balance": """
        SELECT COUNT(*) FROM (
            SELECT move_id FROM account_move_line
             GROUP BY move_id
            HAVING SUM(balance) <> 0 OR SUM(debit) <> SUM(credit)
        ) AS unbalanced
    """,
    "invoices differ from the sum of their receivable items": """
        SELECT COUNT(*) FROM (
            SELECT move.id
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
              JOIN account_account account ON account.id = line.account_id
             WHERE move.state = 'posted' AND move.move_type = 'out_invoice'
               AND account.account_type = 'asset_receivable'
             GROUP BY move.id
            HAVING SUM(line.amount_currency) <> move.amount_total
                OR SUM(line.amount_residual_currency) <> move.amount_residual
        ) AS different
    """,
    "document names occur more than once": """
        SELECT COUNT(*) FROM (
            SELECT FROM account_move WHERE state = 'posted'
             GROUP BY company_id, name HAVING COUNT(*) > 1
        ) AS repeated
    """,
    "documents have another number than their name": """
        SELECT COUNT(*) FROM account_move
         WHERE state = 'posted' AND move_type = 'out_invoice'
           AND name <> sequence_prefix || lpad(sequence_number::text,
               GREATEST(5, length(sequence_number::text)), '0')
    """,
    "deliveries of the past did not leave": """
        SELECT COUNT(*)
          FROM ar_delivery delivery
          JOIN ar_dunning_notice notice ON notice.id = delivery.notice_id
          LEFT JOIN ar_print_batch batch ON batch.id = delivery.print_batch_id
         WHERE notice.kind <> 'correction' AND delivery.channel <> 'person'
           AND (delivery.state IN ('ready', 'handing_over')
                OR (delivery.state = 'printed'
                    AND (batch.state <> 'open' OR NOT EXISTS (
                         SELECT FROM ir_model_data forgetful
                          WHERE forgetful.module = 'ar_demo'
                            AND forgetful.name = 'company_company'
                            AND forgetful.res_id = delivery.company_id)))
                OR (delivery.state = 'failed'
                    AND delivery.address NOT LIKE '%@refused.example'))
    """,
    "entities forgot other letters than those of the last day, or none": """
        SELECT COUNT(*)
          FROM ir_model_data name
         WHERE name.module = 'ar_demo' AND name.name = 'company_company'
           AND (SELECT COUNT(*) FROM ar_print_batch batch
                 WHERE batch.company_id = name.res_id AND batch.state = 'open') <> 1
    """,
    "debtors of the cast lack the case, the cost or the dossier they tell of": """
        SELECT COUNT(*)
          FROM ir_model_data name
          LEFT JOIN ar_legal_case suit ON suit.partner_id = name.res_id
         WHERE name.module = 'ar_demo' AND name.name = 'debtor_bailiff'
           AND (NOT EXISTS (SELECT FROM ar_legal_cost WHERE case_id = suit.id)
             OR NOT EXISTS (SELECT FROM ar_legal_handoff WHERE case_id = suit.id))
    """,
    "mail addresses are outside the reserved domains": r"""
        SELECT COUNT(*) FROM res_partner
         WHERE email <> ''
           AND email !~ '@(example\.(org|net|com)|([a-z0-9-]+\.)*example)$'
    """,
}
