"""The files of a repository merged: the one value that rules about the whole are judged with."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from idmxml.facts.language import Kind
from idmxml.facts.load import Language, builtins
from idmxml.model.filefacts import IGNORING_CASE, FileFacts, Key, Status, comparable
from idmxml.model.generated import GeneratedNames, Made, expand_names, scaffolding_arguments
from idmxml.model.layout import Layout
from idmxml.model.projection import Projection, Row
from idmxml.source.companions import Companions

T = TypeVar("T")
PROPERTIES = Projection("EntityType.Property", ("../Identifier", "Identifier"))
COLUMNS = Projection("ConnectionTable.Column", ("../Identifier", "Identifier"))
TABLES = Projection("ConnectionTable", ("Identifier", "Connection"))
ACTIVITIES = Projection("Activity", ("../Identifier", "Identifier"))
LANGUAGES = Projection("Language", ("Code", "IndicatorNumber"))
ROOT_INSTANCES = Projection("RootInstance", ("Instance",))


def standing_projections() -> tuple[Projection, ...]:
    """The projections that the context itself needs, whatever the rules."""
    scaffoldings = (Projection(tag, columns) for tag, columns in scaffolding_arguments().items() if columns)
    return (PROPERTIES, COLUMNS, TABLES, ACTIVITIES, LANGUAGES, ROOT_INSTANCES, *scaffoldings)


class Context:
    """What a repository declares. ``files`` are the checked files; ``others`` declare too, and are not checked themselves.

    ``projections`` are those the files were asked for, in the order in which the rows of the files are kept. ``companions``
    are the other files beside them, None where it isn't known where these lie. ``expanded`` expands the scaffoldings, for
    those who must know exactly what they generate.
    """

    def __init__(
        self,
        language: Language,
        projections: Sequence[Projection],
        files: Sequence[FileFacts],
        others: Sequence[FileFacts] = (),
        companions: Companions | None = None,
        *,
        expanded: Callable[[], Made] | None = None,
    ) -> None:
        self._layout = Layout(projections, language)
        self.language = language
        self.files = files
        self.others = others
        self.companions = companions
        self._expanded = expanded
        self._all = (*files, *others)
        self._rows: dict[Projection, frozenset[Row]] = {}
        self._names: dict[str, Mapping[str, int]] = {}
        self._derived: dict[object, object] = {}

    def derived(self, make: Callable[["Context"], T]) -> T:
        """What ``make`` makes of this context, made once."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return self._derived[make]  # type: ignore[return-value]

    @cached_property
    def complete(self) -> bool:
        """Whether every file could be opened; else nothing can be said about what is missing."""
        return all(each.status is not Status.OPAQUE for each in self._all)

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Names that files which broke off may declare."""
        return frozenset().union(*(each.mentioned for each in self._all if each.mentioned))

    @property
    def is_whole(self) -> bool:
        """Whether every file could be read to its end, so that what is not found does not exist."""
        return self.complete and not self.mentioned

    @cached_property
    def used_scaffoldings(self) -> frozenset[str]:
        """The scaffoldings that occur in any file."""
        return frozenset[str]().union(*(each.used_scaffoldings for each in self._all))

    def uses(self, scaffoldings: Iterable[str]) -> bool:
        """Whether one of these scaffoldings occurs in any file."""
        return not self.used_scaffoldings.isdisjoint(scaffoldings)

    def may_exist(self, name: str) -> bool:
        """Whether something of this name may be declared in a place that could not be read."""
        return not self.complete or name in self.mentioned

    def rows(self, projection: Projection) -> frozenset[Row]:
        """The distinct rows of a projection over all files."""
        found = self._rows.get(projection)
        if found is None:
            if self._layout.is_wide(projection):
                kept = [each.columns[projection.kind] for each in self._all if projection.kind in each.columns]
                found = self._layout.rows(projection, kept)
            else:
                position = self._layout.positions[projection]
                found = frozenset[Row]().union(*(each.rows[position] for each in self._all if position in each.rows))
            self._rows[projection] = found
        return found

    def tuples(self, projection: Projection) -> frozenset[tuple[str | None, ...]]:
        """The distinct rows of a projection of several columns."""
        return self.rows(projection)  # type: ignore[return-value]  # several columns make tuples

    def names(self, kind: str) -> Mapping[str, int]:
        """The names declared for a kind, each with the position (in files, then others) of the first file that does."""
        found = self._names.get(kind)
        if found is None:
            found = self._names[kind] = self._collect_names(kind)
        return found

    def _collect_names(self, kind: str) -> Mapping[str, int]:
        index = _name_index(self.language.kind(kind))
        found: dict[str, int] = {}
        for position in range(len(self._all) - 1, -1, -1):
            each = self._all[position]
            keys: Sequence[Key] = each.declared.get(kind, ())
            if kind in each.consolidated:
                keys = (*keys, *(key for key, mode in each.consolidated[kind] if mode != "Delete"))
            if keys:
                names = (key if isinstance(key, str) else key[index] for key in keys)
                found.update(dict.fromkeys([name for name in names if name is not None], position))
        return found

    def has(self, kind: str, name: str) -> bool:
        """Whether an object of this kind is declared under exactly this name, by hand or by a scaffolding."""
        return name in self.names(kind) or self.generated.has(kind, name)

    @cached_property
    def generated(self) -> GeneratedNames:
        """What the scaffoldings of all files generate."""
        used: list[tuple[str, dict[str, str]]] = []
        for tag, columns in scaffolding_arguments().items():
            rows = self.rows(Projection(tag, columns)) if columns else frozenset()
            for row in rows:
                values = (row,) if isinstance(row, str) else row
                used.append((tag, {name: value for name, value in zip(columns, values, strict=True) if value}))
            users = [each for each in self._all if tag in each.used_scaffoldings]
            broken = any(each.status is Status.MALFORMED for each in users)
            if broken or (users and self._may_lack_row(tag, columns, rows)):
                used.append((tag, {}))
        return GeneratedNames(expand_names(used), self._may_be_named, self._expanded)

    def _may_be_named(self, kind: str, name: str) -> bool:
        """Whether there may be an object of this kind and name that a scaffolding makes others for."""
        if kind == ROOT_INSTANCES.kind:
            return name in self.rows(ROOT_INSTANCES) or self.may_exist(name)
        if kind == "EntityType":
            return name in self.entity_types or self.may_exist(name)
        return name in self.names(kind) or name in self.generated.names(kind) or self.may_exist(name)

    def _may_lack_row(self, tag: str, columns: Sequence[str], rows: frozenset[Row]) -> bool:
        """Whether the rows may leave out uses of a scaffolding: those without the one attribute that rows are made of."""
        return not rows or (len(columns) == 1 and not self.language.kind(tag).attributes[columns[0]].required)

    def holders(self, projection: Projection) -> Sequence[int]:
        """The positions of the checked files that have rows of the projection."""
        if self._layout.is_wide(projection):
            return self._holders_of_columns.get(projection.kind, ())
        return self._holders.get(self._layout.positions[projection], ())

    @cached_property
    def _holders(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for position, each in enumerate(self.files):
            for projection in each.rows:
                found[projection].append(position)
        return found

    @cached_property
    def _holders_of_columns(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for position, each in enumerate(self.files):
            for kind in each.columns:
                found[kind].append(position)
        return found

    def weight(self, projection: Projection) -> int:
        """About how many rows the projection has over all files."""
        kept = self._layout.positions[projection]
        wide = self._layout.is_wide(projection)
        if wide:
            return sum(len(each.columns[projection.kind][0]) for each in self.files if projection.kind in each.columns)
        return sum(len(each.rows[kept]) for each in self.files if kept in each.rows)

    def rows_of(self, position: int, projection: Projection) -> frozenset[Row]:
        """The rows of a projection in one checked file."""
        facts = self.files[position]
        if self._layout.is_wide(projection):
            kept = facts.columns.get(projection.kind)
            return self._layout.rows(projection, [kept]) if kept is not None else frozenset()
        return facts.rows.get(self._layout.positions[projection], frozenset())

    @cached_property
    def properties(self) -> Mapping[str, frozenset[str]]:
        """The hand-written properties of each entity type."""
        return _grouped(self.rows(PROPERTIES))

    @cached_property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The columns of each known connection table."""
        tables = {row[0] for row in self.rows(TABLES) if row[0]}
        grouped = _grouped(self.rows(COLUMNS))
        return {table: grouped.get(table, frozenset()) for table in tables}

    @cached_property
    def tables_of(self) -> Mapping[str, frozenset[str]]:
        """The known connection tables of each connection, by the connection's identifier in lower case."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.rows(TABLES):
            table, connection = row[0], row[1]
            if table and connection:
                found[connection.casefold()].add(table)
        return {connection: frozenset(tables) for connection, tables in found.items()}

    @cached_property
    def activities(self) -> Mapping[str, frozenset[str]]:
        """The activities of each workflow."""
        return _grouped(self.rows(ACTIVITIES))

    @cached_property
    def duplicates(self) -> Mapping[str, Mapping[Key, tuple[int, ...]]]:
        """By kind, the identities that occur more than once, with the files that hold them, in order, doubles included."""
        found: dict[str, dict[Key, tuple[int, ...]]] = {}
        kinds = sorted({kind for each in self.files for kind in each.declared})
        for kind in kinds:
            doubles = self._duplicates_of(self.language.kind(kind))
            if doubles:
                found[kind] = doubles
        return found

    def _duplicates_of(self, kind: Kind) -> dict[Key, tuple[int, ...]]:
        every = [each.declared[kind.id] for each in self.files if kind.id in each.declared]
        exact = kind.id not in IGNORING_CASE
        if exact and len(set().union(*every)) == sum(map(len, every)):
            return {}
        first: dict[Key, int] = {}
        doubles: dict[Key, list[int]] = {}
        for position, each in enumerate(self.files):
            for key in each.declared.get(kind.id, ()):
                mark = comparable(kind, key)
                if mark in first:
                    doubles.setdefault(mark, [first[mark]]).append(position)
                else:
                    first[mark] = position
        return {key: tuple(places) for key, places in doubles.items()}

    @cached_property
    def entity_types(self) -> frozenset[str]:
        """Every entity type that is declared, generated under a known name, or the product's own."""
        return frozenset({*self.names("EntityType"), *self.generated.names("EntityType"), *builtins()["entity_types"]})


def _name_index(kind: Kind) -> int:
    return kind.identity.index("Identifier") if "Identifier" in kind.identity else 0


def _grouped(rows: Iterable[Row]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row[0] is not None and row[1] is not None:
            found[row[0]].add(row[1])
    return {owner: frozenset(names) for owner, names in found.items()}
