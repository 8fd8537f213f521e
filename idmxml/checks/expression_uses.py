"""One expression in its place: what C# sees as its parameter, and which property takes the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from idmxml.checks.finding import Finding
from idmxml.checks.within import Within, read_within
from idmxml.diagnostics import Severity
from idmxml.facts.language import ExpressionUse, Kind
from idmxml.model.context import Context
from idmxml.model.csharp import read_body
from idmxml.model.csharp_values import Body
from idmxml.model.entity_model import PropertyFacts, entity_model
from idmxml.model.expressions import Expression
from idmxml.model.part import Part
from idmxml.model.projection import Projection, column_of
from idmxml.model.projection import Subject as Place
from idmxml.source.entry import Entry

Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Use:
    """An attribute that holds an expression; ``owners`` are the owners of the bare properties in ``facts``."""

    attribute: str
    facts: ExpressionUse
    owners: Mapping[str, Within | None]

    @cached_property
    def sources(self) -> tuple[Within, ...]:
        """The places of the entity type that C# sees."""
        return tuple(owner for each in self.facts.source if (owner := read_within(each)) is not None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The attribute and all that its use depends on."""
        facts = self.facts
        others = [_column(each) for each in (facts.through, facts.along, facts.binding, facts.target) if each]
        owners = [each.column for each in (*self.sources, *self.owners.values()) if each is not None]
        return (self.attribute, *owners, *others)

    @property
    def needs(self) -> tuple[Projection, ...]:
        """The projections that lead to the entity types."""
        owners = (each for each in (*self.sources, *self.owners.values()) if each is not None)
        return tuple(projection for each in owners for projection in each.needs)


def uses_of(kind: Kind) -> tuple[Use, ...]:
    """The attributes of a kind that hold expressions."""
    found = []
    for attribute in kind.attributes.values():
        if attribute.expression is not None:
            named = [each for each in (attribute.expression.through, attribute.expression.target) if each]
            found.append(Use(attribute.name, attribute.expression, {each: _owner(kind, each) for each in named}))
    return tuple(found)


def _owner(kind: Kind, place: str) -> Within | None:
    """The owner of the bare property that an attribute of the same element names."""
    reference = kind.attributes[_column(place)].reference
    return read_within(reference.within) if reference is not None else None


def _column(place: str) -> str:
    return place.replace("@", "")


@dataclass(frozen=True, eq=False)
class Subject:
    """An expression that an entry holds, with what its place says about it."""

    entry: Place
    use: Use
    value: str
    expression: Expression

    def get(self, place: str) -> str | None:
        """The value of an attribute, written ``@A`` or ``../@A``."""
        return column_of(self.entry, _column(place))

    @property
    def code(self) -> Part:
        """The C# code."""
        body = self.expression.body
        assert body is not None  # noqa: S101  C# and literals have one
        return body

    @property
    def body(self) -> Body:
        """What the rules look at in the C# code."""
        name = self.expression.name
        return read_body(self.code.text, name.text if name is not None else None)

    def finding(
        self, message: str, hint: str, part: Span | None = None, near: str | None = None, severity: Severity | None = None
    ) -> Finding:
        """A finding at the expression, or at a part of its value; ``near`` is the right text for it."""
        entry = cast("Entry", self.entry)  # rows stand for entries while they are judged
        return Finding(entry, message, self.use.attribute, hint, part, near, severity)

    def in_code(self, start: int, end: int) -> Span:
        """The part of the value that stretches between two offsets of the code."""
        return self.code.start + start, self.code.start + end

    def target(self, context: Context) -> PropertyFacts | None:
        """The property that takes the result."""
        place = self.use.facts.target
        return self._property(place, context) if place else None

    def parameter_type(self, context: Context) -> str | None:
        """The entity type of what C# sees as its parameter; None when that isn't known."""
        facts = self.use.facts
        if facts.binding and self.get(facts.binding):
            return None
        along = self.get(facts.along) if facts.along else None
        if along:
            return end_of_binding(along, context)
        if facts.through:
            found = self._property(facts.through, context)
            return found.target if found is not None else None
        for each in self.use.sources:
            if value := self.get(each.column):
                return each.behind(value, context)
        return None

    def _property(self, place: str, context: Context) -> PropertyFacts | None:
        name, owner = self.get(place), self.use.owners[place]
        if not name:
            return None
        if ":" in name:
            entity_type, _, name = name.partition(":")
        else:
            entity_type = (owner.of(self.entry, context) if owner is not None else None) or ""
        return entity_model(context).property(entity_type, name)


def end_of_binding(binding: str, context: Context) -> str | None:
    """The entity type at the end of a binding written ``EntityType:Path``; None when it is a scalar, or isn't known."""
    start, colon, path = binding.partition(":")
    current: str | None = start if colon else None
    for segment in path.split("."):
        if not current:
            return None
        cast, colon, name = segment.rpartition(":")
        found = entity_model(context).property(cast if colon else current, name)
        current = found.target if found is not None else None
    return current
