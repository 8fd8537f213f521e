"""Puts a member into a JSON file with comments: everything that stands there stays as it is."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from idmxml.settings.json_faults import Fault, Places
from idmxml.settings.jsonc import Array, Node, Object, parse
from idmxml.settings.keys import fold

COMMENT_OR_COMMA: Final = re.compile(r"//[^\r\n]*|/\*.*?\*/|,", re.DOTALL)
UNIT: Final = "  "


@dataclass(frozen=True, slots=True)
class Note:
    """A comment in the place of a key: written as ``// text`` on a line of its own."""

    text: str


class Unwritable(ValueError):
    """A text that nothing can be put into; the message tells why and where."""


def insert_member(text: str, path: Sequence[str], key: str, value: object) -> str:
    """``text`` with ``key`` and ``value`` as the last member of the object at ``path``; objects on the way are made.

    An empty text becomes a new file. Keys of ``path`` are compared without regard to case. ``value`` is what ``json`` can
    write; keys of its objects may be ``Note``. Unwritable when the text is no JSON, or something else than an object stands
    on the way.
    """
    tree, text = _read(text)
    found: Node = tree
    names = list(path)
    while names:
        below = _member(found, names[0])
        if below is None:
            break
        found = below
        names.pop(0)
    if not isinstance(found, Object):
        raise Unwritable(f"'{path[len(path) - len(names) - 1]}' is no object (line {found.span.line})")
    for name in reversed([*names[1:], key] if names else []):
        value = {name: value}
    return _append_to_object(text, found, names[0] if names else key, value)


def append_item(text: str, path: Sequence[str], value: object) -> str:
    """``text`` with ``value`` as the last item of the array at ``path``, which is made when it is not there."""
    tree, text = _read(text)
    found: Node | None = tree
    for name in path:
        found = _member(found, name) if found is not None else None
    if found is None:
        return insert_member(text, path[:-1], path[-1], [value])
    if not isinstance(found, Array):
        raise Unwritable(f"'{path[-1]}' is no array (line {found.span.line})")
    ends = [item.span for item in found.items]
    offsets = _Offsets(text)
    inner = offsets.indent(ends[0].line) if ends and ends[0].line != found.span.line else None
    indent = inner if inner is not None else offsets.indent(found.span.line) + offsets.unit
    return _append(text, found, offsets.end(ends[-1]) if ends else None, rendered(value, indent, offsets.unit, offsets.newline))


def _read(text: str) -> tuple[Object, str]:
    if not text.strip():
        text = "{}\n"
    tree = parse(text, "")
    if isinstance(tree, Fault):
        raise Unwritable(f"{tree.message} (line {tree.span.line})")
    if not isinstance(tree, Object):
        raise Unwritable("it holds no object")
    return tree, text


def _member(node: Node, name: str) -> Node | None:
    members = node.members if isinstance(node, Object) else ()
    return next((each.value for each in reversed(members) if fold(each.key) == fold(name)), None)


def _append_to_object(text: str, found: Object, key: str, value: object) -> str:
    offsets = _Offsets(text)
    keys = [each.key_span for each in found.members]
    inner = offsets.indent(keys[-1].line) if keys and keys[-1].line != found.span.line else None
    indent = inner if inner is not None else offsets.indent(found.span.line) + offsets.unit
    member = f"{json.dumps(key, ensure_ascii=False)}: {rendered(value, indent, offsets.unit, offsets.newline)}"
    return _append(text, found, offsets.end(found.members[-1].value.span) if keys else None, member, indent)


def _append(text: str, found: Object | Array, last: int | None, member: str, indent: str | None = None) -> str:
    """``text`` with ``member`` before the closing bracket; ``last`` is the end of what stands before it."""
    offsets = _Offsets(text)
    close = offsets.end(found.span) - 1
    start = last if last is not None else offsets.start(found.span) + 1
    tail = text[start:close]
    has_comma = any(each[0] == "," for each in COMMENT_OR_COMMA.finditer(tail))
    comma = "" if last is None or has_comma else ","
    outer = offsets.indent(offsets.line_of(close))
    is_own_line = not text[offsets.starts[offsets.line_of(close) - 1] : close].strip()
    closing = outer if is_own_line else offsets.indent(found.span.line)
    inner = indent if indent is not None else closing + offsets.unit
    newline = offsets.newline
    return f"{text[:start]}{comma}{tail.rstrip()}{newline}{inner}{member}{newline}{closing}{text[close:]}"


class _Offsets:
    """Places of a text, and its manners: line end and indentation."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = Places.of(text, "").starts
        self.newline = "\r\n" if "\r\n" in text else "\n"
        found = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
        self.unit = found[1] if found else UNIT

    def start(self, span: Any) -> int:
        return int(self.starts[span.line - 1] + span.column - 1)

    def end(self, span: Any) -> int:
        return int(self.starts[span.end_line - 1] + span.end_column - 1)

    def line_of(self, offset: int) -> int:
        return sum(1 for each in self.starts if each <= offset)

    def indent(self, line: int) -> str:
        rest = self.text[self.starts[line - 1] :]
        return rest[: len(rest) - len(rest.lstrip(" \t"))]


def rendered(value: object, indent: str, unit: str = UNIT, newline: str = "\n") -> str:
    """A value as JSON over several lines; ``indent`` stands before its last line."""
    if isinstance(value, Mapping) and value:
        lines = _member_lines(value, indent + unit, unit, newline)
        return f"{{{newline}{newline.join(lines)}{newline}{indent}}}"
    if isinstance(value, list | tuple) and value:
        items = [indent + unit + rendered(each, indent + unit, unit, newline) for each in value]
        return f"[{newline}{f',{newline}'.join(items)}{newline}{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _member_lines(value: Mapping[Any, object], indent: str, unit: str, newline: str) -> list[str]:
    lines: list[str] = []
    left = sum(1 for key in value if not isinstance(key, Note))
    for key, each in value.items():
        if isinstance(key, Note):
            lines.append(f"{indent}// {key.text}")
            continue
        left -= 1
        comma = "," if left else ""
        lines.append(f"{indent}{json.dumps(key, ensure_ascii=False)}: {rendered(each, indent, unit, newline)}{comma}")
    return lines
