"""Numbers as files write them."""

import pytest

from idmxml.model.value_spelling import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (" +07 ", 7),
        ("-1", -1),
        ("9" * 30, 10**30 - 1),
        ("9" * 31, None),
        ("9" * 5000, None),
        ("", None),
        ("+", None),
        ("--1", None),
        ("1_0", None),
        ("1.0", None),
        ("0x1", None),
        ("\u00b2", None),
        ("\u0663", None),
        ("\uff11", None),
    ],
)
def test_whole_number(text: str, number: int | None) -> None:
    assert whole_number(text) == number
