"""A version to its items: every file read once, what both versions share not read again, scaffoldings expanded."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from idmxml.diff.sources import Read, Version
from idmxml.expansion.expand import expand
from idmxml.expansion.item import Item
from idmxml.expansion.read import ReadFile, read_content
from idmxml.expansion.templates import TemplateFault
from idmxml.source.content import Unread, content_from
from idmxml.source.repository import MEGABYTE


@dataclass(frozen=True)
class ReadVersion:
    """The items of a version as they are compared; ``recorded`` are those of its recorded schemas, before any expansion.

    ``faults`` says, by path, why a file could not be read in full.
    """

    items: tuple[Item, ...]
    recorded: tuple[Item, ...]
    files: int
    faults: Mapping[str, str]

    @property
    def count(self) -> int:
        """The number of elements, generated ones included."""
        return sum(each.size for each in self.items)

    @cached_property
    def packages(self) -> Mapping[str, str]:
        """The package of each connection."""
        connections = (each.attributes for each in self.items if each.kind == "Connection")
        return {each.get("Identifier", ""): each.get("Package", "") for each in connections}

    @property
    def expanded(self) -> "ReadVersion":
        """The version with its scaffoldings expanded; TemplateFault when that fails."""
        return replace(self, items=tuple(expand(self.items).items()))


class Reader:
    """Reads versions; a file that has the same content in both is parsed once, and its items are the same values."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes | Unread, ReadFile]] = {}

    def read(self, version: Version, *, with_schemas: bool) -> ReadVersion:
        """The version as it is written, with its recorded schemas among the items unless they are not to be compared."""
        limit = int(version.options.max_file_size * MEGABYTE)
        files = [self._file(path, read, limit) for path, read in sorted(version.files.items())]
        recorded = [self._file(path, read, limit) for path, read in sorted(version.recorded.items())]
        schemas = tuple(item for each in recorded for item in each.items)
        own = tuple(item for each in files for item in each.items)
        faults = {each.path: each.fault for each in (*files, *recorded) if each.fault is not None}
        return ReadVersion((*own, *schemas) if with_schemas else own, schemas, len(files), faults)

    def _file(self, path: str, read: Read, limit: int) -> ReadFile:
        content = content_from(read, limit)
        known = self._known.get(path)
        if known is not None and known[0] == content:
            return known[1]
        found = read_content(path, content)
        self._known[path] = (content, found)
        return found


def both_expanded(old: ReadVersion, new: ReadVersion) -> tuple[ReadVersion, ReadVersion, str | None]:
    """Both versions expanded; where a scaffolding of either can't be, both as they are written, and why."""
    try:
        return old.expanded, new.expanded, None
    except TemplateFault as fault:
        return old, new, f"Scaffoldings are compared as they are written: {fault}."
