{
    "name": "Receivables: Debtor Portal",
    "summary": "Signed-in debtors see what they owe, why, what comes next, and pay",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "depends": ["ar_payment_link", "portal"],
    "data": [
        "views/open_amounts_templates.xml",
        "views/portal_templates.xml",
    ],
}
