"""What depends on a change: in the version where it is missed, or where it is felt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.diff.change import ADDED, REMOVED, RENAMED, Difference
from idmxml.diff.references import COLUMN, MAPPED, PROPERTY, TABLE, References, Target
from idmxml.expansion.item import Item

# Attributes that name who gains or loses by a change of rights.
HOLDERS: Final = {
    "Profile": "Profile",
    "Role": "SingleRole",
    "SingleRole": "SingleRole",
    "CompositeRole": "CompositeRole",
    "ResourceType": "ResourceType",
}
MAPPINGS: Final = ("Connection", "ConnectionTable")


@dataclass(frozen=True)
class Impact:
    """The references of both versions."""

    old: References
    new: References

    def of(self, difference: Difference) -> tuple[str, ...]:
        """The identity paths of what depends on it, sorted; of a rename, those that still use the old name."""
        before, after = difference.before, difference.after
        if difference.kind == RENAMED and before is not None:
            found = set(self.new.referring_to(_named_after(before, self.old)))
        else:
            found = set()
            if before is not None and difference.kind != ADDED:
                found.update(_dependants(self.old, before) if difference.kind == REMOVED else ())
                found.update(self.new.referring_to(self.old.targets_of(before)))
            if after is not None:
                found.update(_dependants(self.new, after))
        inside = f"{difference.object}/"
        return tuple(sorted(each for each in found if each != difference.object and not each.startswith(inside)))

    def is_used(self, difference: Difference) -> bool:
        """Whether anything in the new version refers to what the difference is about."""
        if difference.before is not None:
            return bool(self.new.referring_to(self.old.targets_of(difference.before)))
        return difference.after is not None and bool(self.new.referring_to(self.new.targets_of(difference.after)))

    def concerned(self, difference: Difference) -> tuple[str, ...]:
        """The identity paths of the profiles, roles and resource types that gain or lose by it, the object itself left out."""
        found: set[str] = set()
        for item, references in ((difference.before, self.old), (difference.after, self.new)):
            current = item
            while current is not None:
                found.update(_holders(current))
                current = references.parent(current)
        return tuple(sorted(found - {difference.object}))

    def connector_of(self, difference: Difference) -> str:
        """The connector that a difference is about; empty for none."""
        after = difference.after
        if after is not None:
            return connector_of(after, self.new)
        return connector_of(difference.before, self.old) if difference.before is not None else ""


def _named_after(item: Item, references: References) -> Iterator[Target]:
    """What references name by the identifier of an element: itself, and parts and tables that have its name before theirs."""
    own = {name for _, name in references.own_targets(item)}
    for kind, name in references.targets_of(item):
        if name in own or kind == TABLE or name.rpartition(":")[0] in own:
            yield kind, name
            if kind == PROPERTY:
                yield MAPPED, name


def _holders(item: Item) -> Iterator[str]:
    for name, value in item.attributes.items():
        if name in HOLDERS and value:
            yield f"{HOLDERS[name]}[{value}]"
    if item.kind == "ResourceType":
        yield f"ResourceType[{item.text('Identifier')}]"


def _dependants(references: References, item: Item) -> list[str]:
    """What refers to the element; of a column also what uses the properties that it fills."""
    targets = set(references.targets_of(item))
    found = references.referring_to(targets)
    if item.kind == COLUMN:
        found += references.referring_to(_filled(references, targets))
    return found


def _filled(references: References, columns: set[Target]) -> Iterator[Target]:
    for mapping in references.objects("EntityTypeMapping"):
        table = mapping["ConnectionTable"]
        for child in mapping.children:
            if child.kind == MAPPED and (COLUMN, f"{table}:{child['ConnectionColumn']}") in columns:
                yield PROPERTY, f"{mapping['Identifier']}:{child['Identifier']}"


def connector_of(item: Item, references: References) -> str:
    """The connector that an element belongs to; empty when nothing tells."""
    current: Item | None = item
    while current is not None:
        found = _own_connector(current, references)
        if found:
            return found
        current = references.parent(current)
    return ""


def _own_connector(item: Item, references: References) -> str:
    if item.kind == "Connector":
        return item.text("Identifier")
    own = item.get("Connector")
    if own:
        return own
    for kind in MAPPINGS:
        name = item.get(kind) or (item.get("Identifier") if item.kind == kind else None)
        found = references.object(kind, name) if name else None
        if found is not None and found is not item:
            return _own_connector(found, references)
    return _connector_of_type(item, references)


def _connector_of_type(item: Item, references: References) -> str:
    if item.kind == "EntityType":
        name: str | None = item.get("Identifier")
    else:
        name = item.get("TargetEntityType")
    mapping = references.object("EntityTypeMapping", name) if name else None
    return mapping.text("Connector") if mapping is not None else ""
