"""Formats of mapped properties: as the reference tells them, by system and by type."""

from pathlib import Path

import pytest

from idmxml.facts.formats import format_name, formats

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "elements" / "connectors.yaml"
SYSTEMS = {"AD, LDAP, OpenLDAP": "openldap", "ServiceNow": "servicenow"}


def test_a_family_is_found_by_technology() -> None:
    assert [each.called for each in map(formats().family, ("activedirectory", "ldap", "servicenow")) if each] == [
        "Active Directory and LDAP",
        "Active Directory and LDAP",
        "ServiceNow",
    ]
    assert formats().family("csv") is None
    assert formats().family(None) is None


@pytest.mark.parametrize(
    ("value", "name", "spelling"),
    [("bit:a:2", "bit", "Bit"), ("1601DATE", "1601date", "1601Date"), (" Guid ", "guid", "Guid"), ("Text", "text", None)],
)
def test_names_are_compared_without_case_and_parameters(value: str, name: str, spelling: str | None) -> None:
    assert (format_name(value), formats().spelling(name)) == (name, spelling)


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the reference facts are not here")
@pytest.mark.parametrize("system", SYSTEMS)
def test_formats_and_types_are_those_of_the_reference(system: str) -> None:
    import yaml

    mapped = next(
        each
        for each in yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))
        if each["element"] == "Property" and each["parents"] == ["EntityTypeMapping"]
    )
    stated = next(each["formats"] for each in mapped["attributes"] if each["name"] == "Format")[system]
    family = formats().family(SYSTEMS[system])
    assert family is not None
    assert {name: list(types) for name, types in family.types.items()} == {
        format_name(name): types for name, types in stated.items()
    }
