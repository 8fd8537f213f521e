"""Scaffoldings to the names of what they generate."""

import pytest

from idmxml.facts.load import language
from idmxml.model.generated import GeneratedName, GeneratedNames, expand_names, scaffolding_arguments

NAMES = GeneratedNames(
    [
        GeneratedName("Job", "Nightly"),
        GeneratedName("FulfillTask", "Nightly_Fulfill*"),
        GeneratedName("EntityType.Property", "Op_*", "HR_Person"),
        GeneratedName("EntityType.Property", "Login", "HR_Person"),
        GeneratedName("Column", "x", "Table_*"),
    ]
)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("Job", "Nightly", True),
        ("Job", "nightly", False),
        ("FulfillTask", "Nightly_Fulfill1", True),
        ("FulfillTask", "Nightly_Fulfill", False),
        ("FulfillTask", "xNightly_Fulfill1", False),
        ("Job", "Nightly_Fulfill1", False),
        ("EntityType.Property", "Login", False),
    ],
)
def test_names(kind: str, name: str, expected: bool) -> None:
    assert NAMES.has(kind, name) is expected
    assert NAMES.has_any([kind, "Nothing"], name) is expected


@pytest.mark.parametrize(
    ("kind", "owner", "name", "expected"),
    [
        ("EntityType.Property", "HR_Person", "Login", True),
        ("EntityType.Property", "HR_Person", "Op_1", True),
        ("EntityType.Property", "HR_Site", "Login", False),
        ("Column", "Table_1", "x", True),
        ("Column", "Table_", "x", False),
    ],
)
def test_names_within_an_owner(kind: str, owner: str, name: str, expected: bool) -> None:
    assert NAMES.has_owned(kind, owner, name) is expected


def test_exactly_known_names() -> None:
    assert NAMES.names("Job") == {"Nightly"}
    assert NAMES.names("FulfillTask") == set()
    assert NAMES.owned("EntityType.Property", "HR_Person") == {"Login"}


def test_a_scaffolding_and_those_it_calls() -> None:
    found = expand_names([("ViewTemplate", {"EntityType": "HR_Site", "Profile": "Admin"})])
    assert GeneratedName("EntityType.Property", "InternalDisplayName", "HR_Site") in found or any(
        each.kind == "DisplayTable" for each in found
    )
    assert found == expand_names([("ViewTemplate", {"Profile": "Admin", "EntityType": "HR_Site"})] * 2)
    assert all("{" not in each.pattern for each in found)


def test_attributes_that_are_not_given_make_patterns() -> None:
    exact = expand_names([("CleanDatabaseJob", {})])
    assert GeneratedName("Job", "CleanDatabase") in exact
    open_names = expand_names([("CreateInitializationJob", {})])
    assert GeneratedName("Job", "*") in open_names


def test_an_unknown_scaffolding_generates_nothing() -> None:
    assert expand_names([("Nothing", {"A": "b"})]) == set()


def test_the_table_speaks_the_language() -> None:
    facts = language()
    for tag, arguments in scaffolding_arguments().items():
        assert facts.role(tag) == "scaffolding"
        assert set(arguments) <= set(facts.kind(tag).attributes), tag


EXISTING = {("Connector", "AD"), ("Connector", "AD_Old"), ("Connection", "Old_Export"), ("Connection", "Export")}
STARRED = GeneratedNames(
    [
        GeneratedName("ExportTask", "J_Export_*_Complete_*", None, ("Connector", "Connection")),
        GeneratedName("Tile", "Tile*", None, ("number",)),
        GeneratedName("Job", "*_*", None, (None, "Connector")),
    ],
    lambda kind, name: (kind, name) in EXISTING,
)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("ExportTask", "J_Export_AD_Complete_Export", True),
        ("ExportTask", "J_Export_AD_Old_Complete_Old_Export", True),
        ("ExportTask", "J_Export_AD_Complete_Exprot", False),
        ("ExportTask", "J_Export_HR_Complete_Export", False),
        ("ExportTask", "J_Export_AD_Complete_", False),
        ("ExportTask", "J_Export__Complete_Export", False),
        ("Tile", "Tile12", True),
        ("Tile", "Tile", False),
        ("Tile", "TileA", False),
        ("Job", "x_y_AD", True),
        ("Job", "x_AD_Old", True),
        ("Job", "x_Old", False),
    ],
)
def test_stars_stand_for_names_that_exist(kind: str, name: str, expected: bool) -> None:
    assert STARRED.has(kind, name) is expected


def test_a_hole_without_argument_is_a_star_for_any_text() -> None:
    found = expand_names([("CreateAgentSynchroComplete", {})])
    assert GeneratedName("ExportTask", "*_Export_*_Complete_*", None, (None, "Connector", "Connection")) in found


def test_what_is_expanded_is_asked_for_once() -> None:
    asked = []

    def expanded() -> dict[str, dict[str, str]]:
        asked.append(1)
        return {"Job": {"A": "Maker"}}

    names = GeneratedNames([], expanded=expanded)
    assert names.made == {"Job": {"A": "Maker"}}
    assert names.made is names.made
    assert asked == [1]
    assert GeneratedNames([]).made == {}
    assert STARRED.kinds() == {"ExportTask", "Tile", "Job"}
