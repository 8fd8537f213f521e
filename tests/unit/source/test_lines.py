"""Offsets to lines and columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.source.lines import Lines, LineStarts

TEXT = "one\r\ntwo\rthree\n\nfive"


@pytest.mark.parametrize(
    ("offset", "place"),
    [
        (0, (1, 1)),
        (3, (1, 4)),
        (5, (2, 1)),
        (9, (3, 1)),
        (14, (3, 6)),
        (15, (4, 1)),
        (16, (5, 1)),
        (20, (5, 5)),
        (99, (5, 5)),
        (-1, (1, 1)),
    ],
)
@pytest.mark.parametrize("lines", [Lines, LineStarts])
def test_place(offset: int, place: tuple[int, int], lines: type[LineStarts]) -> None:
    assert lines(TEXT).place(offset) == place


def test_a_line_end_at_the_end_begins_another_line() -> None:
    assert [LineStarts(f"a{end}").place(9) for end in ("\n", "\r\n", "\r", "")] == [(2, 1), (2, 1), (2, 1), (1, 2)]


def test_texts_of_lines() -> None:
    lines = Lines(TEXT)
    assert [lines.text(number) for number in range(7)] == ["", "one", "two", "three", "", "five", ""]


def test_lines_beyond_65535() -> None:
    lines = Lines("x\n" * 70_000 + "end")
    assert lines.place(140_001) == (70_001, 2)
    assert lines.text(70_001) == "end"


def test_no_text() -> None:
    assert Lines("").place(0) == (1, 1)
    assert Lines("").text(1) == ""


def test_other_separators_end_no_line() -> None:
    assert Lines("a\u2028b\x0bc\x85d").place(6) == (1, 7)


@given(st.text(alphabet="ab\r\n\u2028"), st.integers(0, 20))
def test_offset_turns_place_round(text: str, offset: int) -> None:
    lines = Lines(text)
    assert lines.offset(*lines.place(offset)) == min(offset, len(text))
