"""The bindings of an element to what is wrong with each; every distinct binding is walked once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache

from idmxml.checks.bindings_demands import Demand, demands_on, misfit
from idmxml.checks.bindings_start import Walks, all_starts, walks
from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.references import ABOUT_THE_PRODUCT
from idmxml.checks.within import Within, read_within
from idmxml.diagnostics import Severity
from idmxml.facts.language import Attribute, Kind
from idmxml.facts.load import builtins
from idmxml.model.bindings import Binding, Malformed, ThroughScalar, UnknownProperty, UnknownType, Walk, parse_binding
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.names import closest
from idmxml.model.part import Part
from idmxml.model.projection import Projection, Row, Subject, view
from idmxml.phrases import did_you_mean, some_of

MALFORMED, TYPE, PROPERTY, SCALAR, MANY, FOREIGN, END = (f"IDM500{number}" for number in range(1, 8))
VARIABLES = Projection("Workflow", ("VariablesType",))
SHOWN = 8
# A fault: its code, and the finding.
Fault = tuple[str, Finding]


@dataclass(frozen=True)
class BindingAttribute:
    """An attribute that holds a binding, where its paths start from, and what is asked of them."""

    attribute: Attribute
    start: Within | None
    demands: tuple[Demand, ...]

    @property
    def name(self) -> str:
        """The attribute's name."""
        return self.attribute.name

    @property
    def columns(self) -> Iterator[str]:
        """The columns its verdict depends on."""
        yield self.name
        for start in (self.start, *(each.type_start for each in self.demands)):
            yield from start.columns if start is not None else ()
        for demand in self.demands:
            yield from demand.columns


@dataclass(frozen=True)
class JudgedKind:
    """A kind of element with bindings."""

    kind: Kind
    attributes: tuple[BindingAttribute, ...]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that rows of this kind hold, the bindings and what they depend on, without doubles."""
        found = dict.fromkeys(column for each in self.attributes for column in each.columns)
        more = [name for start in self._starts for name in _columns_behind(start, self.kind)]
        return tuple(dict.fromkeys((*found, *more)))

    @property
    def _starts(self) -> tuple[Within, ...]:
        every = (start for each in self.attributes for start in (each.start, *(demand.type_start for demand in each.demands)))
        return tuple(dict.fromkeys(start for start in every if start is not None))

    @cached_property
    def needs(self) -> tuple[Projection, ...]:
        """The projections that the context must hold."""
        return tuple(dict.fromkeys((*NEEDS, VARIABLES, *(each for start in self._starts for each in start.needs))))

    def screen(self, code: str, rows: frozenset[Row], context: Context) -> frozenset[Row]:
        """The rows with a fault of this code."""
        return context.derived(Verdicts).of(self, rows).get(code, frozenset())

    def findings(self, code: str, entry: Subject, context: Context) -> Iterator[Finding]:
        """The faults of this code in an entry."""
        return (finding for each, finding in self.faults(entry, context) if each == code)

    def faults(self, entry: Subject, context: Context) -> Iterator[Fault]:
        """What is wrong with the bindings of an entry."""
        for each in self.attributes:
            value = entry.get(each.name)
            if value:
                yield from _Judgement(self.kind, each, entry, value, context).faults()


class Verdicts:
    """The rows with faults by kind of element and code, judged once for all rules."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._found: dict[str, Mapping[str, frozenset[Row]]] = {}

    def of(self, kind: JudgedKind, rows: frozenset[Row]) -> Mapping[str, frozenset[Row]]:
        """By code, the rows of a kind with such faults."""
        found = self._found.get(kind.kind.id)
        if found is None:
            found = self._found[kind.kind.id] = self._judge(kind, rows)
        return found

    def _judge(self, kind: JudgedKind, rows: frozenset[Row]) -> Mapping[str, frozenset[Row]]:
        projection = Projection(kind.kind.id, kind.columns)
        found: dict[str, set[Row]] = {}
        for row in rows:
            for code, _ in kind.faults(view(projection, row), self._context):
                found.setdefault(code, set()).add(row)
        return {code: frozenset(each) for code, each in found.items()}


@lru_cache(maxsize=1)
def judged_kinds() -> tuple[JudgedKind, ...]:
    """Every kind of element with attributes for bindings."""
    found: dict[str, tuple[Kind, list[BindingAttribute]]] = {}
    for kind, attribute, start in all_starts():
        each = BindingAttribute(attribute, start, demands_on(kind.id, attribute.name))
        found.setdefault(kind.id, (kind, []))[1].append(each)
    return tuple(JudgedKind(kind, tuple(each)) for kind, each in found.values())


def _columns_behind(start: Within, kind: Kind) -> tuple[str, ...]:
    """The columns that the start found in an attribute of the element itself depends on in turn."""
    attribute = kind.attributes.get(start.column) if start.around is None else None
    reference = attribute.reference if attribute is not None else None
    behind = (
        read_within(reference.within) if reference is not None and reference.to in {"EntityType.Property", "Binding"} else None
    )
    return behind.columns if behind is not None else ()


