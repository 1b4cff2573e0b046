"""The fields that make up a level, for whoever compares or carries levels."""

# What makes up a level, in the order in which people read it. What is added to a
# level and belongs into comparison, export and import is added here.
LEVEL_FIELDS = (
    "name",
    "phase",
    "kind",
    "mode",
    "offset_days",
    "offset_unit",
    "end_of_month",
    "minimum_wait_days",
    "mandatory",
    "expires_after_days",
    "repeat_every_days",
    "repeat_maximum",
    "minimum_amount",
    "minimum_percentage",
    "include_not_due",
    "cost_action",
    "channel_mode",
    "registered",
    "main_role",
    "sender_name",
    "sender_email",
    "reply_to",
)

# Lists of single words: key in a file -> (field, field of its rows).
LEVEL_LISTS = {"channels": ("channel_ids", "channel"), "copies": ("copy_ids", "role")}
