"""What the commands print: steps with their duration, clear errors, one exit path."""

import contextlib
import itertools
import re
import signal
import sys
import textwrap
import time

_WIDEST_CELL = 40


class SetupError(Exception):
    """Something is missing that only a person can mend.

    :param message: what is wrong, one sentence
    :param remedy: the command or action that mends it; may have several lines
    """

    def __init__(self, message, remedy=""):
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self):
        return f"{self.message}\n{self.remedy}".strip()


def say(text=""):
    """Print one line at once, also when the output is a pipe."""
    print(text, flush=True)


def warn(text):
    """Print a line that the reader should not overlook."""
    say(f"  ! {text}")


@contextlib.contextmanager
def step(title):
    """Announce a step, then print how long it took.

    The yielded list collects remarks that are printed behind the duration.
    """
    started = time.monotonic()
    say(f"-> {title} …")
    remarks = []
    yield remarks
    seconds = time.monotonic() - started
    remark = f": {', '.join(remarks)}" if remarks else ""
    say(f"   done in {seconds:.1f} s{remark}")


def table(rows, header):
    """Return the rows as text in aligned columns; long texts run on below.

    :param rows: sequences of values, as many as there are headings; columns of
        numbers alone stand to the right
    :param header: the headings
    """
    to_right = [
        bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        for index in range(len(header))
    ]
    cells = [[_cell_lines(str(value)) for value in row] for row in [header, *rows]]
    widths = [
        max(len(line) for row in cells for line in row[index])
        for index in range(len(header))
    ]
    lines = [line for row in cells for line in _table_lines(row, widths, to_right)]
    head = max(len(cell) for cell in cells[0])
    lines.insert(head, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _cell_lines(text):
    """The lines of one cell; items of a list, as far as they fit, stay whole."""
    tied = re.sub(r"(?<!,) ", "\N{NO-BREAK SPACE}", text) if ", " in text else text
    lines = textwrap.wrap(tied, _WIDEST_CELL) or [""]
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _table_lines(row, widths, to_right):
    """The lines of one row, whose cells are lists of lines."""
    for parts in itertools.zip_longest(*row, fillvalue=""):
        yield "  ".join(
            part.rjust(width) if right else part.ljust(width)
            for part, width, right in zip(parts, widths, to_right, strict=True)
        ).rstrip()


def run_command(command):
    """Run a command function and turn its result into an exit code.

    :param command: called without arguments; returns None or an exit code
    :return: the exit code for sys.exit
    """
    # Being told to end runs the same clean-up as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return command() or 0
    except SetupError as error:
        print(f"\nerror: {error.message}", file=sys.stderr)
        for line in error.remedy.splitlines():
            print(f"  {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
