"""Values of C# code to the entity types they are of."""

from dataclasses import dataclass, field
from typing import Final

from idmxml.model.csharp_values import Free, Item, Member, Parameter, Typed, Value
from idmxml.model.entity_model import EntityModel
from idmxml.model.expressions import names_of

QUERIES: Final = "queryHandler"
# Classes of .NET that an entity type may share its name with.
OTHER_CLASSES: Final = frozenset({"Capture", "Char", "Convert", "Group", "Match", "Random", "Regex", "String"})


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of an entity type, or ``many`` of them."""

    type: str
    many: bool = False


@dataclass(frozen=True, eq=False)
class Types:
    """Tells the types of values, where the parameter is a resource of the type ``parameter``, or of an unknown one."""

    model: EntityModel
    parameter: str | None
    _found: dict[int, Resource | None] = field(default_factory=dict)

    def of(self, value: Value | None) -> Resource | None:
        """What a value certainly is; None for anything that is not known to be resources."""
        if value is None:
            return None
        mark = id(value)  # the body keeps its values; to compare whole trees of them would take long
        if mark not in self._found:
            self._found[mark] = None
            self._found[mark] = self._of(value)
        return self._found[mark]

    def _of(self, value: Value) -> Resource | None:
        if isinstance(value, Parameter):
            return self._resource(self.parameter)
        if isinstance(value, Typed):
            return self._resource(value.type) if value.type not in OTHER_CLASSES else None
        if isinstance(value, Item):
            held = self.of(value.of)
            return Resource(held.type) if held is not None and held.many else None
        if isinstance(value, Member):
            return self._called(value) if value.called else self._property(value)
        return None

    def _resource(self, name: str | None, *, many: bool = False) -> Resource | None:
        return Resource(name, many) if name is not None and name in self.model.types else None

    def _property(self, value: Member) -> Resource | None:
        owner = self.of(value.receiver)
        if owner is None or owner.many:
            return None
        found = self.model.property(owner.type, value.name)
        if found is None or found.target is None or found.is_collection is None:
            return None
        return Resource(found.target, found.is_collection)

    def _called(self, value: Member) -> Resource | None:
        if value.receiver == Free(QUERIES):
            return self._resource(value.type_argument, many=True) if value.name == "Select" else None
        held = self.of(value.receiver)
        if held is None or not held.many:
            return None
        if value.name in names_of("linq_same"):
            return held
        if value.name in names_of("linq_one"):
            return Resource(held.type)
        return self._selected(value)

    def _selected(self, value: Member) -> Resource | None:
        if value.name in {"OfType", "Cast"}:
            return self._resource(value.type_argument, many=True)
        result = self.of(value.result)
        if result is None or value.name not in {"Select", "SelectMany"}:
            return None
        return Resource(result.type, many=True) if result.many == (value.name == "SelectMany") else None
