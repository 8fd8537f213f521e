"""The schema of a directory: attributes and object classes, and the columns of the tables that an export writes from them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from idmxml.drivers.driver import Settings, Wanted
from idmxml.snapshots.snapshot import Column, KeyKind, Table, ValueType

ENTRY_KEYS: Final = ("entryuuid", "objectguid", "nsuniqueid", "orclguid", "ibm-entryuuid")
"""Attributes that tell entries apart for good, whatever becomes of their names; the first one there is counts."""
UNIQUE: Final = frozenset({"samaccountname"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """A type of attribute. ``length`` is the longest value in characters, 0 when not known.

    ``is_name`` tells that its values are names of entries, ``is_link`` that an export can write a table of its own for it.
    ``aliases`` are other names it goes by. ``is_operational`` tells that the server keeps it on every entry, whatever its
    classes.
    """

    name: str
    value_type: ValueType = ValueType.STRING
    length: int = 0
    is_multivalued: bool = True
    is_name: bool = False
    is_link: bool = False
    is_operational: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectClass:
    """A class of entries: its own attributes, the classes it inherits from, and the auxiliary ones that are always with it.

    ``is_usable`` tells that entries may have it; others only hand down what they have.
    """

    name: str
    attributes: tuple[str, ...] = ()
    superiors: tuple[str, ...] = ()
    auxiliaries: tuple[str, ...] = ()
    is_usable: bool = True


@dataclass(frozen=True)
class DirectorySchema:
    """Attributes and classes by their names in lower case, in the order of the server."""

    attributes: Mapping[str, Attribute]
    classes: Mapping[str, ObjectClass]

    @classmethod
    def of(cls, attributes: Iterable[Attribute], classes: Iterable[ObjectClass]) -> "DirectorySchema":
        """The schema of what a server lists."""
        by_name = {each.name.lower(): each for each in classes}
        return cls({each.name.lower(): each for each in attributes}, by_name)

    @cached_property
    def by_any_name(self) -> Mapping[str, Attribute]:
        """The attributes by each of their names in lower case."""
        aliases = {alias.lower(): each for each in self.attributes.values() for alias in each.aliases}
        return {**aliases, **self.attributes}

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """The class that brings each attribute which entries may have, by the name of the attribute in lower case.

        What several classes bring is told of the one that most others inherit from, then of the first by name.
        """
        found: dict[str, tuple[int, str]] = {}
        for name, heirs in self._in_use().items():
            own = self.classes[name]
            rank = (-heirs, own.name)
            for each in own.attributes:
                attribute = self.by_any_name.get(each.lower())
                key = attribute.name.lower() if attribute is not None else ""
                if key and (key not in found or rank < found[key]):
                    found[key] = rank
        return {name: group for name, (_rank, group) in found.items()}

    def _in_use(self) -> Counter[str]:
        """The classes whose attributes entries may have, each with how many usable ones have its attributes."""
        return Counter(above for name, each in self.classes.items() if each.is_usable for above in self._inherited(name))

    def _inherited(self, name: str) -> frozenset[str]:
        """A class with all that it inherits from and that is always with it, as far as they are known."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current in found or current not in self.classes:
                continue
            found.add(current)
            own = self.classes[current]
            waiting.extend(each.lower() for each in (*own.superiors, *own.auxiliaries))
        return frozenset(found)

    @property
    def usable(self) -> Iterator[Attribute]:
        """The attributes that entries may have."""
        return (each for name, each in self.attributes.items() if each.is_operational or name in self.groups)

    @property
    def links(self) -> Iterator[Attribute]:
        """The attributes that can have a table of their own."""
        return (each for each in self.usable if each.is_link)


@dataclass(frozen=True)
class TableNames:
    """How the tables of a connection are named: ``entries`` is the whole name of that of the entries."""

    entries: str
    keys: tuple[str, ...] = ()
    """Attributes that stand in tables of links beside the name of the entry."""


def entries_table(schema: DirectorySchema, names: TableNames, mapped: Iterable[str] = ()) -> Table:
    """The table of the entries. ``mapped`` are the columns that mappings read: attributes among them keep the name they use."""
    entry_key = next((each for each in ENTRY_KEYS if each in schema.attributes), None)
    own = "dn", "parentdn", "rdn"
    name_key = KeyKind.UNIQUE if entry_key is not None else KeyKind.PRIMARY
    columns = {each: Column(each) for each in own}
    columns["dn"] = Column("dn", key=name_key)
    columns["parentdn"] = Column("parentdn", foreign_column=f"{names.entries}:dn")
    for attribute in schema.usable:
        if attribute.name.lower() not in own:
            columns[attribute.name] = _column(schema, attribute, names, entry_key)
    columns |= {each.identifier: each for each in _by_other_names(schema, names, mapped, columns)}
    return Table(names.entries, tuple(columns.values()))


def _column(schema: DirectorySchema, attribute: Attribute, names: TableNames, entry_key: str | None) -> Column:
    folded = attribute.name.lower()
    key = KeyKind.PRIMARY if folded == entry_key else KeyKind.UNIQUE if folded in UNIQUE else KeyKind.NONE
    return Column(
        attribute.name,
        attribute.value_type,
        attribute.length,
        key,
        attribute.is_multivalued,
        f"{names.entries}:dn" if attribute.is_name else "",
        schema.groups.get(folded, ""),
    )


def _by_other_names(
    schema: DirectorySchema, names: TableNames, mapped: Iterable[str], columns: Mapping[str, Column]
) -> Iterator[Column]:
    """Columns for attributes that mappings call by another of their names, or with an option, as ``cn;lang-fr``."""
    folded = {each.lower() for each in columns}
    for each in sorted(mapped):
        attribute = schema.by_any_name.get(each.partition(";")[0].lower())
        if attribute is not None and each.lower() not in folded:
            folded.add(each.lower())
            yield replace(_column(schema, attribute, names, None), identifier=each)


def tables_of(schema: DirectorySchema, names: TableNames, settings: Settings, wanted: Wanted) -> Iterator[Table]:
    """The table of the entries and those of all link attributes, as far as they are wanted."""
    if wanted.wants(names.entries):
        yield entries_table(schema, names, wanted.columns_of(names.entries))
    for each in schema.links:
        identifier = settings.table(each.name)
        if identifier != names.entries and wanted.wants(identifier):
            yield link_table(schema, names, identifier, each.name)


def link_table(schema: DirectorySchema, names: TableNames, table: str, link: str) -> Table:
    """The table of a link attribute: the name of the entry, and each value. An attribute nobody knows gives no column."""
    entry = f"{names.entries}:dn"
    own = [schema.by_any_name[each] for each in names.keys if each in schema.by_any_name]
    columns = [Column(each.name, each.value_type) for each in own]
    columns.append(Column("dn", foreign_column=entry))
    attribute = schema.by_any_name.get(link.partition(";")[0].lower())
    if attribute is not None:
        foreign = entry if attribute.is_name else ""
        columns.append(Column(link, attribute.value_type, attribute.length, foreign_column=foreign))
    return Table(table, tuple(columns))
