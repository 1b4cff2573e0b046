"""What has to happen once, when the addon is removed."""


def uninstall_hook(env):
    """Cancel our jobs that wait: nobody could run them any more.

    What they were to do is left to the scheduled actions.
    """
    waiting = env["queue.job"].search(
        [
            ("model_name", "=", "ar.cycle"),
            ("state", "in", ("pending", "enqueued", "wait_dependencies")),
        ]
    )
    waiting.button_cancelled()
