"""A program that works with Odoo in processes that may be killed at any moment.

It loads the registry of a database once and then forks a process for each job, with
database connections of its own: a kill costs a fork, not a start of Odoo. It reads
orders and writes answers as lines of JSON; `workers.Workers` speaks to it.

A job names a function of the module `dunning_world`, which gets an environment as its
first argument and whose result comes back; what it changes is committed at its end.
With `interrupt` the process stops or dies at a named spot: see `interrupts.py`.
"""

import json
import os
import sys
import traceback
from pathlib import Path


def main():
    """Serve orders until the input ends. Arguments: configuration file, database."""
    # Answers go out here alone; whatever else is printed joins the log.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    registry = _load(*sys.argv[1:3])
    _answer(answers, {"ready": True})
    pipes = {}
    for line in sys.stdin:
        order = json.loads(line)
        if "job" in order:
            pid, pipe = _start(registry, order["job"])
            pipes[pid] = pipe
            _answer(answers, {"pid": pid})
        else:
            pid = order["wait"]
            _answer(answers, _collect(pid, pipes.pop(pid)))


def _answer(answers, values):
    answers.write(json.dumps(values) + "\n")
    answers.flush()


def _load(configuration, database):
    """Load Odoo's registry; keep no connection that a fork would share."""
    from odoo import sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config

    options = ["-c", configuration, "-d", database, "--no-http"]
    config.parse_config([*options, "--log-level", "warn"], setup_logging=True)
    registry = Registry(database)
    _warm_up(registry)
    sql_db.close_all()
    return registry


def _warm_up(registry):
    """Import here what each process would import again after its fork."""
    import weasyprint

    import interrupts

    del registry, interrupts, weasyprint


def _start(registry, job):
    """Fork a process for a job; return its id and the pipe its result comes from."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    # From here on in the new process, which must never return to the loop above.
    os.close(reading)
    status = 1
    try:
        result = {"value": _perform(registry, job)}
        status = 0
    except BaseException as error:  # noqa: BLE001 - told to the waiting test
        traceback.print_exc()
        result = {"error": f"{type(error).__name__}: {error}"}
    os.write(writing, json.dumps(result).encode())
    os._exit(status)


def _perform(registry, job):
    from odoo import SUPERUSER_ID, api, sql_db

    import dunning_world
    import interrupts

    # The name of its connections carries the number of this process, not its parent's.
    registry._db = sql_db.db_connect(registry.db_name)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        interrupts.arm(env, **job.get("interrupt", {}))
        result = getattr(dunning_world, job["do"])(env, **job.get("with", {}))
        cr.commit()
    return result


def _collect(pid, pipe):
    """Wait for a process; return its result, or the signal that ended it."""
    with os.fdopen(pipe, "rb") as result:
        text = result.read()
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return json.loads(text)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
