{
    "name": "Receivables: Reporting",
    "summary": "In preparation: adds nothing yet (dashboards and reports)",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "depends": ["ar_dunning"],
}
