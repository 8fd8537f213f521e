"""What one file contributes to the whole: its objects' identities, and the rows that rules asked for."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from html import unescape

from idmxml.facts.language import CONSOLIDATION, ROOT, Kind
from idmxml.facts.load import Language
from idmxml.model.layout import ColumnLists, Layout
from idmxml.model.projection import Columns, Row
from idmxml.source.entry import Entry

Key = str | tuple[str | None, ...]
VALUE = re.compile(r"""=\s*(?:"([^"<>\r\n]{1,442})"|'([^'<>\r\n]{1,442})')""")
TAG = re.compile(r"<(\w+)")
IGNORING_CASE = frozenset({"Connection"})


class Status(Enum):
    """How far a file could be read: READ in full, MALFORMED in part, OPAQUE not at all, FOREIGN is not ours."""

    READ = "read"
    MALFORMED = "malformed"
    OPAQUE = "opaque"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The contribution of one file.

    ``declared`` gives, by kind, the identities without ConsolidationMode, doubles included; ``consolidated`` those with
    one, and the mode. ``rows`` holds the distinct rows of the asked projections by their position, without empty ones;
    ``columns`` the whole columns of some kinds instead (see ``idmxml.model.layout``). ``attribute_names`` are all names of
    attributes that occur, ``used_scaffoldings`` the scaffoldings in it. ``mentioned`` holds every word of a file, or of its
    unknown elements, that could not be read in full: what they may declare.
    """

    path: str
    status: Status
    objects: int = 0
    declared: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    consolidated: Mapping[str, tuple[tuple[Key, str], ...]] = field(default_factory=dict)
    rows: Mapping[int, frozenset[Row]] = field(default_factory=dict)
    columns: Mapping[str, ColumnLists] = field(default_factory=dict)
    attribute_names: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()
    used_scaffoldings: frozenset[str] = frozenset()


def identity_of(kind: Kind, entry: Entry) -> Key | None:
    """What tells the entry from others of its kind in its scope; None when it has nothing of the kind."""
    columns = kind.identity
    if not columns:
        return None
    if len(columns) == 1:
        name = columns[0]
        value = entry.attributes.get(name)
        return value if value is not None else kind.attributes[name].default
    key = tuple([entry.attributes.get(name, _enclosing(kind, name, entry)) for name in columns])
    return key if any(value is not None for value in key) else None


def _enclosing(kind: Kind, name: str, entry: Entry) -> str | None:
    """What a reference that is left out names: the enclosing element, when it is of the kind that the reference names."""
    reference, parent = kind.attributes[name].reference, entry.parent
    if reference is None or parent is None or parent.kind != reference.to:
        return None
    return parent.attributes.get("Identifier")


def folded(kind: str, name: str) -> str:
    """The name as it is compared: identifiers of connections without regard to case."""
    return name.casefold() if kind in IGNORING_CASE else name


def comparable(kind: Kind, key: Key) -> Key:
    """The key as it is compared, as ``folded`` does a name."""
    return folded(kind.id, key) if isinstance(key, str) else key


def by_kind(entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    """The entries of known kinds, by kind, in document order; the root is none of them."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind is not None:
            found[entry.kind].append(entry)
    found.pop(ROOT, None)
    return found


def facts_of(path: str, grouped: Mapping[str, Columns], objects: int, layout: Layout, language: Language) -> FileFacts:
    """The facts of a file that was read in full, with the rows that the layout asks for."""
    declared: dict[str, tuple[Key, ...]] = {}
    consolidated: dict[str, tuple[tuple[Key, str], ...]] = {}
    rows: dict[int, frozenset[Row]] = {}
    whole: dict[str, ColumnLists] = {}
    for name, columns in grouped.items():
        kind = language.kind(name)
        if kind.identity and kind.scope == "global":
            _add_identities(kind, columns, declared, consolidated)
        lists = layout.whole_columns(name, columns)
        if lists is not None:
            whole[name] = lists
        for position, projection in layout.narrow.get(name, ()):
            found = projection.rows(columns)
            if found:
                rows[position] = found
    names = frozenset().union(*(columns.names for columns in grouped.values()))
    used = frozenset(name for name in grouped if language.role(name) == "scaffolding")
    return FileFacts(path, Status.READ, objects, declared, consolidated, rows, whole, names, used_scaffoldings=used)


def _add_identities(
    kind: Kind,
    columns: Columns,
    declared: dict[str, tuple[Key, ...]],
    consolidated: dict[str, tuple[tuple[Key, str], ...]],
) -> None:
    if CONSOLIDATION not in columns.names:
        keys = [key for key in _keys(kind, columns) if key is not None]
        if keys:
            declared[kind.id] = tuple(keys)
        return
    pairs = [(key, mode) for key, mode in zip(_keys(kind, columns), columns.get(CONSOLIDATION), strict=True) if key is not None]
    declared[kind.id] = tuple(key for key, mode in pairs if mode is None)
    consolidated[kind.id] = tuple((key, mode) for key, mode in pairs if mode is not None)


def _keys(kind: Kind, columns: Columns) -> Iterable[Key | None]:
    """The identities of the entries, as ``identity_of`` gives them, by columns."""
    if len(kind.identity) == 1:
        name = kind.identity[0]
        default = kind.attributes[name].default
        values = columns.get(name)
        return values if default is None else [default if value is None else value for value in values]
    return [identity_of(kind, entry) for entry in columns.entries]


def broken_facts(path: str, texts: Iterable[str], language: Language, objects: int = 0) -> FileFacts:
    """The facts of a file that could not be read in full: what it may declare or generate. ``texts`` are readings of it."""
    mentioned: set[str] = set()
    tags: set[str] = set()
    for text in texts:
        mentioned.update(mentioned_in(text))
        tags.update(TAG.findall(text))
    used = frozenset(tag for tag in tags if language.knows(tag) and language.role(tag) == "scaffolding")
    return FileFacts(path, Status.MALFORMED, objects, mentioned=frozenset(mentioned), used_scaffoldings=used)


def mentioned_in(text: str) -> frozenset[str]:
    """Every value of an attribute in a text that is no XML: the names that a broken file may declare."""
    return frozenset(unescape(double or single) for double, single in VALUE.findall(text))
