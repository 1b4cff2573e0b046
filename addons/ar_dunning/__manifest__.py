{
    "name": "Receivables: dunning",
    "summary": "Follow up every open receivable: claims, procedures, reminders, runs",
    "version": "19.0.1.0.0",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "depends": ["account", "mail"],
    "external_dependencies": {"python": ["pypdf", "weasyprint"]},
    "data": [
        "security/ar_dunning_groups.xml",
        "security/ir.model.access.csv",
        "security/ar_dunning_rules.xml",
        "data/ir_cron_data.xml",
    ],
    "application": True,
    "post_init_hook": "post_init_hook",
}
