"""What depends on a property: the references, bindings and expressions of a repository that use it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from idmxml.checks.bindings_judging import JudgedKind, judged_kinds
from idmxml.checks.bindings_start import walks
from idmxml.checks.expression_uses import Subject, Use, uses_of
from idmxml.checks.finding import Elsewhere
from idmxml.checks.within import Within, read_within
from idmxml.facts.language import Kind
from idmxml.facts.load import language
from idmxml.model.bindings import Binding, parse_binding
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, EntityModel, entity_model
from idmxml.model.expressions import parse_expression
from idmxml.model.projection import Projection, RowView, column_of, view

REFERENCES: Final = frozenset({"EntityType.Property", "EntityTypeMapping.Property"})
# What declares and maps the property itself.
ITSELF: Final = frozenset({"EntityType.Property", "EntityTypeMapping.Property"})
MOST_PLACES: Final = 20


@dataclass(frozen=True, slots=True)
class Anchor:
    """The object that tells where a use is: its kind, and the column of a use's row that holds its identity."""

    kind: str
    column: str


@dataclass(frozen=True)
class UsingKind:
    """A kind of element that can use properties, by references, bindings or expressions."""

    kind: Kind
    references: tuple[tuple[str, Within | None], ...]
    bindings: JudgedKind | None
    expressions: tuple[Use, ...]

    @cached_property
    def anchor(self) -> Anchor | None:
        """Where a use is told; None where nothing identifies the place."""
        return _anchor(self.kind)

    @cached_property
    def projection(self) -> Projection:
        """The rows that uses are found in."""
        columns = dict.fromkeys(name for name, _ in self.references)
        columns |= dict.fromkeys(owner.column for _, owner in self.references if owner is not None)
        columns |= dict.fromkeys(self.bindings.columns if self.bindings is not None else ())
        columns |= dict.fromkeys(column for use in self.expressions for column in use.columns)
        columns |= {self.anchor.column: None} if self.anchor is not None else {}
        # One column alone makes rows of another shape.
        return Projection(self.kind.id, tuple(columns) if len(columns) > 1 else (*columns, "Identifier"))

    @property
    def needs(self) -> Iterator[Projection]:
        """The projections that finding uses takes."""
        yield self.projection
        yield from (self.bindings.needs if self.bindings is not None else ())
        for _, owner in self.references:
            yield from owner.needs if owner is not None else ()
        for use in self.expressions:
            yield from use.needs

    def uses(self, entry: RowView, context: Context) -> Iterator[tuple[str, str]]:
        """The properties that an object uses, by entity type and name."""
        for name, owner in self.references:
            yield from _referred(entry, name, owner, context)
        if self.bindings is not None:
            yield from _bound(entry, self.bindings, context)
        for use in self.expressions:
            yield from _computed(entry, use, context)


def _referred(entry: RowView, name: str, owner: Within | None, context: Context) -> Iterator[tuple[str, str]]:
    value = entry.get(name)
    if not value:
        return
    of, colon, bare = value.rpartition(":")
    found = of if colon else owner.of(entry, context) if owner is not None else None
    if found:
        yield found, bare


def _bound(entry: RowView, kind: JudgedKind, context: Context) -> Iterator[tuple[str, str]]:
    for each in kind.attributes:
        value = entry.get(each.name)
        parsed = parse_binding(value) if value else None
        if isinstance(parsed, Binding):
            base = walks(context).start(each.start, entry, kind.kind)
            yield from _steps(parsed, base, entity_model(context))


def _steps(binding: Binding, base: str | None, model: EntityModel) -> Iterator[tuple[str, str]]:
    """The properties on the way of a binding, as far as it is known."""
    current = binding.start.text if binding.start is not None else base
    for segment in binding.segments:
        current = segment.cast.text if segment.cast is not None else current
        if current is None:
            return
        yield current, segment.name.text
        facts = model.property(current, segment.name.text)
        current = facts.target if facts is not None else None


def _computed(entry: RowView, use: Use, context: Context) -> Iterator[tuple[str, str]]:
    """The properties that C# reads directly from its parameter."""
    value = entry.get(use.attribute)
    if not value:
        return
    expression = parse_expression(value)
    if expression.name is None or expression.body is None:
        return
    owner = Subject(entry, use, value, expression).parameter_type(context)
    if owner is not None:
        member = re.compile(rf"\b{re.escape(expression.name.text)}\s*[?!]?\s*\.\s*(\w+)")
        yield from ((owner, match[1]) for match in member.finditer(expression.body.text))


