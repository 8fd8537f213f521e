"""Elements as text: a start tag stands on one line when it fits, else each attribute on its own line below the first one."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from idmxml.expansion.item import Item, Shape
from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.writer.order import layout
from idmxml.writer.xml_insert import UNSAFE, escaped

OPEN: Final = ">"
CLOSED: Final = " />"
Notes = Callable[[Item], Sequence[str]]


def padding(depth: int) -> str:
    """The blanks before an element that stands in ``depth`` others."""
    blanks: int = layout()["indent"] * depth
    return " " * blanks


def start_tag(pad: str, name: str, attributes: Iterable[str], closing: str) -> str:
    """A start tag after ``pad``; ``attributes`` are written already, such as ``A="b"``."""
    told = list(attributes)
    line = _on_one_line(pad, name, told, closing)
    if len(told) < 2 or (len(line) <= layout()["width"] and "\n" not in line):
        return line
    return _on_several(pad, name, told, closing)


def _on_one_line(pad: str, name: str, told: Sequence[str], closing: str) -> str:
    return f"{pad}<{' '.join((name, *told))}{closing}"


def _on_several(pad: str, name: str, told: Sequence[str], closing: str) -> str:
    below = "\n" + " " * (len(pad) + len(name) + 2)
    return f"{pad}<{name} {below.join(told)}{closing}"


class _StartTag(NamedTuple):
    """The start tags of one shape, with ``%s`` for each value: on one line, and on several ones from a length on."""

    line: str
    limit: int
    several: str


@cache
def _form(shape: Shape, depth: int, closing: str) -> _StartTag:
    pad = padding(depth)
    told = [f'{name}="%s"' for name in shape.names]
    line = _on_one_line(pad, shape.tag, told, closing)
    if len(told) < 2:
        return _StartTag(line, sys.maxsize, line)
    return _StartTag(line, layout()["width"], _on_several(pad, shape.tag, told, closing))


def _start_tag(item: Item, depth: int, closing: str) -> str:
    """The start tag of an element."""
    form = _form(item.shape, depth, closing)
    values = item.values
    if UNSAFE.search("".join(values)):
        values = tuple(map(escaped, values))
    line = form.line % values  # one line, as line ends are escaped
    return line if len(line) <= form.limit else form.several % values


def element_text(item: Item) -> str:
    """An element at the top of a file, without comments."""
    if not item.children:
        return _start_tag(item, 1, CLOSED)
    lines: list[str] = []
    _add(lines, item, 1)
    return "\n".join(lines)


def _add(lines: list[str], item: Item, depth: int) -> None:
    lines.append(_start_tag(item, depth, OPEN))
    for each in item.children:
        if each.children:
            _add(lines, each, depth + 1)
        else:
            lines.append(_start_tag(each, depth + 1, CLOSED))
    lines.append(f"{padding(depth)}</{item.tag}>")


def text_with_notes(item: Item, notes: Notes) -> str:
    """An element at the top of a file; ``notes`` gives the comments that stand before each element."""
    return "\n".join(_lines_with_notes(item, 1, notes))


def _lines_with_notes(item: Item, depth: int, notes: Notes) -> Iterator[str]:
    pad = padding(depth)
    for note in notes(item):
        yield f"{pad}<!--{note}-->"
    if not item.children:
        yield _start_tag(item, depth, CLOSED)
        return
    yield _start_tag(item, depth, OPEN)
    for each in item.children:
        yield from _lines_with_notes(each, depth + 1, notes)
    yield f"{pad}</{item.tag}>"


def document_text(items: Sequence[Item], texts: Sequence[str]) -> str:
    """A configuration file of elements with their texts: those of one kind stand together, those with parts apart."""
    lines = [f'<?xml version="1.0" encoding="utf-8"?>\n<{ROOT} xmlns="{NAMESPACE}">']
    before: Item | None = None
    for item, text in zip(items, texts, strict=True):
        if before is None or item.children or before.children or item.shape.kind != before.shape.kind:
            lines.append("")
        lines.append(text)
        before = item
    return "\n".join((*lines, "", f"</{ROOT}>", ""))
