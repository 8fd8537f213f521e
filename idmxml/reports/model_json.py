"""A normalized configuration as plain data for other tools, described by ``schemas/model.schema.json``."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.expansion.item import Item
from idmxml.facts.load import language
from idmxml.model.value_spelling import whole_number
from idmxml.reports.json_members import (
    NO,
    NOTHING,
    YES,
    Field,
    Members,
    array,
    encoded,
    flag,
    mapping,
    tag,
    value,
    value_or_default,
)
from idmxml.reports.json_text import dump, in_lines, safe, sections_in_lines

FORMAT: Final = "idmxml-model"
VERSION: Final = 1
NAME: Final = re.compile(r"DisplayName_L([0-9]+)")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a navigation property leads: an entity type, whether to many, and the association that says so."""

    entity_type: str
    is_collection: bool
    association: str


Targets = Mapping[str, Target]
Make = Callable[[Item, Targets], str]  # the members of the object of an element


def model_lines(items: Sequence[Item]) -> list[str]:
    """The lines of the model, one object on each."""
    targets = _targets(items)
    sections: dict[str, list[tuple[str, str]]] = {name: [] for name in dict.fromkeys(name for name, _ in MAKERS.values())}
    for item in items:
        maker = MAKERS.get(item.kind or "")
        if maker is not None:
            name, make = maker
            sections[name].append((item.text("Identifier"), safe(f"{{{make(item, targets)}}}")))
    head = {"format": [dump(FORMAT)], "version": [dump(VERSION)]}
    return sections_in_lines(head | {name: in_lines([text for _, text in sorted(found)]) for name, found in sections.items()})


def _targets(items: Iterable[Item]) -> Targets:
    """By ``EntityType:Property``, where navigation properties lead."""
    found: dict[str, Target] = {}
    for item in items:
        if item.kind == "EntityAssociation":
            one, other, name = item.text("Property1"), item.text("Property2"), item.text("Identifier")
            for mine, theirs, many in ((one, other, "IsProperty1Collection"), (other, one, "IsProperty2Collection")):
                if mine and theirs:
                    found.setdefault(mine, Target(theirs.partition(":")[0], item.flag(many), name))
    return found


def _language_of(attribute: str) -> str | None:
    """The number of the language in which an attribute names its element; None for any other attribute."""
    match = NAME.fullmatch(attribute)
    return match[1] if match is not None else None


def _named(*fields: Field) -> Members:
    """The identifier and the names of elements, and more fields."""
    return Members(value("identifier", "Identifier", absent='""'), mapping("names", _language_of), *fields)


def _given(**fields: str) -> tuple[Field, ...]:
    """The attributes of elements under the names of their fields; null where one is not given."""
    return tuple(value(name, attribute) for name, attribute in fields.items())


def _plain(*fields: Field) -> Make:
    """A maker of objects that have nothing but these fields behind their names."""
    members = _named(*fields)
    return lambda item, _targets: members.of(item)


def _with_parts(name: str, members: Members, part: str, parts: Members) -> Make:
    """A maker of objects that have an object for each child element with a tag."""
    return lambda item, _targets: f'{members.of(item)},"{name}":{array(map(parts.of, item.of(part)))}'


def _column(given: str) -> str:
    number = whole_number(given)
    return str(number) if number is not None and number >= 0 else NOTHING


ENTITY_TYPE: Final = _named()
PROPERTY: Final = _named(
    value_or_default("type", "Type"),
    flag("key", "IsKey"),
    value("column", "TargetColumnIndex", _column),
)


def _entity_type(item: Item, targets: Targets) -> str:
    owner = item.text("Identifier")
    return f'{ENTITY_TYPE.of(item)},"properties":{array(_property(each, owner, targets) for each in item.of("Property"))}'


def _property(item: Item, owner: str, targets: Targets) -> str:
    target = targets.get(f"{owner}:{item.text('Identifier')}")
    if target is None:
        return f'{PROPERTY.of(item)},"target":null,"collection":null,"association":null'
    told = f'"target":{encoded(target.entity_type)},"collection":{YES if target.is_collection else NO}'
    return f'{PROPERTY.of(item)},{told},"association":{encoded(target.association)}'


ASSOCIATION: Final = _plain(
    *_given(property1="Property1", property2="Property2"),
    flag("collection1", "IsProperty1Collection"),
    flag("collection2", "IsProperty2Collection"),
)
RESOURCE_TYPE: Final = _named(
    *_given(source="SourceEntityType", target="TargetEntityType", policy="Policy", category="Category")
)
RULE: Final = Members(
    tag("kind"),
    mapping("attributes", lambda attribute: None if attribute in language().secrets else attribute),
)


def _resource_type(item: Item, _targets: Targets) -> str:
    return f'{RESOURCE_TYPE.of(item)},"rules":{array(map(RULE.of, item.children))}'


ROLE: Final = _plain(*_given(entity_type="EntityType", policy="Policy", category="Category"), tag("kind"))
JOB: Final = _named(*_given(agent="Agent", schedule="CronTabExpression"))
TASK: Final = _named(
    *_given(agent="Agent", connector="Connector", connection="Connection", task="Task"),
    tag("kind"),
    *_given(level="Level"),
)


def _job(item: Item, _targets: Targets) -> str:
    tasks = (each for each in item.children if each.kind in language().tasks or each.kind == "Step")
    return f'{JOB.of(item)},"tasks":{array(map(_task, tasks))}'


def _task(item: Item) -> str:
    after = ",".join(encoded(each.text("ParentTask")) for each in item.of("TaskDependsOnTask"))
    return f'{TASK.of(item)},"after":[{after}]'


MAKERS: Final[Mapping[str, tuple[str, Make]]] = {
    "Connector": ("connectors", _plain(*_given(agent="Agent"))),
    "Connection": ("connections", _plain(*_given(connector="Connector", package="Package"))),
    "ConnectionTable": ("tables", _with_parts("columns", _named(*_given(connection="Connection")), "Column", _named())),
    "EntityType": ("entity_types", _entity_type),
    "EntityAssociation": ("associations", ASSOCIATION),
    "EntityTypeMapping": (
        "mappings",
        _with_parts(
            "properties",
            _named(*_given(connector="Connector", table="ConnectionTable")),
            "Property",
            _named(
                *_given(column="ConnectionColumn", format="Format"),
                flag("primary_key", "IsPrimaryKey"),
                flag("unique_key", "IsUniqueKey"),
            ),
        ),
    ),
    "EntityAssociationMapping": (
        "association_mappings",
        _plain(
            *_given(
                connector="Connector",
                table="ConnectionTable",
                column1="Column1",
                column2="Column2",
                property1="EntityPropertyMapping1",
                property2="EntityPropertyMapping2",
            )
        ),
    ),
    "ResourceType": ("resource_types", _resource_type),
    "SingleRole": ("roles", ROLE),
    "CompositeRole": ("roles", ROLE),
    "Job": ("jobs", _job),
}
