"""The context to the entity model one can walk: entity types, their properties, and where navigation properties lead.

Everything is known exactly or not told: what a declaration, an association or a documented scaffolding does not decide is
None, and an entity type whose properties may not all be known is *open*.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from idmxml.facts.files import read_stored
from idmxml.facts.load import builtins, language
from idmxml.model.context import Context
from idmxml.model.filefacts import Key
from idmxml.model.generated import HOLE, identities
from idmxml.model.projection import Projection, Row
from idmxml.source.entry import TRUE

PROPERTY_TYPES: Final = Projection("EntityType.Property", ("../Identifier", "Identifier", "Type"))
ASSOCIATION_ENDS: Final = Projection(
    "EntityAssociation",
    ("Identifier", "Property1", "Property2", "IsProperty1Collection", "IsProperty2Collection", "ConsolidationMode"),
)
NEEDS: Final = (PROPERTY_TYPES, ASSOCIATION_ENDS)
NAVIGATION: Final = "ForeignKey"
IMPLICIT_TYPES: Final = {"Id": "Int64", "InternalDisplayName": "String"}
LOCALIZED: Final = re.compile(r"InternalDisplayName_L([1-9]|1[0-6])")
PROPERTY: Final = "EntityType.Property"


@dataclass(frozen=True, slots=True)
class PropertyFacts:
    """A property of the entity type ``owner``.

    ``type`` is its type by name (``String``, ``ForeignKey``…), None when it isn't known. ``target`` is the entity type a
    navigation property leads to, ``is_collection`` whether to several of them, ``association`` the association that says so;
    all None for a scalar, and for a navigation property whose association isn't known.
    """

    owner: str
    name: str
    type: str | None
    target: str | None = None
    is_collection: bool | None = None
    association: str | None = None
    is_implicit: bool = False

    @property
    def is_scalar(self) -> bool:
        """Whether the property certainly leads to no other resource; a binary leads to a file, which has an Id."""
        return self.association is None and self.type not in {None, NAVIGATION, "Binary", "Option"}

    @property
    def is_navigation(self) -> bool:
        """Whether the property certainly leads to other resources."""
        return self.association is not None or self.type == NAVIGATION


@dataclass(frozen=True, slots=True)
class _End:
    association: str
    target: str | None
    is_collection: bool


class EntityModel:
    """The entity types of a repository. Ask ``entity_model(context)`` for it; a rule that does needs ``NEEDS``.

    ``types`` are the entity types known by name: declared, generated under an exact name, or the product's own.
    """

    needs: Final = NEEDS

    def __init__(self, context: Context) -> None:
        self._context = context
        self.types: frozenset[str] = context.entity_types
        self._found: dict[tuple[str, str], PropertyFacts | None] = {}
        self._open: dict[str, bool] = {}
        self._all: dict[str, Mapping[str, PropertyFacts]] = {}

    def knows(self, entity_type: str) -> bool:
        """Whether an entity type of this name exists, or may exist for all that is known."""
        context = self._context
        return entity_type in self.types or context.generated.has("EntityType", entity_type) or context.may_exist(entity_type)

    def is_open(self, entity_type: str) -> bool:
        """Whether the entity type may have properties that are not known here; nothing can be said of a missing one."""
        found = self._open.get(entity_type)
        if found is None:
            found = self._open[entity_type] = self._is_open(entity_type)
        return found

    def _is_open(self, entity_type: str) -> bool:
        if self._context.may_exist(entity_type) or entity_type in self._of_modules:
            return True
        return entity_type not in self._written and entity_type not in self._complete

    def property(self, entity_type: str, name: str) -> PropertyFacts | None:
        """The property of this name; None when the entity type has none that is known (see ``is_open``)."""
        key = (entity_type, name)
        if key not in self._found:
            self._found[key] = self._property(entity_type, name)
        return self._found[key]

    def may_have(self, entity_type: str, name: str) -> bool:
        """Whether the entity type has the property, or may have it for all that is known."""
        if self.property(entity_type, name) is not None or self.is_open(entity_type) or self._context.may_exist(name):
            return True
        return self._context.generated.has_owned(PROPERTY, entity_type, name)

    def properties(self, entity_type: str) -> Mapping[str, PropertyFacts]:
        """The known properties of an entity type by name, sorted, the implicit ones included."""
        found = self._all.get(entity_type)
        if found is None:
            names = {*self._rows.get(entity_type, ()), *self._generated(entity_type), *IMPLICIT_TYPES}
            pairs = ((name, self.property(entity_type, name)) for name in sorted(names))
            found = self._all[entity_type] = {name: each for name, each in pairs if each is not None}
        return found

    def _property(self, entity_type: str, name: str) -> PropertyFacts | None:
        written = self._rows.get(entity_type, {}).get(name)
        if written is None and name not in self._generated(entity_type):
            return self._implicit(entity_type, name)
        types = written or set()
        known = frozenset(type_name(each) for each in types if each is not None)
        if not known:
            known = _generated_types(entity_type, name) if name in self._generated(entity_type) else frozenset({"String"})
        end = self._end(entity_type, name)
        kind = next(iter(known)) if len(known) == 1 else None
        if end is None:
            return PropertyFacts(entity_type, name, kind)
        return PropertyFacts(entity_type, name, kind, end.target, end.is_collection, end.association)

    def _implicit(self, entity_type: str, name: str) -> PropertyFacts | None:
        if entity_type not in self.types:
            return None
        if name in builtins()["implicit_properties"]:
            return PropertyFacts(entity_type, name, IMPLICIT_TYPES.get(name), is_implicit=True)
        return PropertyFacts(entity_type, name, "String", is_implicit=True) if LOCALIZED.fullmatch(name) else None

    def _end(self, entity_type: str, name: str) -> _End | None:
        ends = self._ends.get(f"{entity_type}:{name}")
        if not ends:
            return None
        if len({(each.target, each.is_collection) for each in ends}) == 1:
            return ends[0]
        return _End(ends[0].association, None, any(each.is_collection for each in ends))

    def _generated(self, entity_type: str) -> set[str]:
        return self._context.generated.owned(PROPERTY, entity_type)

    @cached_property
    def _rows(self) -> Mapping[str, Mapping[str, set[str | None]]]:
        """By entity type and property, the types that declarations give it; None for a declaration that gives none."""
        found: dict[str, dict[str, set[str | None]]] = defaultdict(dict)
        for owner, name, kind in _tuples(self._context.rows(PROPERTY_TYPES)):
            if owner is not None and name is not None:
                found[owner].setdefault(name, set()).add(kind)
        return found

    @cached_property
    def _ends(self) -> Mapping[str, list[_End]]:
        """By EntityType:Property, the ends of associations that it is."""
        found: dict[str, list[_End]] = defaultdict(list)
        written = _rows_of_ends(self._context.rows(ASSOCIATION_ENDS))
        made = _generated_ends(
            self._context.generated.names("EntityAssociation") - self._context.names("EntityAssociation").keys()
        )
        for identifier, first, second, many_first, many_second in (*written, *made):
            for own, other, many in ((first, second, many_first), (second, first, many_second)):
                if own:
                    target = other.partition(":")[0] if other and ":" in other else None
                    found[own].append(_End(identifier, target, many))
        return found

    @cached_property
    def _written(self) -> frozenset[Key]:
        """The entity types that are declared by hand in full, not as a change of a generated one."""
        context = self._context
        return frozenset().union(*(each.declared.get("EntityType", ()) for each in (*context.files, *context.others)))

    @cached_property
    def _of_modules(self) -> frozenset[str]:
        """The entity types of modules: what these hold depends on their arguments."""
        return frozenset(self._context.generated.names("EntityType") & _module_types())

    @cached_property
    def _complete(self) -> frozenset[str]:
        """The entity types that scaffoldings make with exactly the listed properties."""
        made = self._context.generated.names("EntityType") - self._of_modules
        found = {
            name
            for name in made
            for pattern in _facts()["complete_types"]
            if (match := _regex(pattern).fullmatch(name)) and not _module_types().intersection(match.groups())
        }
        return frozenset(found)


def entity_model(context: Context) -> EntityModel:
    """The entity model of a context, made once."""
    return context.derived(EntityModel)


def type_name(value: str) -> str:
    """A property's type by name; it may be written as a number."""
    return _type_names().get(value, value)


