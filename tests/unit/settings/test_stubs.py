"""Stubs of sections: all a package requires, secrets apart, and nothing else."""

import pytest

from idmxml.facts.packages import packages
from idmxml.settings.pages import Page, page_of
from idmxml.settings.stubs import stub_of

WITH_SETTINGS = [each for each in packages() if (page := page_of(each)) is not None and page.section != "superfluous"]


def _page(package: str) -> Page:
    page = page_of(package)
    assert page is not None
    return page


@pytest.mark.parametrize("package", WITH_SETTINGS)
def test_required_settings_are_there(package: str) -> None:
    stub = stub_of("C1", package)
    assert stub.plain is not None
    given = {*stub.plain, *(stub.encrypted or {})}
    assert set(_page(package).root.schema.get("required", ())) <= given


@pytest.mark.parametrize("package", WITH_SETTINGS)
def test_no_credential_stands_in_the_open(package: str) -> None:
    stub = stub_of("C1", package)
    shape = _page(package).root
    for name in stub.plain or {}:
        below = shape.below(name)
        assert below is None or below.schema.get("x-idmxml-credential") not in {"value", "part"}
    assert bool(stub.encrypted) is bool(stub.secrets)


def test_a_secret_inside_a_list_keeps_its_place() -> None:
    stub = stub_of("C1", "Usercube.OpenLDAP@0000001")
    assert stub.plain == {"Server": "<Server>", "DistinguishedName": "<DistinguishedName>", "Filter": "<Filter>"}
    assert stub.encrypted == {"Login": "<Login>", "Password": "<Password>"}
    assert stub.secrets == ("Login", "Password")


def test_what_the_package_decides_is_decided() -> None:
    plain = stub_of("C1", "Usercube.SCIM.Salesforce@0000001").plain
    assert plain is not None
    assert plain["ScimSyntax"] == "Salesforce"
    tables = stub_of("C1", "Usercube.LDAP@0000001").plain
    assert tables is not None
    assert tables["Tables"][0]["Table"] == "entries"


@pytest.mark.parametrize("package", ["Usercube.Manual@0000001", "Usercube.Custom@0000001", "Vendor.Unknown@1"])
def test_packages_without_settings(package: str) -> None:
    assert stub_of("C1", package).plain is None
