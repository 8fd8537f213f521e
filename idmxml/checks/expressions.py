"""Attributes that hold expressions: what is known of each use, and the rules bound to them.

A rule about expressions is a function of a ``Subject`` and the context; it is run for each attribute that holds an
expression of its form. It is judged once for each distinct row of a kind.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

from idmxml.checks import csharp_calls, csharp_members, csharp_syntax, expressions_functions, expressions_literals
from idmxml.checks.expression_uses import Subject, Use, uses_of
from idmxml.checks.finding import Finding
from idmxml.checks.rule import Rule
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.entity_model import EntityModel
from idmxml.model.expressions import Form, parse_expression
from idmxml.model.projection import Projection, Row, RowView, view
from idmxml.source.entry import Entry

Check = Callable[[Subject, Context], Iterator[Finding]]
CHECKS: Final[Mapping[Form, tuple[Check, ...]]] = {
    Form.UNKNOWN: expressions_functions.UNREADABLE,
    Form.FUNCTION: expressions_functions.FUNCTIONS,
    Form.LITERAL: expressions_literals.LITERALS,
    Form.CSHARP: (*csharp_syntax.CSHARP, *csharp_members.CSHARP, *csharp_calls.CSHARP),
}


def expression_rules() -> Iterator[Rule]:
    """The rules, once for each kind that has attributes with expressions."""
    holders = _holders()
    for form, checks in CHECKS.items():
        for check in checks:
            for holder in holders:
                yield _bound(check, form, holder)


@lru_cache(maxsize=1)
def _holders() -> tuple["_Holder", ...]:
    found = ((kind.id, uses_of(kind)) for kind in language())
    return tuple(_Holder(kind, uses) for kind, uses in found if uses)


def _bound(check: Check, form: Form, holder: "_Holder") -> Rule:
    base: Rule = check.rule  # type: ignore[attr-defined]

    def run(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
        for subject in holder.subjects(entry, form):
            yield from check(subject, context)

    def screen(_rows: frozenset[Row], context: Context) -> frozenset[Row]:
        return context.derived(holder).get(form, frozenset())

    needs = (*holder.needs, *EntityModel.needs)
    return replace(base, on=(holder.kind,), reads=holder.columns, needs=needs, run=run, screen=screen)


@dataclass(frozen=True, eq=False)
class _Holder:
    """A kind with its attributes that hold expressions. Called with a context, it gives its rows by form."""

    kind: str
    uses: tuple[Use, ...]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that any of the attributes' uses reads."""
        return tuple(dict.fromkeys(column for use in self.uses for column in use.columns))

    @cached_property
    def needs(self) -> tuple[Projection, ...]:
        """The projections that lead from the kind to the entity types of its expressions."""
        return tuple(dict.fromkeys(each for use in self.uses for each in use.needs))

    def subjects(self, entry: Entry | RowView, form: Form) -> Iterator[Subject]:
        """The expressions of a form that an entry holds."""
        for use in self.uses:
            value = entry.get(use.attribute)
            if value is not None and value.strip():
                expression = parse_expression(value)
                if expression.form is form:
                    yield Subject(entry, use, value, expression)

    def __call__(self, context: Context) -> Mapping[Form, frozenset[Row]]:
        projection = Projection(self.kind, self.columns)
        found: dict[Form, set[Row]] = defaultdict(set)
        for row in context.rows(projection):
            values = self._values(row)
            for form in {parse_expression(value).form for value in values if value is not None and value.strip()}:
                found[form].add(row)
        return {form: frozenset(rows) for form, rows in found.items()}

    def _values(self, row: Row) -> list[str | None]:
        entry: Any = view(Projection(self.kind, self.columns), row)
        return [entry.get(use.attribute) for use in self.uses]
