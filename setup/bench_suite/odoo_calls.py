"""Call a function of this package inside Odoo, in a process of its own."""

import json
import subprocess

from toolkit import odoo_server, paths
from toolkit.console import SetupError

_MARK = "ar-suite-bench:"
_ADDRESS = "127.0.0.1"


def call(server, database, function, *, addons=None, smtp_port=None, **arguments):
    """Return the result of `bench_suite.<function>(env, **arguments)`.

    Odoo's shell has none of the limits of a request: neither time nor memory.

    :param function: module and function, such as `ledger.build`
    :param addons: a further folder with addons for this process alone
    :param smtp_port: the port of the mail server on this machine
    :param arguments: values that JSON knows
    :raises SetupError: when the function raises, with the end of what was printed
    """
    module, name = function.split(".")
    code = "\n".join(
        [
            "import json, sys",
            f"sys.path.insert(0, {str(paths.SETUP)!r})",
            f"from bench_suite import {module}",
            f"arguments = json.loads({json.dumps(arguments)!r})",
            f"result = {module}.{name}(env, **arguments)",
            "env.cr.commit()",
            f"print({_MARK!r} + json.dumps(result))",
        ]
    )
    options = ["-d", database, "--no-http", "--log-level", "error"]
    if addons:
        folders = [*odoo_server.addons_path(), addons]
        options += ["--addons-path", ",".join(map(str, folders))]
    if smtp_port:
        options += ["--smtp", _ADDRESS, "--smtp-port", str(smtp_port)]
    done = subprocess.run(
        odoo_server.command(server, "shell", *options),
        input=code + "\n",
        capture_output=True,
        text=True,
        env=odoo_server.environment(server),
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith(_MARK):
            return json.loads(line.removeprefix(_MARK))
    tail = "\n".join(done.stderr.strip().splitlines()[-25:])
    raise SetupError(f"{function} failed in the database {database}.", tail)
