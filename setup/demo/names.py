"""External ids of what the demo makes, so that it is found again."""

MODULE = "ar_demo"
# System parameter: the day the demo was made for; present once it is complete.
DAY_PARAMETER = "ar_demo.day"


def remember(env, name, record):
    """Give a record the external id `ar_demo.<name>`; return the record."""
    env["ir.model.data"]._update_xmlids(
        [{"xml_id": f"{MODULE}.{name}", "record": record, "noupdate": True}]
    )
    return record


def recall(env, name):
    """The record with the external id `ar_demo.<name>`."""
    return env.ref(f"{MODULE}.{name}")
