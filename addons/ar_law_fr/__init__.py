def uninstall_hook(env):
    """Archive the law of the country: nobody maintains it any more."""
    env["ar.law.pack"]._unload_addon("ar_law_fr")
