"""What people do here, by the names that files use, and the groups for it."""

ROLES = {
    "auditor": "ar_dunning.group_auditor",
    "collector": "ar_dunning.group_collector",
    "approver": "ar_dunning.group_approver",
    "manager": "ar_dunning.group_manager",
    "billing": "account.group_account_invoice",
    "accountant": "account.group_account_user",
}
