{
    "name": "Receivables: Belgian Law",
    "summary": "Book XIX for consumers, trade interest, claims of municipalities",
    "version": "19.0.1.0.0",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "countries": ["be"],
    "depends": ["ar_dunning"],
    "data": ["data/ar_law_pack_data.xml"],
    "auto_install": ["ar_dunning"],
    "uninstall_hook": "uninstall_hook",
}
