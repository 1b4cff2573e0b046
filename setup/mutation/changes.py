"""The changes: what can be put in the place of a part of a program.

Left alone is what no rule consists of: type hints, docstrings, decorators, the wording
of errors for programmers, and words that only repeat their name (`LATE = "late"`).
"""

import ast
import copy
import re
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

_LONGEST = 60

# What takes the place of an operator; of a comparison: the neighbour of a limit, and
# the contrary.
_OPERATORS = {
    ast.Lt: ("comparison", ast.LtE, ast.GtE),
    ast.LtE: ("comparison", ast.Lt, ast.Gt),
    ast.Gt: ("comparison", ast.GtE, ast.LtE),
    ast.GtE: ("comparison", ast.Gt, ast.Lt),
    ast.Eq: ("comparison", ast.NotEq),
    ast.NotEq: ("comparison", ast.Eq),
    ast.Is: ("comparison", ast.IsNot),
    ast.IsNot: ("comparison", ast.Is),
    ast.In: ("comparison", ast.NotIn),
    ast.NotIn: ("comparison", ast.In),
    ast.Add: ("arithmetic", ast.Sub),
    ast.Sub: ("arithmetic", ast.Add),
    ast.Mult: ("arithmetic", ast.Div),
    ast.Div: ("arithmetic", ast.Mult),
    ast.FloorDiv: ("arithmetic", ast.Mult),
    ast.Mod: ("arithmetic", ast.Mult),
    ast.Pow: ("arithmetic", ast.Mult),
    ast.BitOr: ("arithmetic", ast.BitAnd),
    ast.BitAnd: ("arithmetic", ast.BitOr),
    ast.LShift: ("arithmetic", ast.RShift),
    ast.RShift: ("arithmetic", ast.LShift),
    ast.And: ("boolean", ast.Or),
    ast.Or: ("boolean", ast.And),
    ast.Break: ("loop", ast.Continue),
    ast.Continue: ("loop", ast.Break),
}
_SIGNS = {ast.Not: "boolean", ast.USub: "arithmetic"}
# Functions and ways of rounding that are easily mistaken for each other.
_NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "ROUND_HALF_UP": "ROUND_HALF_DOWN",
    "ROUND_HALF_EVEN": "ROUND_HALF_UP",
    "ROUND_HALF_DOWN": "ROUND_HALF_UP",
    "ROUND_UP": "ROUND_DOWN",
    "ROUND_DOWN": "ROUND_UP",
    "ROUND_CEILING": "ROUND_FLOOR",
    "ROUND_FLOOR": "ROUND_CEILING",
}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_Place = tuple[ast.AST, str, int | None]  # parent, field, place in a list of the field


@dataclass(frozen=True)
class Change:
    """One small change of a program.

    :ivar line: where, from 1; `column` from 0
    :ivar kind: comparison, arithmetic, boolean, constant, return, condition, ...
    :ivar before: the piece of the program, `after` what it becomes
    :ivar program: all of it; at `place` comes `new`
    """

    line: int
    column: int
    kind: str
    before: str
    after: str
    program: ast.AST
    place: _Place
    new: ast.AST

    def __str__(self) -> str:
        return f"{self.line}  {self.kind}: {self.before}  ->  {self.after}"

    def compiled(self, file: str) -> CodeType:
        """Return the code of the program with the change; the tree stays as it was."""
        old = _put(self.place, self.new)
        try:
            with warnings.catch_warnings():
                # Python warns of `"text" is x` and the like, which a change may bring.
                warnings.simplefilter("ignore")
                return compile(self.program, file, "exec")
        finally:
            _put(self.place, old)


def changes(source: str) -> list[Change]:
    """Return every change that can be made to a program, in the order of its text."""
    program = ast.parse(source)
    found = [
        _described(program, node, place, kind, new)
        for node, place in _parts(program, (program, "", None))
        for kind, new in _alternatives(node, place)
    ]
    return sorted(found, key=lambda change: (change.line, change.column))


