{
    "name": "Receivables: Work on Several Servers",
    "summary": "Share dispatching, printing and sending through a job queue",
    "version": "19.0.1.0.0",
    "category": "Accounting/Receivables",
    "author": "AR Suite contributors",
    "license": "LGPL-3",
    "development_status": "Alpha",
    "depends": ["ar_dunning", "queue_job"],
    "data": ["data/queue_job_data.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
