{
    "name": "Receivables: returned payments",
    "summary": "Returned debits reopen claims and are followed up by their reason code",
    "version": "19.0.1.0.0",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "AGPL-3",
    "development_status": "Alpha",
    "depends": [
        "ar_dunning",
        "account_payment_return",
        "account_payment_return_import",
    ],
    "data": ["views/ar_payment_return_menus.xml"],
    "auto_install": ["ar_dunning", "account_payment_return"],
}
