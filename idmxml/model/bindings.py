"""Bindings: the text of a path through the entity model to its steps, and the steps to where they lead.

A binding is written ``EntityType:Navigation.Navigation.Property``, or without the entity type where it is implied. A step may
name the subtype that owns the property: ``AssignedResourceType:Owner.Directory_User:Mail``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from idmxml.model.entity_model import EntityModel, PropertyFacts
from idmxml.model.part import Part

NAME: Final = re.compile(r"\w+")
EXPRESSION: Final = re.compile(r"(?:[Cc]#|Literal):")


@dataclass(frozen=True, slots=True)
class Segment:
    """A step of a binding: a property, and the entity type it is cast to before."""

    name: Part
    cast: Part | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding by its parts; ``start`` is None for a path that is relative to an implied entity type."""

    start: Part | None
    segments: tuple[Segment, ...]

    def begins_with(self, other: "Binding") -> bool:
        """Whether the other binding is this one, or leads to an object on its way."""
        own, theirs = self.words, other.words
        return own[: len(theirs)] == theirs

    @property
    def words(self) -> tuple[tuple[str | None, str], ...]:
        """The start and the steps, each with its cast."""
        start = self.start.text if self.start else None
        steps = ((each.cast.text if each.cast else None, each.name.text) for each in self.segments)
        return ((None, start or ""), *steps)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A text that is no binding: what is wrong, in which characters, and what to write.

    ``is_expression`` tells that an expression stands in its place, which one documented example does.
    """

    message: str
    part: tuple[int, int]
    hint: str
    is_expression: bool = False


@dataclass(frozen=True, slots=True)
class UnknownType:
    """The start or a cast of a binding that names no entity type."""

    name: Part


@dataclass(frozen=True, slots=True)
class UnknownProperty:
    """A step that its entity type does not have."""

    name: Part
    owner: str


@dataclass(frozen=True, slots=True)
class ThroughScalar:
    """A step that others follow although its property leads to no other resource."""

    name: Part
    facts: PropertyFacts


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk along a binding found.

    ``problem`` is what ended it, None when nothing did. ``end`` is the last property, None where it isn't known. ``many`` is
    the first step to several resources at once, with the facts of its property.
    """

    problem: UnknownType | UnknownProperty | ThroughScalar | None = None
    end: PropertyFacts | None = None
    many: tuple[Part, PropertyFacts] | None = None

    @property
    def target(self) -> str | None:
        """The entity type of what the binding leads to; None for a scalar, or when it isn't known."""
        return self.end.target if self.end is not None else None


@lru_cache(maxsize=65_536)
def parse_binding(value: str) -> Binding | Malformed:
    """The parts of a binding, or what is wrong with its text."""
    if EXPRESSION.match(value):
        hint = "write an expression in the attribute for expressions, and a path such as EntityType:Property here"
        return Malformed("an expression stands where a binding belongs", (0, len(value)), hint, is_expression=True)
    position = 0
    start: Part | None = None
    segments: list[Segment] = []
    for number, step in enumerate(value.split(".")):
        names = _names(step, position)
        if isinstance(names, Malformed):
            return names
        most = 3 if number == 0 else 2
        if len(names) > most:
            hint = "separate properties by points: EntityType:Navigation.Property"
            return Malformed(f"too many colons in '{step}'", (position, position + len(step)), hint)
        if number == 0 and len(names) > 1:
            start = names.pop(0)
        segments.append(Segment(names[-1], names[0] if len(names) > 1 else None))
        position += len(step) + 1
    return Binding(start, tuple(segments))


def _names(step: str, position: int) -> list[Part] | Malformed:
    """The names of a step, which colons separate."""
    found: list[Part] = []
    for word in step.split(":"):
        end = position + len(word)
        if not word:
            what = "a name is missing" if step else "a property is missing"
            return Malformed(
                f"{what} in the binding", (max(position - 1, 0), end + (position == 0)), "write EntityType:Navigation.Property"
            )
        if not NAME.fullmatch(word):
            return _odd(word, position)
        found.append(Part(word, position, end))
        position = end + 1
    return found


def _odd(word: str, position: int) -> Malformed:
    match = re.search(r"\W+", word)
    start, end = match.span() if match else (0, len(word))
    odd = word[start:end]
    what = "a space" if not odd.strip() else f"'{odd}'"
    hint = "a binding holds names of letters, digits and underscores, separated by one colon and points"
    return Malformed(f"{what} is not possible in a binding", (position + start, position + end), hint)


def walk(binding: Binding, base: str | None, model: EntityModel) -> Walk:
    """Walk along a binding from its own start, or from the entity type ``base`` when it has none; None for one not known."""
    if binding.start is not None and not model.knows(binding.start.text):
        return Walk(UnknownType(binding.start))
    current = binding.start.text if binding.start is not None else base
    facts: PropertyFacts | None = None
    many: tuple[Part, PropertyFacts] | None = None
    last = len(binding.segments) - 1
    for number, segment in enumerate(binding.segments):
        if segment.cast is not None:
            if not model.knows(segment.cast.text):
                return Walk(UnknownType(segment.cast), many=many)
            current = segment.cast.text
        facts = model.property(current, segment.name.text) if current is not None else None
        problem = _problem(segment.name, current, facts, model, is_last=number == last)
        if problem is not None:
            return Walk(problem, many=many)
        if facts is not None and facts.is_collection and many is None:
            many = (segment.name, facts)
        current = facts.target if facts is not None else None
    return Walk(None, facts, many)


def _problem(
    name: Part, current: str | None, facts: PropertyFacts | None, model: EntityModel, *, is_last: bool
) -> UnknownProperty | ThroughScalar | None:
    if current is None:
        return None
    if facts is None:
        return None if model.may_have(current, name.text) else UnknownProperty(name, current)
    return ThroughScalar(name, facts) if facts.is_scalar and not is_last else None
