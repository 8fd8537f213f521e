"""The nearest right name."""

import pytest

from idmxml.model.names import closest

NAMES = ("HR_Person", "HR_Site", "AD_Entry", "London", "LONDON2")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("HR_Persn", "HR_Person"),
        ("hr_person", "HR_Person"),
        ("HR_Site", "HR_Site"),
        ("Lndon", "London"),
        ("london2", "LONDON2"),
        ("SAP_User", None),
        ("", None),
    ],
)
def test_closest(name: str, near: str | None) -> None:
    assert closest(name, NAMES) == near


def test_the_order_of_candidates_does_not_matter() -> None:
    assert closest("ac", ["ab", "aB", "AB"]) == closest("ac", ["AB", "aB", "ab"])
    assert closest("X", ["x", "X"]) == closest("X", ["X", "x"])


def test_among_very_many_names_those_that_begin_alike_are_compared() -> None:
    many = [f"Role_{number:05}" for number in range(10_000)] + ["HR_Person"]
    assert closest("HR_Persn", many) == "HR_Person"
    assert closest("XR_Person", many) is None