def _parts(node: ast.AST, place: _Place) -> Iterator[tuple[ast.AST, _Place]]:
    """Yield the parts of a program that may be changed, with where they stand."""
    yield node, place
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        if isinstance(value, ast.AST):
            children = [(value, None)]
        elif isinstance(value, list):
            children = [(child, number) for number, child in enumerate(value)]
        else:
            continue
        for child, number in children:
            if isinstance(child, ast.AST) and not _is_wording(node, child):
                yield from _parts(child, (node, field, number))


def _is_wording(parent: ast.AST, child: ast.AST) -> bool:
    """Whether a part is a docstring, the text of an error, or only a name."""
    if isinstance(child, ast.Expr):
        return isinstance(child.value, ast.Constant)
    if isinstance(child, ast.Raise):
        return True
    if isinstance(parent, ast.Assign) and isinstance(child, ast.Constant):
        return ast.unparse(parent.targets[0]).lower() == child.value
    return isinstance(parent, ast.Subscript) and (
        isinstance(parent.value, ast.Name) and parent.value.id == "Literal"
    )


def _alternatives(node: ast.AST, place: _Place) -> Iterator[tuple[str, ast.AST]]:
    """Yield the kind of each change of one part, and what takes its place."""
    if type(node) in _OPERATORS:
        kind, *others = _OPERATORS[type(node)]
        yield from ((kind, other()) for other in others)
    elif isinstance(node, ast.Constant):
        yield from (("constant", ast.Constant(new)) for new in _constants(node.value))
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield "function", _named(_NAMES[node.id])
    elif isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
        yield _SIGNS[type(node.op)], node.operand
    yield from _alternatives_in(node, place)


def _alternatives_in(node: ast.AST, place: _Place) -> Iterator[tuple[str, ast.AST]]:
    """Yield the changes of a part that come from where it stands."""
    parent, field, _number = place
    if isinstance(parent, ast.Return) and not isinstance(node, ast.Constant):
        yield "return", ast.Constant(None)
    if _is_condition(parent, field) and not _has_contrary(node):
        yield "condition", ast.UnaryOp(ast.Not(), node)


def _constants(value: object) -> Iterator[object]:
    """Yield what takes the place of a constant: another value of its kind."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield _other_text(value)


def _other_text(text: str) -> str:
    """Return another text: the next number for one in figures, else a longer one.

    >>> _other_text("0.19"), _other_text("kept")
    ('0.10', 'XXkeptXX')
    """
    if _NUMBER.fullmatch(text):
        return f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
    return f"XX{text}XX"


def _named(name: str) -> ast.AST:
    """Return a function by its name; the ways of rounding are texts, so no import."""
    return ast.Constant(name) if name.isupper() else ast.Name(name, ast.Load())


def _is_condition(parent: ast.AST, field: str) -> bool:
    return field == "ifs" or (
        field == "test" and isinstance(parent, ast.If | ast.IfExp | ast.While)
    )


def _has_contrary(node: ast.AST) -> bool:
    """Whether another change already turns the condition into its contrary."""
    if isinstance(node, ast.Compare):
        return len(node.ops) == 1
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _described(
    program: ast.AST, node: ast.AST, place: _Place, kind: str, new: ast.AST
) -> Change:
    """Return the change with the line in which it stands and how it reads."""
    parent = place[0]
    located = node if hasattr(node, "lineno") else parent
    # An operator alone says little: show what it stands in.
    shown = node if hasattr(node, "lineno") else parent
    before = ast.unparse(shown)
    old = _put(place, new)
    try:
        after = ast.unparse(new if shown is node else parent)
    finally:
        _put(place, old)
    return Change(
        located.lineno,
        located.col_offset,
        kind,
        _short(before),
        _short(after),
        program,
        place,
        ast.fix_missing_locations(ast.copy_location(copy.copy(new), located)),
    )


def _put(place: _Place, new: ast.AST) -> ast.AST:
    """Put a part in its place and return what stood there."""
    parent, field, number = place
    if number is None:
        old = getattr(parent, field)
        setattr(parent, field, new)
    else:
        parts = getattr(parent, field)
        old, parts[number] = parts[number], new
    return old


def _short(text: str) -> str:
    return textwrap.shorten(text, _LONGEST, placeholder=" …")
