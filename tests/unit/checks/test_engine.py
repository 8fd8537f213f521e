"""Rules over a whole repository: judged on distinct rows, placed in the files concerned, never ending the run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_run import MakeRepository

from idmxml import check
from idmxml.checks import pool
from idmxml.checks.engine import judge, place
from idmxml.checks.examine import Examiner
from idmxml.checks.finding import Elsewhere, Finding
from idmxml.checks.located import Located
from idmxml.checks.plan import Plan
from idmxml.checks.rule import Page, Rule
from idmxml.diagnostics import Diagnostic, Related, Severity, Span
from idmxml.model.context import Context
from idmxml.model.projection import Projection, Subject
from idmxml.source.repository import discover

PAGE = Page("It is wrong.", "It breaks.", "<Agent/>", "<Agent/>")
AGENTS = Projection("Agent", ("Identifier",))
SEEN: list[str | None] = []


def local_failure(_entry: Subject, _context: Context | None) -> Iterator[Finding]:
    raise RuntimeError("lost")
    yield


def whole_failure(entry: Subject, _context: Context) -> Iterator[Finding]:
    if entry.get("Identifier") == "B":
        raise KeyError("B")
    yield from ()


def late_failure(entry: Subject, _context: Context | None) -> Iterator[Finding]:
    yield Finding(entry, "first", "Identifier")
    raise RuntimeError("then lost")


def seen(entry: Subject, context: Context) -> Iterator[Finding]:
    SEEN.append(entry.get("Identifier"))
    first = context.names("Agent").get("A")
    if entry.get("Identifier") == "B" and first is not None:
        yield Finding(entry, "like A", "Identifier", elsewhere=(Elsewhere(first, "Agent", "A", "A is here"),))


def rule_of(run: object, *, whole: bool, on: str = "Agent") -> Rule:
    needs = (AGENTS,) if whole else ()
    reads = ("Identifier",) if whole else None
    return Rule("IDM9001", "some-offence", Severity.ERROR, PAGE, (on,), reads, needs, run)  # type: ignore[arg-type]


def diagnostics(root: Path, *rules: Rule) -> list[Diagnostic]:
    plan = Plan(rules)
    examiner = Examiner(plan)
    files = discover([root], root).files
    results = [examiner.examine(each.path, each.file) for each in files]
    context = Context(examiner.language, plan.projections, [each.facts for each in results])
    located = Located(files, examiner.language)
    found = [each for result in results for each in result.diagnostics]
    for position, suspects in judge(plan, context).items():
        document = located.read(position)
        assert document is not None
        found += place(suspects, document, context, located.read)
    return found


def told(found: list[Diagnostic]) -> list[tuple[str, Severity, str, Span]]:
    return [(each.code, each.severity, each.message, each.span) for each in found]


TWO = {"a.xml": '<Agent Identifier="A"/>', "b.xml": '<Agent Identifier="B"/>\n<Agent Identifier="C"/>\n<Connector/>'}


def test_a_rule_that_fails_is_told_at_its_place(repository: MakeRepository) -> None:
    root = repository(TWO)
    message = "rule IDM9001 failed: RuntimeError: lost"
    assert told(diagnostics(root, rule_of(local_failure, whole=False))) == [
        ("IDM0010", Severity.WARNING, message, Span("a.xml", 3, 2, 3, 7)),
        ("IDM0010", Severity.WARNING, message, Span("b.xml", 3, 2, 3, 7)),
        ("IDM0010", Severity.WARNING, message, Span("b.xml", 4, 2, 4, 7)),
    ]
    assert told(diagnostics(root, rule_of(whole_failure, whole=True))) == [
        ("IDM0010", Severity.WARNING, "rule IDM9001 failed: KeyError: 'B'", Span("b.xml", 3, 2, 3, 7))
    ]


def test_what_a_rule_found_before_it_failed_is_kept(repository: MakeRepository) -> None:
    root = repository({"a.xml": '<Agent Identifier="A"/>'})
    assert told(diagnostics(root, rule_of(late_failure, whole=False))) == [
        ("IDM9001", Severity.ERROR, "first", Span("a.xml", 3, 8, 3, 22)),
        ("IDM0010", Severity.WARNING, "rule IDM9001 failed: RuntimeError: then lost", Span("a.xml", 3, 2, 3, 7)),
    ]


def test_a_row_is_judged_once_and_placed_where_it_stands(repository: MakeRepository) -> None:
    same = '<Agent Identifier="A"/>' * 5 + '\n<Agent Identifier="B"/>'
    root = repository({"a.xml": same, "b.xml": same, "c.xml": '<Agent Identifier="A"/>'})
    SEEN.clear()
    found = diagnostics(root, rule_of(seen, whole=True))
    assert sorted(SEEN[:2], key=str) == ["A", "B"]
    assert len(SEEN) == 2 + 2 * 6, "two rows, and the entries of two files"
    related = (Related(Span("a.xml", 3, 2, 3, 7), "A is here"),)
    assert [(each.span, each.related) for each in found] == [
        (Span("a.xml", 4, 8, 4, 22), related),
        (Span("b.xml", 4, 8, 4, 22), related),
    ]


def test_other_kinds_are_not_looked_at(repository: MakeRepository) -> None:
    assert diagnostics(repository(TWO), rule_of(local_failure, whole=False, on="Language")) == []


def test_one_process_and_several_give_the_same(repository: MakeRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = '<Agent Identifier="A" Stat="1"/>\n<Connector Identifier="1" DisplayName_L1="x" Agent="Nowhere"/>'
    root = repository({f"{number:02}.xml": wrong for number in range(30)} | {"broken.xml": b"<a"})
    one = check(root, jobs=1)
    monkeypatch.setattr(pool, "WORTH_A_PROCESS", 100)
    assert check(root, jobs=2) == one
    assert check(root, jobs=5) == one
    assert len(one.diagnostics) > 90


def test_chunks_hold_every_file_once_in_order(repository: MakeRepository) -> None:
    root = repository({f"{number:02}.xml": "<Agent/>" * (number % 5) for number in range(50)})
    files = discover([root], root).files
    chunks = pool._chunks(files, 3)
    assert [each for chunk in chunks for each in chunk] == list(enumerate(files))
    assert 3 < len(chunks) <= 3 * pool.CHUNKS_PER_JOB + 1
    assert pool._chunks([], 2) == []
