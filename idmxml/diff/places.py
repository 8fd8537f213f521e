"""Where an element or one of its attributes stands in the files of a version, as exactly as the text tells."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from idmxml.diff.change import Location
from idmxml.expansion.item import Item
from idmxml.facts.load import language
from idmxml.source.encoding import decode
from idmxml.source.lines import Lines
from idmxml.source.markup import read_tag
from idmxml.source.shown import covered


@dataclass(frozen=True)
class _Text:
    """The text of a file, with its lines as they may be shown."""

    text: str

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _shown(self) -> Lines:
        return Lines(covered(self.text, language().secrets))

    @cached_property
    def line(self) -> Callable[[int], str]:
        """A line as it may be shown, by number; the same value each time, for a file may be one long line."""
        return lru_cache(maxsize=None)(self._shown.text)


class Places:
    """The places in one version; ``read`` gives the bytes of a file by path, or raises OSError or KeyError."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._text = lru_cache(maxsize=64)(self._load)

    def _load(self, path: str) -> _Text | None:
        try:
            text = decode(self._read(path))
        except (OSError, KeyError):
            return None
        return _Text(text) if isinstance(text, str) else None

    def of(self, item: Item, attribute: str | None = None) -> Location:
        """The place of an attribute, or of the tag's name; of what was generated, that of the outermost scaffolding."""
        origin = item.origin
        makers = tuple(each.label for each in origin.chain)
        text = self._text(origin.path)
        if text is None:
            return Location(origin.path, origin.line, origin.column, origin.line, origin.column, made_by=makers)
        offset = text.lines.offset(origin.line, origin.column)
        tag = read_tag(text.text, offset)
        found = tag.find(attribute) if attribute is not None and not makers else None
        start, end = (found.start, found.end) if found is not None else (offset + 1, tag.name_end)
        first, last = text.lines.place(start), text.lines.place(end)
        return Location(origin.path, *first, *last, source=text.line(first[0]), made_by=makers)
