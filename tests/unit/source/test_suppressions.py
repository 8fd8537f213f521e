"""Comments that silence rules."""

import pytest

from idmxml.diagnostics import Span
from idmxml.facts.language import NAMESPACE
from idmxml.facts.load import language
from idmxml.source.document import read_document
from idmxml.source.suppressions import Suppression, suppressions_in


def found(body: str) -> tuple[Suppression, ...]:
    text = f'<ConfigurationFile xmlns="{NAMESPACE}">\n{body}\n</ConfigurationFile>'
    return suppressions_in(read_document("a.xml", text, language()))


def test_one_comment_before_an_element_of_several_lines() -> None:
    line = "  <!-- idmxml: ignore IDM2004, IDM3001  the old name -->"
    assert found(f"{line}\n  <!-- between -->\n  <Agent\n    A='1'><B/>\n  </Agent>\n  <Agent/>") == (
        Suppression(Span("a.xml", 2, 3, 2, 57), ("IDM2004", "IDM3001"), "the old name", (4, 3), (6, 4), line),
    )


@pytest.mark.parametrize(
    ("text", "codes", "reason"),
    [
        ("idmxml: ignore IDM2004", ("IDM2004",), ""),
        ("  idmxml:ignore IDM2004 why\nnot ", ("IDM2004",), "why\nnot"),
        ("idmxml: ignore IDM2004,IDM2005", ("IDM2004", "IDM2005"), ""),
        ("idmxml: ignore", (), ""),
        ("idmxml: ignore all", (), ""),
        ("idmxml: ignore idm2004", (), ""),
        ("idmxml: disable IDM2004", (), ""),
        ("idmxml:", (), ""),
    ],
)
def test_forms(text: str, codes: tuple[str, ...], reason: str) -> None:
    (suppression,) = found(f"<!--{text}--><Agent/>")
    assert (suppression.codes, suppression.reason) == (codes, reason)


@pytest.mark.parametrize("text", ["about idmxml: ignore IDM2004", "IDMXML: ignore IDM2004", "ignore IDM2004"])
def test_other_comments(text: str) -> None:
    assert found(f"<!-- {text} --><Agent/>") == ()


@pytest.mark.parametrize(
    ("place", "covered"),
    [((2, 1), False), ((3, 1), True), ((3, 9), True), ((4, 5), True), ((5, 1), True), ((5, 2), False), ((6, 1), False)],
)
def test_what_is_covered(place: tuple[int, int], covered: bool) -> None:
    (suppression,) = found("<!-- idmxml: ignore IDM2004 -->\n<Agent A=''>\n    <B/>\n</Agent>\n<Agent/>")
    assert suppression.covers(Span("a.xml", *place, *place)) is covered


def test_a_comment_that_nothing_follows_covers_nothing() -> None:
    (suppression,) = found("<Agent/><!-- idmxml: ignore IDM2004 -->")
    assert suppression.start == suppression.end
