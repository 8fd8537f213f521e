"""Metadata of OData services (CSDL in XML, versions 2 to 4) to tables: for each entity set, and each way that leads on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from lxml import etree

from idmxml.drivers.driver import Column, KeyKind, Table, ValueType, Wanted
from idmxml.drivers.table_naming import with_whole_names
from idmxml.source.fast import make_parser

TYPES: Final = {
    "Edm.Boolean": ValueType.BOOL,
    "Edm.Byte": ValueType.BYTE,
    "Edm.SByte": ValueType.INT16,
    "Edm.Int16": ValueType.INT16,
    "Edm.Int32": ValueType.INT32,
    "Edm.Int64": ValueType.INT64,
    "Edm.Single": ValueType.DOUBLE,
    "Edm.Double": ValueType.DOUBLE,
    "Edm.Decimal": ValueType.DOUBLE,
    "Edm.Date": ValueType.DATE_TIME,
    "Edm.DateTime": ValueType.DATE_TIME,
    "Edm.DateTimeOffset": ValueType.DATE_TIME,
    "Edm.Guid": ValueType.GUID,
    "Edm.Binary": ValueType.BINARY,
    "Edm.Stream": ValueType.BINARY,
}
DEEPEST: Final = 3
"""How deep the values of complex types are followed, which may hold themselves."""
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


Known = dict[str, Mapping[str, Column]]
"""The columns of entity types by their names, as far as they are made already."""


def tables_of(metadata: Metadata) -> Iterator[Table]:
    """The tables, without the name of the connection before theirs; foreign columns name tables in the same way.

    A table whose types are not all told, as those of other documents are not, comes without columns: they are not known.
    """
    known: Known = {}
    for each in metadata.sets:
        foreign = dict(_foreign(metadata, each))
        columns = type_columns(metadata, each.type_name, known)
        yield Table(each.name, tuple(replace(one, foreign_column=foreign.get(name, "")) for name, one in columns.items()))
        seen: set[str] = set()
        for way in metadata.navigations(each.type_name):
            if way.name and way.name not in seen:
                seen.add(way.name)
                yield _link(metadata, each, way, known)


def named_tables(metadata: Metadata, whole: Callable[[str], str], wanted: Wanted) -> Iterator[Table]:
    """The tables, each once whatever its case, with the names that ``whole`` makes, in foreign columns as well.

    An open type has the columns that mappings read beside those that are declared: nothing tells whether they are there.
    """
    seen: set[str] = set()
    open_sets = {each.name for each in metadata.sets if metadata.is_open(each.type_name)}
    for table in tables_of(metadata):
        if table.identifier.casefold() in seen:
            continue
        seen.add(table.identifier.casefold())
        named = with_whole_names(table, whole)
        may_have_more = table.identifier in open_sets and bool(table.columns)
        undeclared = wanted.columns_of(named.identifier) - set(table.by_name) if may_have_more else ()
        yield replace(named, columns=(*named.columns, *map(Column, sorted(undeclared))))


def _foreign(metadata: Metadata, start: EntitySet) -> Iterator[tuple[str, str]]:
    for way in metadata.navigations(start.type_name):
        target = metadata.target_set(start, way)
        for own, other in way.pairs:
            if target and own and other:
                yield own, f"{target}:{other}"


def type_columns(metadata: Metadata, type_name: str, known: Known) -> Mapping[str, Column]:
    """The columns of an entity type by name, made once: large services lead from everything to everything."""
    if type_name not in known:
        key = metadata.key(type_name)
        listed = _inner_columns(metadata, type_name, "", is_many=False, depth=0)
        made = (replace(each, key=KeyKind.PRIMARY) if each.identifier in key else each for each in listed)
        found: dict[str, Column] = {}
        for each in made:
            found.setdefault(each.identifier, each)
        known[type_name] = found
    return known[type_name]


def _inner_columns(metadata: Metadata, type_name: str, before: str, *, is_many: bool, depth: int) -> Iterator[Column]:
    for each in metadata.properties(type_name):
        name, several = f"{before}{each.name}", is_many or each.is_many
        if each.name and each.type_name in metadata.types and depth < DEEPEST:
            yield from _inner_columns(metadata, each.type_name, f"{name}:", is_many=several, depth=depth + 1)
        elif each.name:
            plain = metadata.plain_types.get(each.type_name, each)
            kind = TYPES.get(plain.type_name, ValueType.STRING)
            length = each.length or plain.length if kind is ValueType.STRING else 0
            yield Column(name, kind, length, is_multivalued=several)


def _link(metadata: Metadata, start: EntitySet, way: Navigation, known: Known) -> Table:
    """The table of a way on: the key of where it leads first, then that of where it starts."""
    target = metadata.target_set(start, way)
    ends = (
        (f"UsercubeNav_{way.name}", way.type_name, target),
        (f"{way.name}Of", start.type_name, start.name),
    )
    columns: list[Column] = []
    for prefix, type_name, table in ends:
        told = type_columns(metadata, type_name, known)
        for key in metadata.key(type_name):
            like = told.get(key, Column(key))
            foreign = f"{table}:{key}" if table else ""
            columns.append(Column(f"{prefix}:{key}", like.value_type, like.length, foreign_column=foreign))
    has_both = all(metadata.key(type_name) for _prefix, type_name, _table in ends)
    return Table(f"{start.name}_{way.name}", tuple(columns) if has_both else ())
