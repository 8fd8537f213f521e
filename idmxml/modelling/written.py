"""New entity types as XML: the elements of a connector file, in the order in which such files have them."""

from collections.abc import Iterable, Iterator

from idmxml.facts.language import ROOT
from idmxml.modelling.entity_types import NewEntityType
from idmxml.modelling.naming import display_name
from idmxml.writer.format_text import formatted
from idmxml.writer.xml_insert import element, escaped


def elements(entity_types: Iterable[NewEntityType], prefix: str) -> str:
    """The elements in canonical layout, one below the other as they stand inside the root; lines end with a line feed."""
    listed = list(entity_types)
    parts = [
        *(_entity_type(each, prefix) for each in listed),
        *(_associations(each, prefix) for each in listed if each.links),
        *(_mapping(each, prefix) for each in listed),
        *(_association_mappings(each, prefix) for each in listed if each.links),
        "\n".join(_shown(each, prefix) for each in listed),
    ]
    body = "\n\n".join(parts)
    written = formatted(f"<{prefix}{ROOT}>\n{body}\n</{prefix}{ROOT}>")
    return written.partition("\n")[2].rpartition("\n</")[0].lstrip()


def _open(tag: str, attributes: dict[str, str], children: Iterable[str]) -> str:
    told = "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())
    inner = "".join(f"\n{each}" for each in children)
    return f"<{tag}{told}>{inner}\n</{tag}>"


def _entity_type(each: NewEntityType, prefix: str) -> str:
    return _open(
        f"{prefix}EntityType",
        {"Identifier": each.identifier, "DisplayName_L1": each.name},
        _properties(each, f"{prefix}Property"),
    )


def _properties(each: NewEntityType, tag: str) -> Iterator[str]:
    for one in each.properties:
        attributes = {"Identifier": one.identifier, "DisplayName_L1": one.name}
        attributes |= {"IsKey": "true"} if one.is_primary else {}
        attributes |= {} if one.place is None else {"TargetColumnIndex": str(one.place)}
        yield element(tag, attributes | {"Type": one.type})
    for link in each.links:
        attributes = {"Identifier": link.property, "DisplayName_L1": link.name}
        attributes |= {} if link.place is None else {"TargetColumnIndex": str(link.place)}
        yield element(tag, attributes | {"Type": "ForeignKey"})
    for back in each.backs:
        yield element(tag, {"Identifier": back, "DisplayName_L1": display_name(back), "Type": "ForeignKey"})


def _associations(each: NewEntityType, prefix: str) -> str:
    return "\n".join(
        element(
            f"{prefix}EntityAssociation",
            {
                "Identifier": link.identifier,
                "DisplayName_L1": f"{link.name} ({each.name})",
                "Property1": f"{each.identifier}:{link.property}",
                **({"IsProperty1Collection": "true"} if link.is_many else {}),
                "Property2": f"{link.target}:{link.back}",
                "IsProperty2Collection": "true",
            },
        )
        for link in each.links
    )


def _mapping(each: NewEntityType, prefix: str) -> str:
    attributes = {"Identifier": each.identifier, "ConnectionTable": each.table, "Connector": each.connector}
    children = []
    for one in each.properties:
        told = {"Identifier": one.identifier, "ConnectionColumn": one.column}
        told |= {"Format": one.format} if one.format else {}
        told |= {"IsPrimaryKey": "true"} if one.is_primary else {"IsUniqueKey": "true"} if one.is_unique else {}
        children.append(element(f"{prefix}Property", told))
    return _open(f"{prefix}EntityTypeMapping", attributes, children)


def _association_mappings(each: NewEntityType, prefix: str) -> str:
    return "\n".join(
        element(
            f"{prefix}EntityAssociationMapping",
            {
                "Identifier": link.identifier,
                "Connector": each.connector,
                "ConnectionTable": link.table,
                "Column1": link.own_column,
                "EntityPropertyMapping1": f"{each.identifier}:{link.own_key}",
                "Column2": link.column,
                "EntityPropertyMapping2": f"{link.target}:{link.target_key}",
            },
        )
        for link in each.links
    )


def _shown(each: NewEntityType, prefix: str) -> str:
    return element(
        f"{prefix}EntityPropertyExpression",
        {
            "Identifier": f"{each.identifier}_InternalDisplayName",
            "Binding": f"{each.identifier}:{each.shown.identifier}",
            "EntityType": each.identifier,
            "Property": "InternalDisplayName",
        },
    )
