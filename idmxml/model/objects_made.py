"""Entries of files to the objects of the public model."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language
from idmxml.model.entity_model import EntityModel, type_name
from idmxml.model.objects import (
    Association,
    AssociationMapping,
    Column,
    Connection,
    Connector,
    EntityMapping,
    EntityType,
    Job,
    MappedProperty,
    Place,
    Property,
    ResourceRule,
    ResourceType,
    Role,
    Table,
    Task,
)
from idmxml.model.value_spelling import whole_number
from idmxml.source.document import Document
from idmxml.source.entry import Entry

NAME: Final = re.compile(r"DisplayName_L([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Source:
    """Where entries come from: their document, the entity model, and whether the file is a recorded schema."""

    document: Document
    model: EntityModel
    is_recorded: bool

    def declared(self, entry: Entry) -> dict[str, Any]:
        """What every object has, from its entry."""
        offset = self.document.offsets[entry.ordinal] + 1
        names = {int(match[1]): value for name, value in entry.attributes.items() if (match := NAME.fullmatch(name))}
        return {
            "identifier": entry.get("Identifier") or "",
            "place": Place(self.document.path, *self.document.lines.place(offset)),
            "names": MappingProxyType(dict(sorted(names.items()))),
            "consolidation": entry.get(CONSOLIDATION),
            "attributes": MappingProxyType(dict(entry.attributes)),
        }


def _property(entry: Entry, source: Source, entity_type: str) -> Property:
    facts = source.model.property(entity_type, entry.get("Identifier") or "")
    column = entry.get("TargetColumnIndex") or ""
    number = whole_number(column)
    written = entry.get("Type")
    return Property(
        entity_type=entity_type,
        type=type_name(written) if written is not None else (facts.type if facts is not None and facts.type else "String"),
        is_key=entry.flag("IsKey"),
        column=number if number is not None and number >= 0 else None,
        target=facts.target if facts is not None else None,
        is_collection=facts.is_collection if facts is not None else None,
        association=facts.association if facts is not None else None,
        **source.declared(entry),
    )


def _entity_type(entry: Entry, source: Source) -> EntityType:
    name = entry.get("Identifier") or ""
    properties = tuple(_property(each, source, name) for each in entry.of_kind("EntityType.Property"))
    return EntityType(properties=properties, **source.declared(entry))


def _association(entry: Entry, source: Source) -> Association:
    return Association(
        property1=entry.get("Property1") or "",
        property2=entry.get("Property2") or "",
        is_property1_collection=entry.flag("IsProperty1Collection"),
        is_property2_collection=entry.flag("IsProperty2Collection"),
        **source.declared(entry),
    )


def _mapped(entry: Entry, source: Source) -> MappedProperty:
    return MappedProperty(
        column=entry.get("ConnectionColumn") or "",
        is_primary_key=entry.flag("IsPrimaryKey"),
        is_unique_key=entry.flag("IsUniqueKey"),
        format=entry.get("Format"),
        **source.declared(entry),
    )


def _mapping(entry: Entry, source: Source) -> EntityMapping:
    return EntityMapping(
        connector=entry.get("Connector"),
        table=entry.get("ConnectionTable"),
        properties=tuple(_mapped(each, source) for each in entry.of_kind("EntityTypeMapping.Property")),
        **source.declared(entry),
    )


def _association_mapping(entry: Entry, source: Source) -> AssociationMapping:
    return AssociationMapping(
        connector=entry.get("Connector"),
        table=entry.get("ConnectionTable"),
        column1=entry.get("Column1") or "",
        column2=entry.get("Column2") or "",
        property1=entry.get("EntityPropertyMapping1") or "",
        property2=entry.get("EntityPropertyMapping2") or "",
        **source.declared(entry),
    )


def _connector(entry: Entry, source: Source) -> Connector:
    return Connector(agent=entry.get("Agent"), **source.declared(entry))


def _connection(entry: Entry, source: Source) -> Connection:
    return Connection(connector=entry.get("Connector"), package=entry.get("Package"), **source.declared(entry))


def _table(entry: Entry, source: Source) -> Table:
    columns = tuple(Column(**source.declared(each)) for each in entry.of_kind("ConnectionTable.Column"))
    return Table(connection=entry.get("Connection"), columns=columns, is_recorded=source.is_recorded, **source.declared(entry))


def _rules(entry: Entry, source: Source) -> Iterator[ResourceRule]:
    for each in entry.children:
        if each.kind is not None:
            yield ResourceRule(
                kind=each.tag,
                property=each.get("Property"),
                binding=each.get("Binding") or each.get("SourceBinding"),
                expression=each.get("Expression") or each.get("SourceExpression"),
                single_role=each.get("SingleRole"),
                **source.declared(each),
            )


def _resource_type(entry: Entry, source: Source) -> ResourceType:
    return ResourceType(
        source=entry.get("SourceEntityType"),
        target=entry.get("TargetEntityType"),
        policy=entry.get("Policy"),
        category=entry.get("Category"),
        rules=tuple(_rules(entry, source)),
        **source.declared(entry),
    )


def _role(entry: Entry, source: Source) -> Role:
    return Role(
        kind=entry.tag,
        entity_type=entry.get("EntityType"),
        policy=entry.get("Policy"),
        category=entry.get("Category"),
        **source.declared(entry),
    )


def _tasks(entry: Entry, source: Source) -> Iterator[Task]:
    tasks = language().tasks | {"Step"}
    for each in entry.children:
        if each.kind in tasks:
            yield Task(
                kind=each.tag,
                agent=each.get("Agent"),
                connector=each.get("Connector"),
                connection=each.get("Connection"),
                task=each.get("Task") if each.kind == "Step" else None,
                **source.declared(each),
            )


def _job(entry: Entry, source: Source) -> Job:
    return Job(
        agent=entry.get("Agent"),
        schedule=entry.get("CronTabExpression"),
        tasks=tuple(_tasks(entry, source)),
        **source.declared(entry),
    )


MAKERS: Final[Mapping[str, tuple[str, Callable[[Entry, Source], object]]]] = MappingProxyType(
    {
        "EntityType": ("entity_types", _entity_type),
        "EntityAssociation": ("associations", _association),
        "EntityTypeMapping": ("mappings", _mapping),
        "EntityAssociationMapping": ("association_mappings", _association_mapping),
        "Connector": ("connectors", _connector),
        "Connection": ("connections", _connection),
        "ConnectionTable": ("tables", _table),
        "ResourceType": ("resource_types", _resource_type),
        "SingleRole": ("roles", _role),
        "CompositeRole": ("roles", _role),
        "Job": ("jobs", _job),
    }
)
