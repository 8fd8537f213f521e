"""Metadata of an OData service, of any version, to tables: one for each entity set, and one for each of its collections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from idmxml.drivers.driver import Column, Failure, KeyKind, StageFailure, Table, ValueType
from idmxml.drivers.odata_metadata import DEEPEST, TYPES

if TYPE_CHECKING:
    from idmxml.live.samples import Sample


@dataclass
class _Type:
    base: str = ""
    key: tuple[str, ...] = ()
    properties: list[tuple[str, str, int]] = field(default_factory=list)
    navigations: list[tuple[str, str]] = field(default_factory=list)


def edmx_tables(sample: "Sample") -> tuple[Table, ...]:
    """The tables of the metadata."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(sample.file.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise StageFailure(Failure.FILE_FORMAT, f"{sample.file.name} is no XML: {error.msg}") from None
    types = dict(_types(root))
    found: list[Table] = []
    for node in _named(root, "EntitySet"):
        name, type_name = node.get("Name", ""), node.get("EntityType", "")
        if name and type_name in types:
            found.append(Table(sample.table(name), tuple(_columns(type_name, types))))
            found.extend(_links(sample, name, type_name, types))
    return tuple(found)


def _named(node: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in node.iter() if isinstance(each.tag, str) and etree.QName(each).localname == name)


def _types(root: etree._Element) -> Iterator[tuple[str, _Type]]:
    for schema in _named(root, "Schema"):
        for kind in ("EntityType", "ComplexType"):
            for node in _named(schema, kind):
                made = _type(node)
                for space in (schema.get("Namespace"), schema.get("Alias")):
                    if space:
                        yield f"{space}.{node.get('Name')}", made


def _type(node: etree._Element) -> _Type:
    made = _Type(node.get("BaseType", ""), tuple(each.get("Name", "") for each in _named(node, "PropertyRef")))
    for each in _named(node, "Property"):
        length = each.get("MaxLength", "")
        made.properties.append((each.get("Name", ""), each.get("Type", ""), int(length) if length.isdecimal() else 0))
    for each in _named(node, "NavigationProperty"):
        made.navigations.append((each.get("Name", ""), each.get("Type", "")))
    return made


def _chain(name: str, types: Mapping[str, _Type]) -> list[_Type]:
    """A type with those it is based on, the farthest first."""
    found: list[_Type] = []
    seen: set[str] = set()
    while name in types and name not in seen:
        seen.add(name)
        found.insert(0, types[name])
        name = types[name].base
    return found


def _columns(
    name: str, types: Mapping[str, _Type], before: str = "", *, is_many: bool = False, depth: int = 0
) -> Iterator[Column]:
    keys = {key for each in _chain(name, types) for key in each.key} if not before else set()
    for each in _chain(name, types):
        for prop, kind, length in each.properties:
            inner = kind.removeprefix("Collection(").removesuffix(")")
            several = is_many or inner != kind
            if inner in types and depth < DEEPEST:
                yield from _columns(inner, types, f"{before}{prop}:", is_many=several, depth=depth + 1)
                continue
            value_type = TYPES.get(inner, ValueType.STRING)
            key = KeyKind.PRIMARY if prop in keys else KeyKind.NONE
            yield Column(f"{before}{prop}", value_type, length if value_type is ValueType.STRING else 0, key, several)


def _links(sample: "Sample", name: str, type_name: str, types: Mapping[str, _Type]) -> Iterator[Table]:
    """The tables of the collections that an entity set leads to, with the two columns that the export documents."""
    own = next((each.key[0] for each in _chain(type_name, types) if each.key), "")
    for each in _chain(type_name, types):
        for navigation, kind in each.navigations:
            target = kind.removeprefix("Collection(").removesuffix(")")
            key = next((one.key[0] for one in _chain(target, types) if one.key), "")
            if target != kind and own and key:
                columns = (Column(f"UsercubeNav_{navigation}:{key}"), Column(f"{navigation}Of:{own}"))
                yield Table(sample.table(f"{name}_{navigation}"), columns)
