"""The text of a start tag: on one line when it fits, else each attribute on a line of its own below the first one."""

from collections.abc import Iterable

from idmxml.writer.order import layout

OPEN = ">"
CLOSED = " />"


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
