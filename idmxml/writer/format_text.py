"""The text of a configuration file to the same file in canonical layout.

What changes is white space outside of values, the order of attributes, quotes, and how empty elements are closed. Comments,
values as they are escaped, the declaration, single blank lines between elements and the order of elements stay.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from idmxml.facts.language import ROOT
from idmxml.facts.load import language
from idmxml.writer.order import ordered_names
from idmxml.writer.xml_text import CLOSED, OPEN, padding, start_tag

NAME: Final = r"[^\s/>\"'=<?!]+"
PIECE: Final = re.compile(
    rf"""(?P<gap>\s*)(?:
        (?P<aside><!--.*?-->|<\?.*?\?>)
      | <(?P<end>/?)(?P<name>{NAME})(?P<attributes>(?:\s+{NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?P<empty>/?)>
      | \Z)""",
    re.DOTALL | re.VERBOSE | re.ASCII,  # white space of XML alone
)
ATTRIBUTE: Final = re.compile(rf"""({NAME})\s*=\s*("[^"<]*"|'[^'<]*')""", re.ASCII)
LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Unformattable(ValueError):
    """A text that is left as it is; the message tells why."""


def formatted(text: str) -> str:
    """A well-formed configuration file in canonical layout; Unformattable when it holds text between its elements."""
    ends = LINE_END.findall(text)
    newline = max(("\n", "\r\n", "\r"), key=ends.count)
    plain = text if newline == "\n" and ends.count("\n") == len(ends) else LINE_END.sub("\n", text)
    made = _Formatting(plain).run()
    return made if newline == "\n" else made.replace("\n", newline)


@dataclass(slots=True)
class _Formatting:
    """Writes line by line; ``opened`` is a start tag that is written once it is known whether anything stands in it."""

    text: str
    lines: list[str] = field(default_factory=list)
    kinds: list[str | None] = field(default_factory=list)
    opened: tuple[str, list[str]] | None = None

    def run(self) -> str:
        for match in self._pieces():
            if match["aside"] is not None:
                self._aside(match["gap"], match["aside"])
            elif match["end"]:
                self._end(match["gap"], match["name"])
            elif match["name"] is not None:
                self._start(match)
        return "\n".join((*self.lines, ""))

    def _pieces(self) -> Iterator[re.Match[str]]:
        place = 0
        while place < len(self.text):
            match = PIECE.match(self.text, place)
            if match is None:
                line = self.text.count("\n", 0, place) + 1
                raise Unformattable(f"text stands between the elements at line {line}")
            yield match
            place = match.end()

    def _flush(self) -> None:
        """Write the start tag that waits, as one with content."""
        if self.opened is not None:
            name, attributes = self.opened
            self.lines.append(start_tag(padding(len(self.kinds) - 1), name, attributes, OPEN))
            self.opened = None

    def _blank(self, gap: str, *, inside: bool) -> None:
        """Keep one blank line, but none at the beginning or end of an element other than the root."""
        if gap.count("\n") > 1 and self.lines and (not inside or len(self.kinds) == 1):
            self.lines.append("")

    def _aside(self, gap: str, aside: str) -> None:
        """A comment or processing instruction: on a line of its own, or behind what it stood behind."""
        is_first_inside = self.opened is not None
        self._flush()
        if "\n" not in gap and self.lines and not self._is_declaration:
            self.lines[-1] += f" {aside}"
            return
        if not self._is_declaration:
            self._blank(gap, inside=is_first_inside)
        pad = padding(len(self.kinds))
        before = gap.rpartition("\n")[2]
        first, *others = aside.split("\n")
        moved = (pad + each[len(before) :] if each.startswith(before) else each for each in others)
        self.lines.append("\n".join((pad + first, *moved)))

    @property
    def _is_declaration(self) -> bool:
        """Whether nothing but the XML declaration is written."""
        return len(self.lines) == 1 and self.lines[0].startswith("<?xml ")

    def _start(self, match: re.Match[str]) -> None:
        is_first_inside = self.opened is not None
        self._flush()
        if not self._is_declaration:
            self._blank(match["gap"], inside=is_first_inside)
        name = match["name"]
        kind = self._kind(name)
        attributes = _attributes(match["attributes"], kind)
        if match["empty"]:
            self.lines.append(start_tag(padding(len(self.kinds)), name, attributes, CLOSED))
        else:
            self.opened = (name, attributes)
            self.kinds.append(kind)

    def _kind(self, name: str) -> str | None:
        local = name.rpartition(":")[2]
        if not self.kinds:
            return ROOT if local == ROOT else None
        parent = self.kinds[-1]
        return language().children(parent).get(local) if parent is not None else None

    def _end(self, gap: str, name: str) -> None:
        if self.opened is not None:
            opened, attributes = self.opened
            self.opened = None
            self.kinds.pop()
            self.lines.append(start_tag(padding(len(self.kinds)), opened, attributes, CLOSED))
            return
        self._blank(gap, inside=True)
        self.kinds.pop()
        self.lines.append(f"{padding(len(self.kinds))}</{name}>")


def _attributes(written: str, kind: str | None) -> list[str]:
    """The attributes of a start tag in their order, values between double quotes."""
    found = ATTRIBUTE.findall(written)
    told = {name: f"{name}={_quoted(value)}" for name, value in found}
    names = tuple(told)
    return [told[name] for name in (names if kind in {None, ROOT} else ordered_names(kind, names))]


def _quoted(value: str) -> str:
    return value if value[0] == '"' else '"' + value[1:-1].replace('"', "&quot;") + '"'
