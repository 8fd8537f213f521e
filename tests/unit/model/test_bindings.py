"""Bindings: their text to their parts, with exact places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.model.bindings import Binding, Malformed, Segment, parse_binding
from idmxml.model.part import Part


def parsed(value: str) -> Binding:
    found = parse_binding(value)
    assert isinstance(found, Binding)
    return found


def test_a_full_binding() -> None:
    assert parsed("Person:Site.Code") == Binding(
        Part("Person", 0, 6), (Segment(Part("Site", 7, 11)), Segment(Part("Code", 12, 16)))
    )


def test_a_relative_binding_has_no_start() -> None:
    assert parsed("Site.Id") == Binding(None, (Segment(Part("Site", 0, 4)), Segment(Part("Id", 5, 7))))


def test_a_cast_stands_before_the_property_it_is_for() -> None:
    assert parsed("Assigned:Owner.Person:Login") == Binding(
        Part("Assigned", 0, 8),
        (Segment(Part("Owner", 9, 14)), Segment(Part("Login", 22, 27), cast=Part("Person", 15, 21))),
    )


def test_the_first_step_may_be_cast_behind_the_start() -> None:
    assert parsed("Resource:Person:Login") == Binding(
        Part("Resource", 0, 8), (Segment(Part("Login", 16, 21), cast=Part("Person", 9, 15)),)
    )


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("", (0, 1)),
        (":", (0, 1)),
        ("Person:", (6, 7)),
        (":Login", (0, 1)),
        ("A::B", (1, 2)),
        ("A..B", (1, 2)),
        ("A.", (1, 2)),
        (".A", (0, 1)),
        ("A:B:C:D", (0, 7)),
        ("A.B:C:D", (2, 7)),
        ("A:B C", (3, 4)),
        ("A:B-C.D", (3, 4)),
        ("C#:p:return p;", (0, 14)),
        ("Literal:1", (0, 9)),
    ],
)
def test_what_is_no_binding_is_told_at_its_place(value: str, part: tuple[int, int]) -> None:
    found = parse_binding(value)
    assert isinstance(found, Malformed)
    assert found.part == part


@given(st.text(alphabet="AbC_1.: -é", max_size=20))
def test_every_text_is_parsed_and_names_cut_out_what_they_claim(value: str) -> None:
    found = parse_binding(value)
    if isinstance(found, Malformed):
        start, end = found.part
        assert 0 <= start < end <= max(len(value), 1)
        return
    names = [found.start, *(name for each in found.segments for name in (each.cast, each.name))]
    assert all(value[each.start : each.end] == each.text for each in names if each is not None)
    told = (found.start.text + ":" if found.start else "") + ".".join(
        (each.cast.text + ":" if each.cast else "") + each.name.text for each in found.segments
    )
    assert told == value


@pytest.mark.parametrize(
    ("value", "other", "begins"),
    [
        ("W:Person.Login", "W:Person", True),
        ("W:Person", "W:Person", True),
        ("W:Person", "W:Person.Login", False),
        ("W:PersonName", "W:Person", False),
        ("W:Person.Login", "V:Person", False),
        ("W:Person.Login", "Person", False),
        ("W:Owner.Person:Login", "W:Owner.Login", False),
    ],
)
def test_a_binding_begins_with_another(value: str, other: str, begins: bool) -> None:
    assert parsed(value).begins_with(parsed(other)) is begins
