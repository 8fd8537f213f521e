"""Every rule, run alone, has the rows it asks for and finds what it finds beside all others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import pytest
from lxml import etree

from idmxml.checks.engine import judge, place
from idmxml.checks.plan import Plan
from idmxml.checks.registry import known, rules, runnable
from idmxml.diagnostics import Diagnostic
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.filefacts import FileFacts, Status, by_kind, facts_of
from idmxml.model.projection import Columns
from idmxml.options import CheckOptions
from idmxml.pipeline import Look, look_at, plain_order, repository_at, run_check
from idmxml.source.encoding import decode
from idmxml.source.fast import KindTable, entries_of, make_parser

SAMPLES = Path(__file__).parents[2] / "samples"
TODAY = date(2026, 1, 1)
FAILED = "IDM0010"
# What it tells depends on the other rules that run.
OF_OTHERS = frozenset({"IDM0008"})

Found = Mapping[str, list[Diagnostic]]


@dataclass(frozen=True)
class Sample:
    """A sample that was read once for all rules."""

    look: Look

    @cached_property
    def _columns(self) -> list[tuple[Mapping[str, Columns], int] | None]:
        """The columns of each file and how many objects it has; None for a file that can't be read in full."""
        table = KindTable(language())
        every = (*self.look.context.files, *self.look.context.others)
        found: list[tuple[Mapping[str, Columns], int] | None] = []
        for facts, source in zip(every, self.look.files, strict=True):
            text = decode(source.file.read_bytes()) if facts.status is Status.READ else None
            if isinstance(text, str):
                entries = entries_of(etree.fromstring(text.encode(), make_parser("utf-8")), table)
                found.append(({kind: Columns(each) for kind, each in by_kind(entries).items()}, len(entries) - 1))
            else:
                found.append(None)
        return found

    def _context(self, plan: Plan) -> Context:
        """The context of the files when they tell what a plan asks for, and no more."""
        whole = self.look.context
        told: list[FileFacts] = []
        for known_facts, read in zip((*whole.files, *whole.others), self._columns, strict=True):
            if read is None:
                told.append(known_facts)
            else:
                made = facts_of(known_facts.path, *read, plan.layout, whole.language)
                told.append(replace(made, mentioned=known_facts.mentioned))
        count = len(whole.files)
        return Context(whole.language, plan.projections, told[:count], told[count:], whole.companions)

    def found(self, codes: frozenset[str]) -> Found:
        """What the rules about the whole of the sample tell, by code."""
        plan = Plan(runnable(codes))
        context = self._context(plan)
        found: dict[str, list[Diagnostic]] = defaultdict(list)
        for position, suspects in judge(plan, context).items():
            document = self.look.located.read(position)
            assert document is not None
            for each in place(suspects, document, context, self.look.located.read):
                found[each.code].append(each)
        return {code: sorted(each, key=repr) for code, each in found.items()}


@pytest.fixture(scope="module", params=("broken", "contoso"))
def sample(request: pytest.FixtureRequest) -> Sample:
    repository = repository_at(SAMPLES / request.param, CheckOptions())
    order = plain_order(repository, frozenset(known()))
    return Sample(look_at(repository, repository.root, order, 1, lambda _done: None))


def test_a_rule_about_the_whole_finds_the_same_alone(sample: Sample) -> None:
    together = sample.found(frozenset(known()))
    whole = sorted({rule.code for rule, _rows in Plan(runnable(frozenset(known()))).whole})
    assert len(whole) > 100
    differing = {}
    for code in whole:
        alone = sample.found(frozenset({code}))
        if alone != {each: found for each, found in together.items() if each == code}:
            differing[code] = alone
    assert differing == {}


def _called_by_steps() -> Iterator[str]:
    """Rules that steps of a check call, one of those that need the same rows in the same module."""
    passive = {rule.code for rule in runnable(frozenset(known())) if rule.run is None}
    seen = set()
    for code, rule in rules().items():
        mark = (known()[code].module, rule.needs)
        if (code in passive or known()[code].module == "settings_checks") and code not in OF_OTHERS:
            if rule.needs and mark in seen:
                continue
            seen.add(mark)
            yield code


def test_a_rule_that_a_step_calls_finds_the_same_alone() -> None:
    def check(*codes: str) -> list[Diagnostic]:
        return list(run_check([SAMPLES / "broken"], CheckOptions(codes, jobs=1, max_age=30, today=TODAY)).diagnostics)

    together = check()
    differing = {}
    for code in _called_by_steps():
        alone = check(code)
        if alone != [each for each in together if each.code == code]:
            differing[code] = alone
    assert differing == {}
    assert FAILED not in {each.code for each in together}
