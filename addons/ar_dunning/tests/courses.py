"""How the tests go through courses of events that nobody has thought of."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test


def go_through(machine, case, examples, steps):
    """Let a state machine take the same courses each time.

    `AR_STATEFUL_EXAMPLES` asks for more courses. With `AR_STATEFUL_SHRINK` a course
    that fails is made shorter, which takes minutes.

    :param machine: class with an attribute `case`, the test case that it works in
    :param examples: number of courses
    :param steps: the most steps of a course
    """
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
            derandomize=True,
            phases=phases,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