@lru_cache(maxsize=1)
def _type_names() -> Mapping[str, str]:
    numbers = language().kind(PROPERTY).attributes["Type"].type.numbers or {}
    return {str(number): name for name, number in numbers.items()}


def _tuples(rows: Iterable[Row]) -> Iterable[tuple[str | None, ...]]:
    return (row for row in rows if isinstance(row, tuple))


def _rows_of_ends(rows: Iterable[Row]) -> Iterable[tuple[str, str | None, str | None, bool, bool]]:
    for identifier, first, second, many_first, many_second, mode in sorted(_tuples(rows), key=str):
        if mode != "Delete":
            yield identifier or "", first, second, many_first in TRUE, many_second in TRUE


def _generated_ends(identifiers: set[str]) -> Iterable[tuple[str, str | None, str | None, bool, bool]]:
    for identifier in sorted(identifiers):
        for each in _facts()["associations"]:
            match = _regex(each["identifier"]).fullmatch(identifier)
            if match is not None:
                values = match.groupdict()
                first, second = _fill(each["property1"], values), _fill(each["property2"], values)
                yield identifier, first, second, each.get("collection1", False), each.get("collection2", False)


def _fill(pattern: str, values: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: values[hole[1]], pattern)


@lru_cache(maxsize=256)
def _regex(pattern: str) -> re.Pattern[str]:
    """A pattern with holes as a regular expression with a group for each name; a second occurrence is the same text."""
    parts, seen = [], set()
    for position, part in enumerate(HOLE.split(pattern)):
        if position % 2 == 0:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>.+)")
            seen.add(part)
    return re.compile("".join(parts))


@lru_cache(maxsize=1)
def _facts() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_stored("scaffoldings", "entity_model.json")
    return found


@lru_cache(maxsize=1)
def _identities() -> tuple[Mapping[str, Any], ...]:
    """Everything that scaffoldings declare, whichever they are."""
    return tuple(each for content in identities().values() for each in content if "kind" in each)


@lru_cache(maxsize=1)
def _module_types() -> frozenset[str]:
    """The entity types that a scaffolding makes under a name of its own."""
    names = (each["identifier"] for each in _identities() if each["kind"] == "EntityType")
    return frozenset(name for name in names if "*" not in name and not HOLE.search(name))


@lru_cache(maxsize=4096)
def _generated_types(entity_type: str, name: str) -> frozenset[str]:
    """The types that scaffoldings give a property."""
    found = set()
    for each in _property_identities():
        owner = _regex(each["parent"]).fullmatch(entity_type) if "*" not in each["parent"] else None
        if owner is not None and _fill_known(each["identifier"], owner.groupdict()) == name:
            found.add(each["type"])
    return frozenset(found)


def _fill_known(pattern: str, values: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: values.get(hole[1], "*"), pattern)


@lru_cache(maxsize=1)
def _property_identities() -> tuple[Mapping[str, Any], ...]:
    return tuple(each for each in _identities() if each["kind"] == PROPERTY and "type" in each)
