{
    "name": "Receivables: gateways",
    "summary": "What channels that leave by a gateway share: orders, reports, fates",
    "version": "19.0.1.0.0",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "depends": ["ar_dunning", "phone_validation"],
    "data": ["views/ar_gateway_views.xml", "views/ar_delivery_views.xml"],
}
