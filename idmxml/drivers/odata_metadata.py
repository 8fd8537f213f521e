"""Metadata of OData services: CSDL in XML, of versions 2 to 4."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lxml import etree

from idmxml.source.fast import make_parser

COLLECTION: Final = "Collection("
ROOTS: Final = frozenset({"Edmx", "Schema"})
"""The roots of metadata: of what services tell, and of files that hold the schema alone."""


class MetadataError(Exception):
    """The text is no metadata; its sentence says why."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property with the type it has, or whose values it collects. ``length`` is 0 when not known."""

    name: str
    type_name: str
    is_many: bool
    length: int


@dataclass(frozen=True, slots=True)
class Navigation:
    """A way to other entities. ``pairs`` are own properties with those of the other entity that they hold.

    ``relation`` and ``role`` tell the association and its end in versions 2 and 3.
    """

    name: str
    type_name: str
    pairs: tuple[tuple[str, str], ...] = ()
    relation: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class StructuredType:
    """An entity type or complex type with what it declares itself. ``is_open``: its values may have undeclared properties."""

    base: str
    key: tuple[str, ...]
    properties: tuple[Property, ...]
    navigations: tuple[Navigation, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class EntitySet:
    """An entity set. ``bindings`` are the entity sets that navigations lead to, by their name."""

    name: str
    type_name: str
    bindings: Mapping[str, str]


@dataclass(frozen=True)
class Metadata:
    """What a service tells. Types are by whole name, their namespace before it; plain ones lead to what they are made of.

    ``ends`` are the entity sets by association and role, of versions 2 and 3.
    """

    types: Mapping[str, StructuredType]
    plain_types: Mapping[str, Property]
    sets: tuple[EntitySet, ...]
    ends: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def chain(self, name: str) -> tuple[StructuredType, ...]:
        """A type with those it is based on, the farthest first; nothing when one of them is not told."""
        found: list[StructuredType] = []
        while name:
            if name not in self.types or len(found) == len(self.types):  # not told, or based on itself
                return ()
            found.append(self.types[name])
            name = self.types[name].base
        return tuple(reversed(found))

    def properties(self, name: str) -> Iterator[Property]:
        """The properties that a value of a type may have: its own, inherited ones first, and those of types based on it.

        Nothing when one of the types it is based on is not told.
        """
        chain = self.chain(name)
        for each in (*chain, *(self.derived(name) if chain else ())):
            yield from each.properties

    def derived(self, name: str) -> Iterator[StructuredType]:
        """The types that are based on a type, directly or not."""
        for other in self._bases.get(name, ()):
            if other in self.types and name in self.types and self.chain(other):
                yield self.types[other]
                yield from self.derived(other)

    def is_open(self, name: str) -> bool:
        """Whether values of a type may have properties that nothing declares."""
        return any(each.is_open for each in (*self.chain(name), *self.derived(name)))

    @cached_property
    def _bases(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, each in self.types.items():
            found.setdefault(each.base, []).append(name)
        return found

    def key(self, type_name: str) -> tuple[str, ...]:
        """The columns of the key of an entity type."""
        return next((each.key for each in reversed(self.chain(type_name)) if each.key), ())

    def navigations(self, type_name: str) -> Iterator[Navigation]:
        """The ways on from an entity, inherited ones included."""
        for each in self.chain(type_name):
            yield from each.navigations

    def target_set(self, start: EntitySet, way: Navigation) -> str:
        """The entity set a way leads to: the one it is bound to, else the only one of the type; empty for none."""
        bound = start.bindings.get(way.name) or self.ends.get((way.relation, way.role), "")
        if bound:
            return bound
        fitting = [each.name for each in self.sets if each.type_name == way.type_name]
        return fitting[0] if len(fitting) == 1 else ""


def read_metadata(body: bytes) -> Metadata:
    """The metadata in a text; MetadataError when it is none."""
    try:
        root = etree.fromstring(body, make_parser())
    except (etree.XMLSyntaxError, ValueError):
        raise MetadataError("it is no well-formed XML") from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # a text that was parsed has one, maybe empty
        raise MetadataError("it declares a document type, which metadata does not")
    if etree.QName(root).localname not in ROOTS:
        raise MetadataError("its root is not Edmx")
    return Reader(root).metadata()


def _children(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (each for each in node if isinstance(each.tag, str) and etree.QName(each).localname in names)


def _everywhere(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (each for each in node.iter(etree.Element) if etree.QName(each).localname in names)


def _path(text: str) -> str:
    return text.replace("/", ":")


def _element_type(text: str) -> str:
    return text.removeprefix(COLLECTION).removesuffix(")") if text.startswith(COLLECTION) else text


def _references(node: etree._Element, part: str) -> tuple[str, ...]:
    """The properties that a part of a declaration, such as its key, refers to."""
    return tuple(_path(ref.get("Name", "")) for each in _children(node, part) for ref in _children(each, "PropertyRef"))


class Reader:
    """Reads a document of metadata; names are made whole, with namespaces in place of their aliases."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._spaces = {
            each.get("Alias", ""): each.get("Namespace", "") for each in _everywhere(root, "Schema") if each.get("Alias")
        }
        associations = dict(self._named("Association"))
        self._ends = {
            (name, end.get("Role", "")): self._whole(end.get("Type", ""))
            for name, node in associations.items()
            for end in _children(node, "End")
        }
        self._pairs = dict(_constraints(associations))

    def metadata(self) -> Metadata:
        """What the document tells."""
        types = {name: self._type(node) for name, node in self._named("EntityType", "ComplexType")}
        plain_types = {name: self._property(node, "UnderlyingType") for name, node in self._named("TypeDefinition")}
        return Metadata(types, plain_types, tuple(self._sets()), dict(self._set_ends()))

    def _whole(self, name: str) -> str:
        space, dot, last = name.rpartition(".")
        return f"{self._spaces.get(space, space)}{dot}{last}"

    def _named(self, *kinds: str) -> Iterator[tuple[str, etree._Element]]:
        """The declarations of a kind by their whole names."""
        for schema in _everywhere(self.root, "Schema"):
            for node in _children(schema, *kinds):
                yield f"{schema.get('Namespace', '')}.{node.get('Name', '')}", node

    def _type(self, node: etree._Element) -> StructuredType:
        properties = tuple(map(self._property, _children(node, "Property")))
        navigations = tuple(map(self._navigation, _children(node, "NavigationProperty")))
        base, is_open = self._whole(node.get("BaseType", "")), node.get("OpenType") == "true"
        return StructuredType(base, _references(node, "Key"), properties, navigations, is_open)

    def _property(self, node: etree._Element, type_word: str = "Type") -> Property:
        kind, length = node.get(type_word, ""), node.get("MaxLength", "")
        is_many = kind.startswith(COLLECTION) or node.get("CollectionKind", "None") != "None"
        is_length = length.isdecimal() and len(length) < 10
        return Property(node.get("Name", ""), self._whole(_element_type(kind)), is_many, int(length) if is_length else 0)

    def _navigation(self, node: etree._Element) -> Navigation:
        relation, role = self._whole(node.get("Relationship", "")), node.get("ToRole", "")
        kind = self._whole(_element_type(node.get("Type", ""))) or self._ends.get((relation, role), "")
        pairs = tuple(
            (_path(each.get("Property", "")), _path(each.get("ReferencedProperty", "")))
            for each in _children(node, "ReferentialConstraint")
        )
        pairs = pairs or self._pairs.get((relation, node.get("FromRole", "")), ())
        return Navigation(node.get("Name", ""), kind, pairs, relation, role)

    def _sets(self) -> Iterator[EntitySet]:
        seen: set[str] = set()
        for container in _everywhere(self.root, "EntityContainer"):
            for node in _children(container, "EntitySet"):
                name = node.get("Name", "").strip()
                if name and name not in seen:
                    seen.add(name)
                    yield EntitySet(name, self._whole(node.get("EntityType", "")), dict(_bindings(node)))

    def _set_ends(self) -> Iterator[tuple[tuple[str, str], str]]:
        for node in _everywhere(self.root, "AssociationSet"):
            for end in _children(node, "End"):
                yield (self._whole(node.get("Association", "")), end.get("Role", "")), end.get("EntitySet", "")


def _bindings(node: etree._Element) -> Iterator[tuple[str, str]]:
    for each in _children(node, "NavigationPropertyBinding"):
        yield each.get("Path", ""), each.get("Target", "").rpartition("/")[2]


def _constraints(
    associations: Mapping[str, etree._Element],
) -> Iterator[tuple[tuple[str, str], tuple[tuple[str, str], ...]]]:
    """The properties that depend on others, by association and the role of those that depend."""
    for name, node in associations.items():
        for each in _children(node, "ReferentialConstraint"):
            for dependent in _children(each, "Dependent"):
                pairs = zip(_references(each, "Dependent"), _references(each, "Principal"), strict=False)
                yield (name, dependent.get("Role", "")), tuple(pairs)