def _anchor(kind: Kind) -> Anchor | None:
    level, current = 0, kind
    while current.scope != "global":
        parents = _parents().get(current.id, ())
        if len(parents) != 1:
            # Mappings of resource types are told by their resource type, whatever their technology.
            return Anchor("ResourceType", "../Identifier") if parents and all(map(_names_resource_type, parents)) else None
        level, current = level + 1, language().kind(parents[0])
    if len(current.identity) == 1:
        return Anchor(current.id, "../" * level + current.identity[0])
    named = next((each for each in kind.references if each.reference and each.reference.to == "ResourceType"), None)
    return Anchor("ResourceType", named.name) if named is not None and level == 0 else None


def _names_resource_type(kind: str) -> bool:
    identifier = language().kind(kind).attributes.get("Identifier")
    reference = identifier.reference if identifier is not None else None
    return reference is not None and reference.to == "ResourceType"


@lru_cache(maxsize=1)
def _parents() -> dict[str, tuple[str, ...]]:
    facts = language()
    found: dict[str, list[str]] = defaultdict(list)
    for kind in facts:
        for child in kind.children.values():
            found[child].append(kind.id)
    return {child: tuple(dict.fromkeys(parents)) for child, parents in found.items()}


@lru_cache(maxsize=1)
def using_kinds() -> tuple[UsingKind, ...]:
    """Every kind of element that can use properties."""
    bindings = {each.kind.id: each for each in judged_kinds()}
    found = []
    for kind in language():
        if kind.role != "element" or kind.id in ITSELF:
            continue
        references = tuple(
            (each.name, read_within(each.reference.within))
            for each in kind.references
            if each.reference is not None and each.reference.to in REFERENCES
        )
        expressions = uses_of(kind)
        if references or expressions or kind.id in bindings:
            found.append(UsingKind(kind, references, bindings.get(kind.id), expressions))
    return tuple(found)


@lru_cache(maxsize=1)
def dependant_projections() -> tuple[Projection, ...]:
    """Every projection that the context must hold to tell what depends on a property."""
    return tuple(dict.fromkeys((*NEEDS, *(projection for each in using_kinds() for projection in each.needs))))


@dataclass(frozen=True, slots=True)
class Dependants:
    """What uses a property: how many objects by tag, and the places of the first of them."""

    counts: tuple[tuple[str, int], ...]
    places: tuple[Elsewhere, ...]

    @property
    def words(self) -> str:
        """The counts in words, empty when nothing uses the property."""
        return ", ".join(f"{count} <{tag}>" for tag, count in self.counts)


def dependants_of(entity_type: str, name: str, context: Context) -> Dependants:
    """What uses the property ``name`` of ``entity_type``."""
    found = context.derived(_collect).get((entity_type, name), ())
    counts = Counter(tag for tag, _, _ in found)
    by_place: dict[tuple[str, str], set[str]] = defaultdict(set)
    for tag, kind, identity in found:
        if identity:
            by_place[kind, identity].add(tag)
    places = []
    for (kind, identity), tags in sorted(by_place.items()):
        position = context.names(kind).get(identity)
        if position is not None:
            own = language().tag(kind)
            inner = [f"<{tag}>" for tag in sorted(tags - {own})]
            who = f"{', '.join(inner)} of {identity}" if inner else f"<{own}> {identity}"
            places.append(Elsewhere(position, kind, identity, f"{entity_type}:{name} is used by {who}"))
    return Dependants(tuple(sorted(counts.items())), tuple(places[:MOST_PLACES]))


def _collect(context: Context) -> dict[tuple[str, str], tuple[tuple[str, str, str], ...]]:
    """By entity type and property, the uses: tag, and kind and identity of the object that tells the place."""
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for each in using_kinds():
        for row in context.rows(each.projection):
            entry = view(each.projection, row)
            anchor = each.anchor
            identity = column_of(entry, anchor.column) if anchor is not None else None
            for used in dict.fromkeys(each.uses(entry, context)):
                found[used].append((each.kind.tag, anchor.kind if anchor is not None else "", identity or ""))
    return {used: tuple(sorted(uses)) for used, uses in found.items()}
