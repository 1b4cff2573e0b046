"""How the tests go through courses of events that nobody has thought of."""

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test


def go_through(machine, case, examples, steps):
    """Let a state machine take the same courses each time.

    `AR_STATEFUL_EXAMPLES` asks for more courses. With `AR_STATEFUL_SHRINK` a course
    that fails is made shorter, which takes minutes.

    :param machine: class with an attribute `case`, the test case that it works in
    :param examples: number of courses
    :param steps: the most steps of a course
    """
    _go(machine, case, examples, steps, derandomize=True)


def go_by_chance(machine, case, examples, steps):
    """Let a state machine take courses that nobody took before.

    Only with a number in `AR_STATEFUL_SEED`, as `./setup/test --slow` gives: the same
    number takes the same courses again. A failure names it.
    """
    number = os.environ.get("AR_STATEFUL_SEED")
    if number:
        # The seed stays on the class: not on that of the courses known before.
        by_chance = seed(int(number))(type(machine.__name__, (machine,), {}))
        with case.subTest(AR_STATEFUL_SEED=number):
            _go(by_chance, case, examples, steps, derandomize=False)


def _go(machine, case, examples, steps, *, derandomize):
    machine.case = case
    phases = [Phase.explicit, Phase.generate]
    if os.environ.get("AR_STATEFUL_SHRINK"):
        phases.append(Phase.shrink)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("AR_STATEFUL_EXAMPLES", examples)),
            stateful_step_count=steps,
            deadline=None,
            derandomize=derandomize,
            phases=phases,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
