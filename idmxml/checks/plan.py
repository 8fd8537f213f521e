"""Which rules run, and what each file must tell for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from idmxml.checks.declared_connections import PROJECTIONS
from idmxml.checks.rule import Rule
from idmxml.facts.load import language
from idmxml.model.context import standing_projections
from idmxml.model.layout import Layout
from idmxml.model.projection import Projection
from idmxml.source.repository import MEGABYTE


@dataclass(frozen=True)
class Plan:
    """The rules of a run. ``xsd`` is the user's own for the structure step, None for ours.

    Everything else follows from ``rules``, so that a worker process needs only the codes to make the same plan.
    """

    rules: tuple[Rule, ...]
    max_bytes: int = 64 * MEGABYTE
    xsd: Path | None = None

    @cached_property
    def active(self) -> frozenset[str]:
        """The codes of the rules."""
        return frozenset(each.code for each in self.rules)

    @cached_property
    def local(self) -> Mapping[str, tuple[tuple[Rule, frozenset[str] | None], ...]]:
        """By kind, the rules that an object and its children suffice for, with the attributes they touch."""
        found: dict[str, list[tuple[Rule, frozenset[str] | None]]] = defaultdict(list)
        for rule in self.rules:
            if rule.run is not None and rule.reads is None:
                for kind in rule.kinds:
                    found[kind].append((rule, rule.touches(kind)))
        return {kind: tuple(rules) for kind, rules in found.items()}

    @cached_property
    def whole(self) -> tuple[tuple[Rule, Projection], ...]:
        """The rules that need the context, each with the rows it is judged on."""
        return tuple(
            (rule, Projection(kind, rule.reads))
            for rule in self.rules
            if rule.run is not None and rule.reads is not None
            for kind in rule.kinds
        )

    @cached_property
    def projections(self) -> tuple[Projection, ...]:
        """Every projection that the context or a rule needs, without doubles."""
        wanted: Iterable[Projection] = (
            *standing_projections(),
            *PROJECTIONS,  # secrets of settings are known by the connections, whatever is judged
            *(projection for _, projection in self.whole),
            *(each for rule in self.rules for each in rule.needs),
        )
        return tuple(dict.fromkeys(wanted))

    @cached_property
    def layout(self) -> Layout:
        """How the rows of the projections travel from files to the whole."""
        return Layout(self.projections, language())
