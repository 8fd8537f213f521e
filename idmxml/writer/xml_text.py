"""Elements as text: a start tag stands on one line when it fits, else each attribute on its own line below the first one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from idmxml.expansion.item import Item
from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.writer.order import layout
from idmxml.writer.xml_insert import escaped

OPEN: Final = ">"
CLOSED: Final = " />"
Notes = Callable[[Item], Sequence[str]]


def no_notes(_item: Item) -> Sequence[str]:
    """No comments."""
    return ()


def padding(depth: int) -> str:
    """The blanks before an element that stands in ``depth`` others."""
    blanks: int = layout()["indent"] * depth
    return " " * blanks


def start_tag(pad: str, name: str, attributes: Iterable[str], closing: str) -> str:
    """A start tag after ``pad``; ``attributes`` are written already, such as ``A="b"``."""
    told = list(attributes)
    line = f"{pad}<{' '.join((name, *told))}{closing}"
    if len(told) < 2 or (len(line) <= layout()["width"] and "\n" not in line):
        return line
    below = "\n" + " " * (len(pad) + len(name) + 2)
    return f"{pad}<{name} {below.join(told)}{closing}"


def element_lines(item: Item, depth: int, notes: Notes = no_notes) -> Iterator[str]:
    """An element with everything in it; ``notes`` gives the comments that stand before it."""
    pad = padding(depth)
    for note in notes(item):
        yield f"{pad}<!--{note}-->"
    told = (f'{name}="{escaped(value)}"' for name, value in item.attributes.items())
    if not item.children:
        yield start_tag(pad, item.tag, told, CLOSED)
        return
    yield start_tag(pad, item.tag, told, OPEN)
    for each in item.children:
        yield from element_lines(each, depth + 1, notes)
    yield f"{pad}</{item.tag}>"


def element_text(item: Item) -> str:
    """An element at the top of a file, without comments."""
    return "\n".join(element_lines(item, 1))


def document_text(items: Sequence[Item], text_of: Callable[[Item], str] = element_text) -> str:
    """A configuration file: elements of one kind stand together, those with parts apart. ``text_of`` gives the text of each."""
    lines = [f'<?xml version="1.0" encoding="utf-8"?>\n<{ROOT} xmlns="{NAMESPACE}">']
    before: Item | None = None
    for item in items:
        if before is None or item.kind != before.kind or item.children or before.children:
            lines.append("")
        lines.append(text_of(item))
        before = item
    return "\n".join((*lines, "", f"</{ROOT}>", ""))
