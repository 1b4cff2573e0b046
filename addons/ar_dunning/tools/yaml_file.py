"""YAML as people write it: read with the line of every value, written with comments.

Only plain values, lists and mappings: no tags, no anchors, no aliases, so that a file
cannot make objects or blow itself up.
"""

from dataclasses import dataclass

import yaml

LARGEST = 1_000_000  # characters
MOST_VALUES = 50_000
DEEPEST = 12
_LONGEST_NUMBER = 30
_PLAIN = {
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str")
}
_NUMBERS = {f"tag:yaml.org,2002:{name}" for name in ("int", "float")}


class YamlError(Exception):
    """The text cannot be read.

    ``code`` is one of too_large, too_many, too_deep, alias, tag, duplicate, key,
    syntax; ``line`` counts from 1, 0 when no line is to blame; ``detail`` is what the
    reader should look for.
    """

    def __init__(self, code, line=0, detail=""):
        super().__init__(f"line {line}: {code} {detail}")
        self.code = code
        self.line = line
        self.detail = detail


@dataclass(frozen=True, slots=True)
class YamlText:
    """``data`` as Python values; ``lines``: path (tuple of keys and places) -> line."""

    data: object
    lines: dict


def read(text):
    """Return the YamlText of a text; raises YamlError."""
    if len(text) > LARGEST:
        raise YamlError("too_large", detail=str(LARGEST))
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise YamlError("syntax", line, getattr(error, "problem", "") or "") from error
    lines = {}
    constructor = yaml.SafeLoader("")
    return YamlText(_value(root, (), lines, constructor) if root else {}, lines)


def _check_events(text):
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if count > MOST_VALUES:
            raise YamlError("too_many", line, str(MOST_VALUES))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlError("alias", line, getattr(event, "anchor", "") or "")
        if getattr(event, "tag", None) not in (None, "!"):
            raise YamlError("tag", line, event.tag)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise YamlError("too_deep", line, str(DEEPEST))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _value(node, path, lines, constructor):
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(each, (*path, place), lines, constructor)
            for place, each in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, constructor)
    if node.tag not in _PLAIN:
        return node.value
    if node.tag in _NUMBERS and len(node.value) > _LONGEST_NUMBER:
        return node.value
    try:
        return constructor.construct_object(node)
    except ValueError:
        return node.value


def _mapping(node, path, lines, constructor):
    found = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlError("key", line)
        # Always as it is written: no and on are names of languages too.
        key = key_node.value
        if key in found:
            raise YamlError("duplicate", line, key)
        found[key] = _value(value_node, (*path, key), lines, constructor)
        lines[(*path, key)] = line
    return found


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their key; long texts are written as blocks."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


def _write_text(dumper, text):
    style = "|" if "\n" in text and not text.startswith((" ", "\n")) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_list(dumper, values):
    short = all(isinstance(value, str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=short)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(list, _write_list)


def write(title, sections):
    """Return the text of a file.

    :param title: comment lines at the top
    :param sections: iterable of (key, value, comment lines); the order is kept
    """
    parts = [_comment(title)]
    for key, value, comment in sections:
        dumped = yaml.dump(
            {key: value},
            Dumper=_Dumper,
            allow_unicode=True,
            default_flow_style=False,
            sort_keys=False,
            width=88,
        )
        parts.append(_comment(comment) + dumped)
    return "\n".join(parts)


def _comment(lines):
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)
