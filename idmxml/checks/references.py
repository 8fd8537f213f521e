"""References to objects by name: a rule for every attribute that the language says names another object."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from idmxml.checks.finding import Elsewhere, Finding
from idmxml.checks.rule import Rule, rule, rule_of
from idmxml.diagnostics import Severity
from idmxml.facts.language import Attribute, Kind
from idmxml.facts.load import Language, builtins, language
from idmxml.model.context import LANGUAGES, Context
from idmxml.model.names import closest
from idmxml.model.projection import Projection, Row, Subject
from idmxml.phrases import did_you_mean

# Named by other means: resources live in the database, bindings and permissions are paths, controls have no identity.
# Properties, columns and activities are scoped, and have rules of their own.
UNCHECKED = frozenset(
    {
        "AccessControlPermission",
        "Activity",
        "Binding",
        "ConnectionTable",
        "ConnectionTable.Column",
        "Control",
        "EntityInstance",
        "EntityType.Property",
        "EntityTypeMapping.Property",
        "Resource",
    }
)
BUILTIN = {"Agent": "agents", "EntityType": "entity_types", "MenuItem": "menu_items"}
# Families that may speak of the product's own entity types, whose list is not complete.
ABOUT_THE_PRODUCT = frozenset(
    {"Access Control", "Business Intelligence", "Configuration", "User Interface", "Workflows", "Reporting"}
)


@dataclass(frozen=True)
class Target:
    """What an attribute may name: objects of these kinds, called ``word`` in messages."""

    word: str
    kinds: tuple[str, ...]

    def names(self, context: Context) -> set[str]:
        """Every name that is known exactly: declared, generated or the product's own."""
        found: set[str] = set()
        for kind in self.kinds:
            found.update(context.names(kind))
            found.update(context.generated.names(kind))
            if kind in BUILTIN:
                found.update(builtins()[BUILTIN[kind]])
        if self.kinds == ("Language",):
            found.update(row[1] for row in context.rows(LANGUAGES) if row[1])
        return found

    def has(self, name: str, context: Context) -> bool:
        """Whether the name is known, exactly or by a scaffolding's pattern."""
        if any(context.has(kind, name) for kind in self.kinds):
            return True
        if any(name in builtins()[BUILTIN[kind]] for kind in self.kinds if kind in BUILTIN):
            return True
        return self.kinds == ("Language",) and any(name == row[1] for row in context.rows(LANGUAGES))

    def declaration(self, name: str, context: Context) -> tuple[Elsewhere, ...]:
        """Where the name is declared by hand, for a related location."""
        for kind in self.kinds:
            position = context.names(kind).get(name)
            if position is not None:
                return (Elsewhere(position, kind, name, f"{self.word} '{name}' is declared here"),)
        return ()


def target_of(attribute: Attribute, facts: Language) -> Target | None:
    """What the attribute names; None when its references are judged by another rule, or can't be judged."""
    reference = attribute.reference
    if reference is None or reference.to in UNCHECKED:
        return None
    if reference.to == "Task":
        return Target("task", tuple(sorted(facts.tasks)))
    if not facts.knows(reference.to):
        return None
    return Target(facts.kind(reference.to).tag, (reference.to,))


@rule("IDM3001", "unknown-reference")
def unknown_reference() -> None:
    """An attribute names an object that is declared nowhere, neither by hand nor by a scaffolding.

    Why: the product refuses the configuration at deployment, or loses the link. When the name is one of the product's own
    objects that we do not know of, the finding is a warning.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Locale"/>
        <Agent Identifier="London" DisplayName_L1="London"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="London"/>
        <Agent Identifier="London" DisplayName_L1="London"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """


@rule("IDM3002", "reference-case", Severity.WARNING)
def reference_case() -> None:
    """A reference differs from the name of its target by upper and lower case alone.

    Why: whether it is found depends on the collation of the database.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="london"/>
        <Agent Identifier="London" DisplayName_L1="London"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="London"/>
        <Agent Identifier="London" DisplayName_L1="London"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """


class _Reference:
    """One attribute of one kind, as the two rules look at it."""

    def __init__(self, kind: Kind, attribute: Attribute, target: Target) -> None:
        self.kind = kind
        self.attribute = attribute
        self.target = target

    def screen(self, _rows: frozenset[Row], context: Context) -> frozenset[Row]:
        """The values that are not the names of declared objects; set against set, once for both rules."""
        return context.derived(self._missing)

    def _missing(self, context: Context) -> frozenset[Row]:
        missing = context.rows(Projection(self.kind.id, (self.attribute.name,)))
        for kind in self.target.kinds:
            missing = missing.difference(context.names(kind))
        return missing

    def unknown(self, entry: Subject, context: Context) -> Iterator[Finding]:
        """IDM3001."""
        value = entry.get(self.attribute.name)
        if not value or self.target.has(value, context) or context.may_exist(value):
            return
        near = closest(value, self.target.names(context))
        if near is not None and near.casefold() == value.casefold():
            return
        yield Finding(
            entry,
            f"no {self.target.word} named '{value}'",
            self.attribute.name,
            hint=did_you_mean(near) or self._advice(value),
            replacement=near,
            severity=self._severity(value, near, context),
            elsewhere=self.target.declaration(near, context) if near else (),
        )

    def _advice(self, value: str) -> str:
        tag = "a task" if self.target.word == "task" else f"<{self.target.word}>"
        return f"declare {tag} with this identifier, or correct the name" if value.strip() else "give a name"

    def _severity(self, value: str, near: str | None, context: Context) -> Severity | None:
        product = self.target.kinds == ("EntityType",) and self.kind.family in ABOUT_THE_PRODUCT
        perhaps_the_product = product and (near is None or _is_other_type_of_the_product(value, near, context))
        return Severity.WARNING if self.attribute.example_only or perhaps_the_product else None

    def case(self, entry: Subject, context: Context) -> Iterator[Finding]:
        """IDM3002."""
        value = entry.get(self.attribute.name)
        if not value or self.target.has(value, context):
            return
        near = closest(value, self.target.names(context))
        if near is not None and near.casefold() == value.casefold():
            yield Finding(
                entry,
                f"'{value}' is written '{near}' where it is declared",
                self.attribute.name,
                hint="write both in the same case, so that no database tells them apart",
                replacement=near,
                elsewhere=self.target.declaration(near, context),
            )


def _is_other_type_of_the_product(value: str, near: str, context: Context) -> bool:
    """Whether the nearest name is a type of the product, and so far off that the value may be another of them."""
    is_own = near in context.names("EntityType") or near not in builtins()[BUILTIN["EntityType"]]
    return not is_own and not get_close_matches(value, [near], cutoff=0.9)


def reference_rules() -> Iterator[Rule]:
    """The two rules, once for each attribute that names an object."""
    facts = language()
    for kind in facts:
        for attribute in kind.references:
            target = target_of(attribute, facts)
            if target is not None:
                check = _Reference(kind, attribute, target)
                yield from _bound(kind, attribute, check)


def _bound(kind: Kind, attribute: Attribute, check: _Reference) -> Iterator[Rule]:
    pairs: tuple[tuple[object, Callable[..., Iterator[Finding]]], ...] = (
        (unknown_reference, check.unknown),
        (reference_case, check.case),
    )
    for function, run in pairs:
        base = rule_of(function)
        yield replace(base, on=(kind.id,), reads=(attribute.name,), run=run, screen=check.screen)
