{
    "name": "Receivables: Debtor Portal",
    "summary": "In preparation: adds nothing yet (debtor page)",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "depends": ["ar_payment_link"],
}