@dataclass(frozen=True)
class _Judgement:
    """One binding of one entry."""

    kind: Kind
    of: BindingAttribute
    entry: Subject
    value: str
    context: Context

    def faults(self) -> Iterator[Fault]:
        parsed = parse_binding(self.value)
        if isinstance(parsed, Malformed):
            hint, severity = parsed.hint, Severity.WARNING if self.of.attribute.example_only or parsed.is_expression else None
            yield MALFORMED, self._finding(parsed.message, hint, parsed.part, severity=severity)
            return
        steps = walks(self.context)
        base = steps.start(self.of.start, self.entry, self.kind)
        found = steps.along(self.value, base)
        if found is None:
            return
        if found.problem is not None:
            yield self._problem(found.problem, parsed)
            return
        for demand in self.of.demands:
            if demand.applies(self.entry):
                yield from self._unmet(demand, parsed, found, steps, base)

    def _finding(
        self,
        message: str,
        hint: str | None,
        part: tuple[int, int],
        *,
        replacement: str | None = None,
        severity: Severity | None = None,
        about: str | None = None,
    ) -> Finding:
        """A finding in the value; ``about`` is an entity type whose declaration explains it."""
        elsewhere = declared_there("EntityType", about, f"entity type {about} is declared here", self.context) if about else ()
        lowered = Severity.WARNING if self.of.attribute.example_only else severity
        return Finding(
            self.entry,
            message,
            self.of.name,
            hint,
            part=part,
            replacement=replacement,
            severity=lowered,
            elsewhere=elsewhere,
        )

    def _problem(self, problem: UnknownType | UnknownProperty | ThroughScalar, parsed: Binding) -> Fault:
        if isinstance(problem, UnknownType):
            return TYPE, self._unknown_type(problem.name)
        if isinstance(problem, UnknownProperty):
            return PROPERTY, self._unknown_property(problem.name, problem.owner, parsed)
        name, facts = problem.name, problem.facts
        hint = "end the binding here, or take a navigation property"
        message = f"{facts.owner}:{facts.name} is of type {facts.type}, and leads to no other resource"
        return SCALAR, self._finding(message, hint, name.span, about=facts.owner)

    def _unknown_type(self, name: Part) -> Finding:
        near = closest(name.text, self.context.entity_types)
        perhaps_the_product = near is None and self.kind.family in ABOUT_THE_PRODUCT
        return self._finding(
            f"no entity type named '{name.text}'",
            did_you_mean(near) or "declare <EntityType> with this identifier, or correct the name",
            name.span,
            replacement=near,
            severity=Severity.WARNING if perhaps_the_product else None,
            about=near,
        )

    def _unknown_property(self, name: Part, owner: str, parsed: Binding) -> Finding:
        model = entity_model(self.context)
        names = model.properties(owner)
        near = closest(name.text, names)
        hint = did_you_mean(near) or _listing(tuple(names))
        if near is None and parsed.start is None and name is parsed.segments[0].name and model.knows(name.text):
            hint = f"behind an entity type stands a colon: {self.value.replace('.', ':', 1)}"
        return self._finding(
            f"entity type {owner} has no property '{name.text}'", hint, name.span, replacement=near, about=owner
        )

    def _unmet(self, demand: Demand, parsed: Binding, found: Walk, steps: Walks, base: str | None) -> Iterator[Fault]:
        lowered = Severity.WARNING if demand.inferred else None
        if demand.one and found.many is not None:
            name, facts = found.many
            target = f" resources of {facts.target}" if facts.target else " resources"
            hint = "take a path through navigation properties to one resource"
            message = f"{facts.owner}:{facts.name} leads to many{target}, and one value is asked for"
            yield MANY, self._finding(message, hint, name.span, about=facts.owner)
        misfits = misfit(demand.ends, found.end) if demand.ends is not None and found.end is not None else None
        if misfits is not None:
            message, hint = misfits
            yield END, self._finding(message, hint, parsed.segments[-1].name.span, severity=lowered)
        foreign = self._foreign(demand, parsed, steps, base)
        if foreign is not None:
            yield FOREIGN, foreign

    def _foreign(self, demand: Demand, parsed: Binding, steps: Walks, base: str | None) -> Finding | None:
        if demand.start is None or parsed.start is None:
            return None
        wanted = steps.start(demand.type_start, self.entry, self.kind) if demand.type_start is not None else demand.type or base
        given = parsed.start.text
        if wanted is None or given == wanted or self._may_start(given, wanted, fixed=demand.type is not None):
            return None
        severity = Severity.WARNING if demand.inferred else demand.start
        if "*" in wanted:
            message = f"the binding starts from {given}, which is no entity type of a workflow"
            hint = "start from the VariablesType of the workflow, named Workflow_ and its entity type"
            return self._finding(message, hint, parsed.start.span, severity=severity)
        message = f"the binding starts from {given}, and is about {wanted} here"
        return self._finding(message, f"start from {wanted}, or leave the start out", parsed.start.span, severity=severity)

    def _may_start(self, given: str, wanted: str, *, fixed: bool) -> bool:
        """Whether nothing can be said against a start: a base type of the product, or a type of a workflow."""
        model = entity_model(self.context)
        if "*" in wanted:
            return fnmatchcase(given, wanted) or given in self.context.rows(VARIABLES) or model.is_open(given)
        return not fixed and (wanted not in model.types or given in builtins()["entity_types"])


def _listing(names: tuple[str, ...]) -> str:
    return f"it has {some_of(names, SHOWN)}"
