"""A normalized configuration as plain data for other tools, described by ``schemas/model.schema.json``."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from idmxml.expansion.item import Item
from idmxml.facts.load import language
from idmxml.reports.json_text import dump

FORMAT: Final = "idmxml-model"
VERSION: Final = 1
NAME: Final = re.compile(r"DisplayName_L([0-9]+)")
Made = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a navigation property leads: an entity type, whether to many, and the association that says so."""

    entity_type: str
    is_collection: bool
    association: str


def model_text(items: Sequence[Item]) -> str:
    """The model, one object a line."""
    targets = _targets(items)
    sections: dict[str, list[tuple[str, str]]] = {name: [] for name in dict.fromkeys(name for name, _ in MAKERS.values())}
    for item in items:
        maker = MAKERS.get(item.kind or "")
        if maker is not None:
            name, make = maker
            made = make(item, targets)
            sections[name].append((item.text("Identifier"), dump(made)))
    body = ",\n".join(_section(name, [text for _, text in sorted(found)]) for name, found in sections.items())
    return f'{{\n"format": "{FORMAT}",\n"version": {VERSION},\n{body}\n}}\n'


def _section(name: str, objects: Sequence[str]) -> str:
    return f'"{name}": [\n' + ",\n".join(objects) + "\n]" if objects else f'"{name}": []'


def _targets(items: Iterable[Item]) -> Mapping[str, Target]:
    """By ``EntityType:Property``, where navigation properties lead."""
    found: dict[str, Target] = {}
    for item in items:
        if item.kind == "EntityAssociation":
            one, other = item.text("Property1"), item.text("Property2")
            name = item.text("Identifier")
            for mine, theirs, flag in ((one, other, "IsProperty1Collection"), (other, one, "IsProperty2Collection")):
                if mine and theirs:
                    found.setdefault(mine, Target(theirs.partition(":")[0], item.flag(flag), name))
    return found


def _named(item: Item) -> Made:
    names = {match[1]: value for name, value in item.attributes.items() if (match := NAME.fullmatch(name))}
    return {"identifier": item.text("Identifier"), "names": names}


def _given(item: Item, **fields: str) -> Made:
    """The name and the attributes of an element under the names of their fields; None where one is not given."""
    return _named(item) | {field: item.get(attribute) for field, attribute in fields.items()}


def _value(item: Item, name: str) -> str | None:
    """The value of an attribute, else its default."""
    value = item.get(name)
    return language().kind(item.kind).attributes[name].default if value is None and item.kind is not None else value


def _entity_type(item: Item, targets: Mapping[str, Target]) -> Made:
    owner = item.text("Identifier")
    return _named(item) | {"properties": [_property(each, owner, targets) for each in item.of("Property")]}


def _property(item: Item, owner: str, targets: Mapping[str, Target]) -> Made:
    target = targets.get(f"{owner}:{item.attributes.get('Identifier', '')}")
    column = item.get("TargetColumnIndex")
    return _named(item) | {
        "type": _value(item, "Type"),
        "key": item.flag("IsKey"),
        "column": int(column) if column is not None and column.isdecimal() else None,
        "target": target.entity_type if target is not None else None,
        "collection": target.is_collection if target is not None else None,
        "association": target.association if target is not None else None,
    }


def _association(item: Item, _targets: Mapping[str, Target]) -> Made:
    return _given(item, property1="Property1", property2="Property2") | {
        "collection1": item.flag("IsProperty1Collection"),
        "collection2": item.flag("IsProperty2Collection"),
    }


def _mapping(item: Item, _targets: Mapping[str, Target]) -> Made:
    properties = [
        _given(each, column="ConnectionColumn", format="Format")
        | {"primary_key": each.flag("IsPrimaryKey"), "unique_key": each.flag("IsUniqueKey")}
        for each in item.of("Property")
    ]
    return _given(item, connector="Connector", table="ConnectionTable") | {"properties": properties}


def _plain(**fields: str) -> Callable[[Item, Mapping[str, Target]], Made]:
    """A maker of objects that have nothing but names and attributes."""
    return lambda item, _targets: _given(item, **fields)


def _table(item: Item, _targets: Mapping[str, Target]) -> Made:
    return _given(item, connection="Connection") | {"columns": [_named(each) for each in item.of("Column")]}


def _resource_type(item: Item, _targets: Mapping[str, Target]) -> Made:
    hidden = language().secrets
    rules = [
        {"kind": each.tag, "attributes": {name: value for name, value in each.attributes.items() if name not in hidden}}
        for each in item.children
    ]
    fields = _given(item, source="SourceEntityType", target="TargetEntityType", policy="Policy", category="Category")
    return fields | {"rules": rules}


def _role(item: Item, _targets: Mapping[str, Target]) -> Made:
    return _given(item, entity_type="EntityType", policy="Policy", category="Category") | {"kind": item.tag}


def _job(item: Item, _targets: Mapping[str, Target]) -> Made:
    return _given(item, agent="Agent", schedule="CronTabExpression") | {"tasks": list(_tasks(item))}


def _tasks(item: Item) -> Iterator[Made]:
    for each in item.children:
        if each.kind in language().tasks or each.kind == "Step":
            fields = _given(each, agent="Agent", connector="Connector", connection="Connection", task="Task")
            yield fields | {
                "kind": each.tag,
                "level": each.get("Level"),
                "after": [one.text("ParentTask") for one in each.of("TaskDependsOnTask")],
            }


MAKERS: Final[Mapping[str, tuple[str, Callable[[Item, Mapping[str, Target]], Made]]]] = {
    "Connector": ("connectors", _plain(agent="Agent")),
    "Connection": ("connections", _plain(connector="Connector", package="Package")),
    "ConnectionTable": ("tables", _table),
    "EntityType": ("entity_types", _entity_type),
    "EntityAssociation": ("associations", _association),
    "EntityTypeMapping": ("mappings", _mapping),
    "EntityAssociationMapping": (
        "association_mappings",
        _plain(
            connector="Connector",
            table="ConnectionTable",
            column1="Column1",
            column2="Column2",
            property1="EntityPropertyMapping1",
            property2="EntityPropertyMapping2",
        ),
    ),
    "ResourceType": ("resource_types", _resource_type),
    "SingleRole": ("roles", _role),
    "CompositeRole": ("roles", _role),
    "Job": ("jobs", _job),
}
