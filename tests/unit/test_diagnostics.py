"""Diagnostics and reports as values."""

import pytest

from idmxml.diagnostics import Diagnostic, Report, Severity, Span, Summary, tidy


def made(code: str, path: str, line: int, message: str = "m", subject: str = "") -> Diagnostic:
    return Diagnostic(code, "name", Severity.WARNING, message, Span(path, line, 1, line, 2), object=subject)


def test_labels_turn_round() -> None:
    assert [Severity.from_label(each.label) for each in Severity] == list(Severity)
    with pytest.raises(ValueError, match="'fatal' is not one of error, warning, info"):
        Severity.from_label("fatal")


def test_fingerprints_survive_moved_lines_and_tell_objects_apart() -> None:
    one = made("IDM1001", "a.xml", 1, subject="Agent[A]")
    assert one.fingerprint == made("IDM1001", "b.xml", 7, "other", subject="Agent[A]").fingerprint
    assert (
        len(
            {
                one.fingerprint,
                made("IDM1002", "a.xml", 1, subject="Agent[A]").fingerprint,
                made("IDM1001", "a.xml", 1).fingerprint,
            }
        )
        == 3
    )
    assert len(one.fingerprint) == 16


def test_tidy_sorts_and_removes_doubles() -> None:
    first, second, third = made("IDM1001", "a.xml", 2), made("IDM1002", "a.xml", 2), made("IDM1001", "b.xml", 1)
    assert tidy([third, second, first, second, third]) == (first, second, third)


@pytest.mark.parametrize(
    ("threshold", "reached"), [(Severity.ERROR, False), (Severity.WARNING, True), (Severity.INFO, True), (None, False)]
)
def test_reaching_a_threshold(threshold: Severity | None, reached: bool) -> None:
    report = Report("check", "/", Summary(1, 1), (made("IDM1001", "a.xml", 1),))
    assert report.reaches(threshold) is reached
    assert [report.count(each) for each in Severity] == [0, 1, 0]
