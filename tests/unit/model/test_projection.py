"""Columns of objects as sets of rows, and rows seen as objects."""

import pytest

from idmxml.model.projection import Columns, Projection, view
from idmxml.source.entry import Entry


def entries(*rows: tuple[str, dict[str, str]]) -> Columns:
    parents = {name: Entry("EntityType", "EntityType", {"Identifier": name}, None, 0) for name, _ in rows}
    return Columns([Entry("P", "Property", attributes, parents[name], 1) for name, attributes in rows])


COLUMNS = entries(
    ("A", {"Identifier": "x", "IsKey": "true"}), ("A", {"Identifier": "y"}), ("B", {"Identifier": "x"}), ("B", {})
)


def test_one_column_leaves_out_what_is_not_given() -> None:
    assert Projection("P", ("Identifier",)).rows(COLUMNS) == {"x", "y"}
    assert Projection("P", ("Nothing",)).rows(COLUMNS) == frozenset()


def test_several_columns_and_the_parent() -> None:
    assert Projection("P", ("../Identifier", "Identifier", "IsKey")).rows(COLUMNS) == {
        ("A", "x", "true"),
        ("A", "y", None),
        ("B", "x", None),
        ("B", None, None),
    }


def test_ancestors_that_are_not_there_give_nothing() -> None:
    assert Projection("P", ("../../Identifier", "Identifier")).rows(COLUMNS) == {(None, "x"), (None, "y"), (None, None)}


def test_names() -> None:
    assert COLUMNS.names == {"Identifier", "IsKey"}


def test_a_row_as_an_object() -> None:
    row = view(Projection("P", ("../Identifier", "Identifier", "IsKey")), ("A", "x", "true"))
    assert (row.kind, row.get("Identifier"), row.flag("IsKey"), row.parent.get("Identifier")) == ("P", "x", True, "A")
    assert view(Projection("P", ("IsKey",)), "false").flag("IsKey") is False


def test_a_row_holds_only_the_columns_that_were_asked_for() -> None:
    row = view(Projection("P", ("Identifier",)), "x")
    with pytest.raises(KeyError):
        row.get("IsKey")
    with pytest.raises(KeyError):
        row.parent.get("Identifier")
