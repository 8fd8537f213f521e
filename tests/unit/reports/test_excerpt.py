"""Excerpts: never wider than asked, and always the fault itself in the middle."""

from hypothesis import given
from hypothesis import strategies as st

from idmxml.diagnostics import Span
from idmxml.reports.excerpt import Excerpt, cells, excerpt, width

lines = st.text(st.sampled_from("ab <\t\x1b姓\u0301\u202eé😀"), max_size=120)


@given(lines, st.integers(1, 130), st.integers(0, 130), st.integers(10, 60))
def test_what_is_shown_fits_and_is_cut_out_of_the_line(source: str, column: int, length: int, room: int) -> None:
    shown = excerpt(source, Span("a", 1, column, 1, column + length), room)
    whole = "".join(cells(source))
    before = "".join(cells(source[: column - 1]))
    marked = "".join(cells(source[column - 1 : column - 1 + length]))
    assert width(shown.before + shown.marked + shown.after) <= room
    assert before.endswith(shown.before.removeprefix("…"))
    assert marked.startswith(shown.marked.removesuffix("…"))
    assert whole.removeprefix(before).removeprefix(marked).startswith(shown.after.removesuffix("…"))
    if width(whole) <= room - 2:
        assert shown == Excerpt(before, marked, whole[len(before) + len(marked) :])


def test_a_huge_line_costs_no_more_than_what_is_shown_of_it() -> None:
    source = "x" * 50_000_000
    assert excerpt(source, Span("a", 1, 25_000_000, 1, 25_000_003), 20) == Excerpt("…xxxxxxx", "xxx", "xxxxxxxx…")
