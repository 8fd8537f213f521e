"""Who refers to what in one version: every reference, binding and expression, by what it names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from idmxml.diff.paths import path_of
from idmxml.expansion.item import Item
from idmxml.facts.language import Attribute
from idmxml.facts.load import language
from idmxml.model.filefacts import folded

PROPERTY: Final = "EntityType.Property"
MAPPED: Final = "EntityTypeMapping.Property"
COLUMN: Final = "ConnectionTable.Column"
TASK: Final = "Task"
CONNECTION: Final = "Connection"
TABLE: Final = "ConnectionTable"
MAPPINGS: Final = ("EntityTypeMapping", "EntityAssociationMapping")
STRUCTURE: Final = "C#:"
LAMBDA = re.compile(r"\s*C#:\s*(\w+)\s*:")
Target = tuple[str, str]
"""The kind of what is named, and its name; ``Owner:Name`` for what is unique within its owner only."""


class References:
    """The references of a configuration, found when first asked for."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._parents: dict[int, Item] = {}
        self._objects: dict[Target, Item] = {}
        self._leads_to: dict[str, str] = {}
        self._referring: dict[Target, list[str]] | None = None
        self._tables: dict[str, set[str]] | None = None
        self._is_known = False

    def referring_to(self, targets: Iterable[Target]) -> list[str]:
        """The identity paths of what refers to any of the targets, sorted."""
        if self._referring is None:
            self._know()
            self._referring = defaultdict(list)
            for item in self._items:
                self._collect(item, "")
        return sorted({path for target in targets for path in self._referring.get(target, ())})

    def object(self, kind: str, name: str) -> Item | None:
        """The object of a kind with this identifier; None for none."""
        self._know()
        return self._objects.get((kind, folded(kind, name)))

    def objects(self, kind: str) -> list[Item]:
        """The objects of a kind, sorted by name."""
        self._know()
        return [self._objects[target] for target in sorted(self._objects) if target[0] == kind]

    def parent(self, item: Item) -> Item | None:
        """The element that an element of this version stands in."""
        self._know()
        return self._parents.get(id(item))

    def targets_of(self, item: Item) -> Iterator[Target]:
        """What references to the element, or to a part of it, name; of a connection also its tables."""
        yield from self.own_targets(item)
        if item.kind == CONNECTION:
            yield from ((TABLE, name) for name in sorted(self._tables_of(item["Identifier"])))
        for child in item.children:
            yield from self.targets_of(child)

    def _tables_of(self, connection: str) -> set[str]:
        """The tables of a connection: those declared for it, and those that mappings name after it."""
        if self._tables is None:
            self._tables = defaultdict(set)
            declared = {each["Identifier"]: each["Connection"] for each in self.objects(TABLE)}
            used = {each["ConnectionTable"] for kind in MAPPINGS for each in self.objects(kind)}
            for table in declared.keys() | used:
                owner = declared.get(table) or self._named_before(table)
                self._tables[folded(CONNECTION, owner)].add(table)
        return self._tables.get(folded(CONNECTION, connection), set())

    def _named_before(self, table: str) -> str:
        """The connection whose name the name of a table is or begins with, as all drivers call tables; empty for none."""
        owner = table
        while owner and self.object(CONNECTION, owner) is None:
            owner = owner.rpartition("_")[0]
        return owner

    def own_targets(self, item: Item) -> Iterator[Target]:
        """What references to the element itself name."""
        self._know()
        kind, name = item.kind, item.text("Identifier")
        if kind is None:
            return
        if language().scope(kind) == "global":
            yield kind, folded(kind, name)
            if kind in language().tasks:
                yield TASK, name
            if kind == "EntityTypeMapping":
                yield "EntityType", name
            return
        owner = self._parents.get(id(item))
        if owner is not None:
            yield kind, f"{owner.text('Identifier')}:{name}"
            if kind == MAPPED:
                yield PROPERTY, f"{owner.text('Identifier')}:{name}"

    def _know(self) -> None:
        if self._is_known:
            return
        self._is_known = True
        for item in self._items:
            for each in item.walk():
                self._remember(each)
        for association in self.objects("EntityAssociation"):
            one, other = association["Property1"], association["Property2"]
            self._leads_to.setdefault(one, other.partition(":")[0])
            self._leads_to.setdefault(other, one.partition(":")[0])

    def _remember(self, item: Item) -> None:
        for child in item.children:
            self._parents[id(child)] = item
        if item.kind is not None and item.has_global_identity:
            name = item.get("Identifier") or item.identity
            self._objects.setdefault((item.kind, folded(item.kind, name)), item)

    def _collect(self, item: Item, above: str) -> None:
        telling = _telling(item.kind) if item.kind is not None else {}
        named = [(attribute, value) for name, value in item.attributes.items() if value and (attribute := telling.get(name))]
        if not named and not item.children:
            return
        path = path_of(above, item)
        for attribute, value in named:
            for target in self._named(item, attribute, value):
                self._referring[target].append(path)  # type: ignore[index]  # set by the caller
        for child in item.children:
            self._collect(child, path)

    def _named(self, item: Item, attribute: Attribute, value: str) -> Iterator[Target]:
        if attribute.expression is not None:
            yield from self._in_expression(item, attribute, value)
        reference = attribute.reference
        if reference is None:
            return
        if reference.to == "Binding":
            start, colon, path = value.rpartition(":")
            yield from self._along(start if colon else self._found(item, reference.within), path.split("."))
        elif language().knows(reference.to) and language().scope(reference.to) != "global":
            owner, colon, name = value.rpartition(":")
            yield reference.to, f"{owner if colon else self._found(item, reference.within)}:{name}"
        else:
            yield reference.to, folded(reference.to, value)

    def _in_expression(self, item: Item, attribute: Attribute, value: str) -> Iterator[Target]:
        head = LAMBDA.match(value)
        if head is None or attribute.expression is None:
            return
        start = next((found for each in attribute.expression.source if (found := self._found(item, each))), "")
        for path in re.findall(rf"\b{re.escape(head[1])}\??\.(\w+(?:\??\.\w+)*)", value[head.end() :]):
            yield from self._along(start, path.replace("?", "").split("."))

    def _along(self, start: str, names: Iterable[str]) -> Iterator[Target]:
        """The properties that a path goes through."""
        for name in names:
            if not start:
                return
            yield PROPERTY, f"{start}:{name}"
            start = self._leads_to.get(f"{start}:{name}", "")

    def _found(self, item: Item, place: str | None) -> str:
        """What stands at a place such as ``@A``, ``../@A``, ``Form//@A`` or ``@A/Kind/@B``; empty for nothing."""
        if not place:
            return ""
        first, _, rest = place.partition("/") if place.startswith("@") else place.partition("//")
        holder: Item | None = item
        if place.startswith("../"):
            holder = self._parents.get(id(item))
            first, _, rest = place.removeprefix("../").partition("/")
        elif not place.startswith("@"):
            while holder is not None and holder.tag != first:
                holder = self._parents.get(id(holder))
            first, rest = rest, ""
        value = holder.text(first.lstrip("@")) if holder is not None else ""
        if not rest or not value:
            return value
        kind, _, name = rest.partition("/@")
        found = self._objects.get((kind, folded(kind, value)))
        return found.text(name) if found is not None else ""


@lru_cache(maxsize=512)
def _telling(kind: str) -> Mapping[str, Attribute]:
    """The attributes of a kind that may name other elements."""
    every = language().kind(kind).attributes
    return {name: each for name, each in every.items() if each.reference is not None or each.expression is not None}
