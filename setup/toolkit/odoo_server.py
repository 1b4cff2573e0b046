"""Run Odoo in our environment: commands, the shell, a server in the background."""

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import odoo_log, paths, printing, processes
from .console import SetupError, warn

HOST = "127.0.0.1"


def source():
    """The folder with the package `odoo`, as the environment imports it."""
    spec = importlib.util.find_spec("odoo.release")
    if spec is None:
        raise SetupError("Odoo is not importable.", "Run setup/prepare.")
    return Path(spec.origin).parents[1]


def configuration(server):
    """Write Odoo's configuration for this clone and return the file.

    The password is not written: it reaches Odoo through the environment.
    """
    home = paths.server_home()
    data = home / "odoo"
    data.mkdir(parents=True, exist_ok=True)
    options = {
        "addons_path": ",".join(str(folder) for folder in addons_path()),
        "data_dir": data,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "http_interface": HOST,
        "list_db": "True",
        "without_demo": "True",
    }
    text = "[options]\n" + "".join(
        f"{key} = {value}\n" for key, value in options.items()
    )
    file = home / "odoo.conf"
    if not file.exists() or file.read_text() != text:
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_text(text)
        temporary.replace(file)
    return file


def addons_path():
    """The folders Odoo searches for addons: ours, then its own.

    Wheels of other addons extend the package `odoo.addons` by themselves.
    """
    found = source()
    candidates = [paths.ADDONS, found / "odoo" / "addons", found / "addons"]
    return [folder for folder in candidates if folder.is_dir()]


def command(server, *arguments):
    """The command line of Odoo; a leading subcommand such as `shell` stays first."""
    arguments = [str(argument) for argument in arguments]
    subcommand = []
    if arguments and not arguments[0].startswith("-"):
        subcommand, arguments = arguments[:1], arguments[1:]
    options = ["--config", str(configuration(server))]
    return [str(paths.VENV_PYTHON), "-m", "odoo", *subcommand, *options, *arguments]


def environment(server, **extra):
    """The environment of Odoo: the database server and the programs for printing."""
    path = os.pathsep.join([str(printing.programs()), os.environ.get("PATH", "")])
    return processes.environment(**server.environment(), PATH=path, **extra)


def install(server, database, modules):
    """Install modules into a database.

    :raises SetupError: with the end of the log
    """
    _change_modules(server, database, "-i", modules)


def update(server, database, modules):
    """Bring installed modules to the state of their sources.

    :raises SetupError: with the end of the log
    """
    _change_modules(server, database, "-u", modules)


def _change_modules(server, database, option, modules):
    processes.run(
        command(
            server,
            *("-d", database, option, ",".join(modules), "--stop-after-init"),
            *("--no-http", "--log-level", "warn", "--max-cron-threads", "0"),
        ),
        purpose=f"Installing {', '.join(modules)}",
        env=environment(server),
    )


def shell(server, database, code, strict=False):
    """Run Python code in Odoo's shell and return what it printed.

    Errors that Odoo only logs are shown, but do not stop the caller.

    :param strict: whether a logged error is one for the caller too
    :raises SetupError: when the code raises
    """
    done = subprocess.run(
        command(server, "shell", "-d", database, "--no-http", "--log-level", "warn"),
        input=code,
        capture_output=True,
        text=True,
        env=environment(server),
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-20:])
        raise SetupError(f"A step in the database {database} failed.", tail)
    for record in odoo_log.records(done.stderr):
        if record.level in ("ERROR", "CRITICAL"):
            told = f"logged by {record.logger}: {record.message}"
            if strict:
                raise SetupError(f"Odoo logged an error in {database}.", told)
            warn(told)
    return done.stdout


def free_port(preferred=0):
    """The preferred port if nothing listens there, else the next free one."""
    for port in [*range(preferred, preferred + 50 if preferred else 0), 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise SetupError("No free port was found.")


def address(port):
    """Where a server on this port answers, without a slash at the end."""
    return f"http://{HOST}:{port}"


@contextlib.contextmanager
def running(server, database, *, port, log, arguments=(), timeout=120):
    """Run an Odoo server; yield its address when it answers, stop it at the end.

    :param log: file that receives its log
    :param arguments: further options of Odoo
    :param timeout: seconds to wait for the first answer
    """
    options = [
        *("-d", database, "--http-port", port, "--db-filter", f"^{database}$"),
        # A browser that keeps a connection open without a word counts as a request that
        # takes too long: Odoo would start itself anew, and does not come back.
        *("--limit-time-real", 0),
    ]
    with open(log, "w") as output:
        process = subprocess.Popen(
            command(server, *options, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(server),
            # Ctrl-C reaches the whole group; we stop the server in our own order.
            start_new_session=True,
        )
    try:
        _await_answer(process, f"{address(port)}/web/login", log, timeout)
        yield address(port)
    finally:
        stop(process)


def stop(process, patience=20):
    """End a process: a polite signal, and after `patience` seconds a firm one."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await_answer(process, url, log, timeout):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    tail = "\n".join(Path(log).read_text(errors="replace").splitlines()[-15:])
    raise SetupError("Odoo does not answer.", f"The end of {log}:\n{tail}")
