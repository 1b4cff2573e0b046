{
    "name": "Receivables: camt.053 Bank Statements",
    "summary": "Match the payments of a bank statement as soon as it is imported",
    "version": "19.0.1.0.0",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "AGPL-3",
    "development_status": "Alpha",
    "depends": ["ar_dunning", "account_statement_import_camt"],
    "data": ["views/ar_bank_camt_menus.xml"],
    "auto_install": True,
}
