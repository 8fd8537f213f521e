"""The stored tables to the language: loaded once, each kind made when it is first asked for."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

from idmxml.facts.files import TABLES, read_stored
from idmxml.facts.language import ROOT, Attribute, ExpressionUse, Kind, Reference, ValueType

PRIMITIVES = {
    "xs:string": ValueType("string"),
    "xs:int": ValueType("int", "int"),
    "xs:long": ValueType("long", "long"),
    "xs:unsignedByte": ValueType("byte", "byte"),
    "xs:double": ValueType("double", "double"),
}


class Language:
    """The kinds of elements and where they may stand."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._tables = tables
        self._kinds: dict[str, Kind] = {}
        self._types = dict(PRIMITIVES)
        self._groups: dict[str, dict[str, Attribute]] = {}
        self.root: Mapping[str, str] = tables["root"]

    def __iter__(self) -> Iterator[Kind]:
        for name in self._tables["kinds"]:
            yield self.kind(name)

    def kind(self, name: str) -> Kind:
        """The kind with this id; KeyError for none."""
        found = self._kinds.get(name)
        if found is None:
            found = self._kinds[name] = self._make_kind(name, self._tables["kinds"][name])
        return found

    def knows(self, name: str) -> bool:
        """Whether there is a kind of this id; some references name objects that no file can declare."""
        return name in self._tables["kinds"]

    def children(self, name: str) -> Mapping[str, str]:
        """The kinds that may stand in the kind ``name`` (or in the root), by tag."""
        if name == ROOT:
            return self.root
        children: Mapping[str, str] = self._tables["kinds"][name]["children"]
        return children

    def role(self, name: str) -> str:
        """Whether the kind is an element, a scaffolding, an argument or an override; without making the whole kind."""
        role: str = self._tables["kinds"][name]["kind"]
        return role

    def scope(self, name: str) -> str:
        """Where the identity of the kind is unique: global or parent; without making the whole kind."""
        scope: str = self._tables["kinds"][name]["scope"]
        return scope

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """For each tag, the tags of the elements it may stand in, sorted."""
        found: dict[str, set[str]] = defaultdict(set)
        for tag in self.root:
            found[tag].add(ROOT)
        for kind in self._tables["kinds"]:
            for tag in self.children(kind):
                found[tag].add(self.tag(kind))
        return {tag: tuple(sorted(each)) for tag, each in found.items()}

    @cached_property
    def attribute_owners(self) -> Mapping[str, tuple[str, ...]]:
        """For each attribute name, the tags that have it, sorted."""
        found: dict[str, set[str]] = defaultdict(set)
        for kind in self:
            for name in kind.attributes:
                found[name].add(kind.tag)
        return {name: tuple(sorted(each)) for name, each in found.items()}

    @cached_property
    def _tags(self) -> Mapping[str, str]:
        found = {kind: tag for name in self._tables["kinds"] for tag, kind in self.children(name).items()}
        aliases = self._tables["aliases"]
        return found | {kind: tag for tag, kind in self.root.items() if tag not in aliases}

    def tag(self, kind: str) -> str:
        """The tag of a kind."""
        return self._tags[kind]

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The names of the attributes whose values are never shown."""
        return tuple(self._tables["secrets"])

    @cached_property
    def tasks(self) -> frozenset[str]:
        """The kinds that a reference to a task may name: those a job holds, steps and overrides left out."""
        return frozenset(kind for kind in self.children("Job").values() if kind != "Step" and self.role(kind) == "element")

    @cached_property
    def resource_type_mappings(self) -> tuple[str, ...]:
        """The kinds that map a resource type to the connection that provisions it."""
        named = (each for each in self._tables["kinds"] if each.endswith("ResourceTypeMapping"))
        return tuple(each for each in named if self.role(each) == "element")

    def _make_kind(self, name: str, table: Mapping[str, Any]) -> Kind:
        attributes = {key: self._make_attribute(key, value) for key, value in table["attributes"].items()}
        for group in table["groups"]:
            attributes |= self._group(group)
        return Kind(
            id=name,
            tag=self.tag(name),
            role=table["kind"],
            family=table["family"],
            identity=tuple(column for column in table["identity"] if column in attributes),
            scope=table["scope"],
            attributes=attributes,
            children=table["children"],
            required_children=tuple(table.get("need", ())),
            single_children=tuple(table.get("single", ())),
            soft_children=tuple(table.get("soft", ())),
            open="open" in table,
            like=table.get("open") or None,
            aliases=tuple(sorted(tag for tag, of in self._tables["aliases"].items() if of == name)),
        )

    def _group(self, name: str) -> dict[str, Attribute]:
        found = self._groups.get(name)
        if found is None:
            found = {key: self._make_attribute(key, value) for key, value in self._tables["groups"][name].items()}
            self._groups[name] = found
        return found

    def _make_attribute(self, name: str, table: Mapping[str, Any]) -> Attribute:
        return Attribute(
            name=name,
            type=self._type(table["t"]),
            required="r" in table,
            soft=table["s"][0] if "s" in table else None,
            unless=tuple(table["s"][1:]) if "s" in table else (),
            default=table.get("d"),
            reference=Reference(*table["f"]) if "f" in table else None,
            pattern=table.get("p"),
            example_only="e" in table,
            alias_of=table.get("a"),
            expression=ExpressionUse(**table["x"] | {"source": tuple(table["x"].get("source", ()))}) if "x" in table else None,
        )

    def _type(self, name: str) -> ValueType:
        found = self._types.get(name)
        if found is None:
            table = self._tables["types"][name]
            found = self._types[name] = ValueType(
                name=name,
                base=table["base"],
                values=tuple(table.get("values", ())),
                open=table.get("open", False),
                minimum=table.get("min"),
                maximum=table.get("max"),
                pattern=table.get("pattern"),
                numbers=table.get("numbers"),
            )
        return found


@lru_cache(maxsize=1)
def language() -> Language:
    """The configuration language, read once per process from the tables beside this module."""
    return Language(json.loads(TABLES.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def builtins() -> Mapping[str, tuple[str, ...]]:
    """Objects of the product that need no declaration: agents, menu_items, implicit_properties, entity_types, permissions."""
    stored = read_stored("builtins.json")
    return {key: tuple(value) for key, value in stored.items() if isinstance(value, list)}
