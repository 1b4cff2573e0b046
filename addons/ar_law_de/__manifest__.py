{
    "name": "Receivables: German Law",
    "summary": "Default interest above the base rate, fixed amount between businesses",
    "version": "19.0.1.0.0",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "countries": ["de"],
    "depends": ["ar_dunning"],
    "data": ["data/ar_law_pack_data.xml"],
    "auto_install": ["ar_dunning"],
    "uninstall_hook": "uninstall_hook",
}
