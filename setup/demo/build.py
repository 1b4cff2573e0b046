"""Builds the demo in an Odoo database that holds the suite and nothing else.

Run in Odoo's shell: `demo.build.main(env)`.
"""

import logging
import time
from contextlib import contextmanager
from datetime import date

from . import (
    answers,
    bulk,
    checks,
    companies,
    history,
    outsiders,
    policies,
    story,
    users,
)
from .ledger import Ledger
from .names import DAY_PARAMETER

_logger = logging.getLogger(__name__)


def main(env, size=None, on=None):
    """Found the companies, tell the story, check the books; commits as it goes.

    :param size: wanted number of open claims; None for the story alone, about 600
    :param on: the day of the demo; None for today
    :return: seconds of each stage, {name: seconds}
    :raise RuntimeError: when the database already holds a demo or a check fails
    """
    parameters = env["ir.config_parameter"]
    if parameters.get_param(DAY_PARAMETER):
        raise RuntimeError("This database already holds the demo: use a fresh one.")
    on = on or date.today()  # noqa: DTZ011 - the day of whoever starts the demo
    seconds = {}
    with _stage("companies", seconds):
        companies.found(env)
        env.cr.commit()
    with _stage("policies and users", seconds):
        policies.set_up(env)
        users.register(env)
        env.cr.commit()
    with _stage("story", seconds):
        told = story.tell(on)
        ledger = Ledger(env, told)
        ledger.register_debtors()
        outsiders.register(env)
        users.register_outsiders(env)
        history.replay(env, ledger, told)
    with _stage("answers", seconds):
        answers.give(env, on)
        env.cr.commit()
    if size:
        with _stage("growth", seconds):
            bulk.grow(env, size, on)
            env["ar.claim"]._sync_companies(env["res.company"].search([]))
            env.cr.commit()
    with _stage("checks", seconds):
        _check(env)
    parameters.set_param(DAY_PARAMETER, on.isoformat())
    env.cr.commit()
    return seconds


def _check(env):
    found = checks.problems(env)
    if found:
        raise RuntimeError("The demo is not sound: " + "; ".join(found))
    for (entity, state), count in sorted(checks.claim_states(env).items()):
        _logger.info("Demo: %s: %s claims %s", entity, count, state)


@contextmanager
def _stage(name, seconds):
    began = time.monotonic()
    yield
    seconds[name] = round(time.monotonic() - began, 1)
    _logger.info("Demo: %s took %s s", name, seconds[name])
