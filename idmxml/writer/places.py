"""Elements to the files they stand in by convention (``schemas/layout.json``): a folder a connector, a file a family."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any, Final

from idmxml.expansion.item import Item, Shape
from idmxml.facts.load import language
from idmxml.snapshots.files import file_stem
from idmxml.writer.order import layout

CONNECTOR: Final = "Connector"
IDENTIFIER: Final = "Identifier"
PROFILE: Final = "Profile"
ENTITY_TYPE: Final = "EntityType"
PROPERTY: Final = "EntityType.Property"
MAPPING: Final = "EntityTypeMapping"
ANY_FILE: Final = "Configuration.xml"


class Places:
    """The files of a configuration's elements."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._index: dict[str, dict[str, Item]] = defaultdict(dict)
        self._owners: dict[int, str | None] = {}
        self._of_entities: dict[str, str | None] = {}
        for item in items:
            identifier = item.text(IDENTIFIER)
            if item.kind is not None and identifier:
                self._index[item.kind].setdefault(identifier, item)

    def files(self, items: Iterable[Item]) -> Mapping[str, list[Item]]:
        """The elements of each file, in the given order; files by path, which differ in more than case."""
        by_path: dict[str, list[Item]] = {}
        alike: dict[str, list[Item]] = {}
        for item in items:
            path = self.path(item)
            found = by_path.get(path)
            if found is None:
                found = by_path[path] = alike.setdefault(path.casefold(), [])
            found.append(item)
        return {path: alike.pop(folded) for path in sorted(by_path) if (folded := path.casefold()) in alike}

    def path(self, item: Item) -> str:
        """The file of an element, relative to the configuration folder."""
        return _file(item.kind, self.owner(item), item.text(PROFILE))

    def owner(self, item: Item) -> str | None:
        """The connector or entity whose folder an element stands in; None for none, or for several."""
        key = id(item)
        if key not in self._owners:
            self._owners[key] = None  # ends circles
            self._owners[key] = self._found_owner(item)
        return self._owners[key]

    def _found_owner(self, item: Item) -> str | None:
        if item.kind == CONNECTOR:
            return item.text(IDENTIFIER) or None
        if item.kind == ENTITY_TYPE:
            return self._of_entity(item.text(IDENTIFIER))
        found = self._named(item)
        if found is not None or not item.children:
            return found
        within = {self._named(each) for child in item.children for each in child.walk()}
        within.discard(None)
        return within.pop() if len(within) == 1 else None

    def _named(self, item: Item) -> str | None:
        """The owner that the references of an element lead to, the best one first; None for none."""
        for place, kind in _leads(item.shape):
            value = item.values[place]
            owner = self._of_reference(kind, value) if value else None
            if owner is not None:
                return owner
        return None

    def _of_reference(self, kind: str, value: str) -> str | None:
        """The owner of the object that a reference names."""
        if kind in {ENTITY_TYPE, PROPERTY}:
            return self._of_entity(value.partition(":")[0])
        target = self._index[kind].get(value)
        return self.owner(target) if target is not None else None

    def _of_entity(self, name: str) -> str | None:
        """The connector of an entity type: by its mapping, else by the entity type or the beginning that its name tells."""
        if name not in self._of_entities:
            self._of_entities[name] = self._found_entity(name)
        return self._of_entities[name]

    def _found_entity(self, name: str) -> str | None:
        mapping = self._index[MAPPING].get(name)
        connector = mapping.get(CONNECTOR) if mapping is not None else None
        if connector in self._index[CONNECTOR]:
            return connector
        prefix, _, rest = name.partition("_")
        if prefix not in self._index[CONNECTOR] and rest in self._index[ENTITY_TYPE]:
            return self._of_entity(rest)
        return prefix if prefix and (prefix in self._index[CONNECTOR] or name in self._index[ENTITY_TYPE]) else None


@cache
def _leads(shape: Shape) -> Sequence[tuple[int, str]]:
    """The places of the values that lead to an owner, with the kind that each names, the best first."""
    if shape.kind is None:
        return ()
    owners = layout()["owners"]
    before = layout()["owner_attributes"]
    references = language().kind(shape.kind).references
    found = [(each.name, each.reference.to) for each in references if each.reference is not None and each.name in shape.index]
    leading = [each for each in found if each[1] in owners and each != (IDENTIFIER, shape.kind)]
    leading.sort(key=lambda each: (owners.index(each[1]), before.index(each[0]) if each[0] in before else len(before), each))
    return [(shape.index[name], kind) for name, kind in leading]


@lru_cache(maxsize=4096)
def _file(kind: str | None, owner: str | None, profile: str) -> str:
    """The file of elements of a kind with this owner and profile (empty for none)."""
    rule = _rule(kind) if kind is not None else None
    name: str = rule["name" if owner else "alone"] if rule is not None else ANY_FILE
    name = name.replace("{Profile}", file_stem(profile)).replace(" .", ".")
    return f"{file_stem(owner)}/{file_stem(owner)} {name}" if owner else name


@lru_cache(maxsize=1024)
def _rule(kind: str) -> Mapping[str, Any]:
    """The rule for the file of a kind."""
    rules: Sequence[Mapping[str, Any]] = layout()["files"]
    for rule in rules:
        if any(fnmatchcase(kind, pattern) for pattern in rule.get("kinds", ())):
            return rule
    family = language().kind(kind).family
    return next((rule for rule in rules if family in rule.get("families", ())), {"name": ANY_FILE, "alone": ANY_FILE})
