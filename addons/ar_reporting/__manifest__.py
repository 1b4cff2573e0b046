{
    "name": "Receivables: reporting",
    "summary": "Ageing on any day, DSO and overdue share per month, a dashboard",
    "version": "19.0.1.0.0",
    "development_status": "Alpha",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "depends": ["ar_dunning", "web"],
    "data": [
        "security/ir.model.access.csv",
        "security/ar_reporting_rules.xml",
        "views/ar_ageing_views.xml",
        "views/ar_receivable_month_views.xml",
        "views/ar_dashboard_views.xml",
        "views/ar_reporting_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "ar_reporting/static/src/**/*",
            # Graph and pivot are loaded when somebody opens one.
            ("remove", "ar_reporting/static/src/ageing/lazy/**/*"),
        ],
        "web.assets_backend_lazy": [
            "ar_reporting/static/src/ageing/lazy/**/*",
        ],
        "web.assets_tests": [
            "ar_reporting/static/tests/tours/**/*",
        ],
    },
}
