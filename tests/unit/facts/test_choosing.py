"""Choosing packages: by technology, by what they export, by how they provision."""

import pytest

from idmxml.facts.choosing import EXPORTS, PROVISIONINGS, Wish, choose, knows_technology, technologies, technology_words
from idmxml.facts.packages import catalogue


@pytest.mark.parametrize("export", [*EXPORTS, None])
@pytest.mark.parametrize("provisioning", [*PROVISIONINGS, None])
@pytest.mark.parametrize("technology", ["ldap", "servicenow", None])
def test_every_package_has_one_verdict(technology: str | None, export: str | None, provisioning: str | None) -> None:
    found = choose(Wish(technology, export, provisioning))
    judged = [each.package for each in (*found.fitting, *found.others)]
    assert sorted(map(id, judged)) == sorted(map(id, catalogue()))
    assert all(each.against for each in found.others)
    for each in found.fitting:
        assert each.package.identifier
        assert each.package.status == "current"
        assert export in {None, "none"} or each.package.exports
        assert provisioning in {None, "none"} or each.package.provisioning == provisioning


def test_incremental_means_that_it_is_documented_or_disputed() -> None:
    found = choose(Wish(None, "incremental", None)).fitting
    assert all(each.package.incremental or each.package.incremental_disputed for each in found)
    assert all(each.remarks for each in found if each.package.incremental_disputed)


def test_more_than_asked_for_is_remarked() -> None:
    (best, *_others) = choose(Wish("activedirectory", "none", "automatic")).fitting
    assert best.remarks == ('it exports too; switch that off with DeactivationExportFulfill="Export"',)


def test_words_for_technologies() -> None:
    assert all(
        knows_technology(word) for word in (*technologies(), *technology_words(), "Entra", "SQL Server", "Usercube.AD@0000001")
    )
    assert not knows_technology("quantum")
    assert not knows_technology("")


def test_no_pair_for_half_a_wish() -> None:
    assert choose(Wish("csv", "none", "automatic")).pair is None
    assert choose(Wish("sql", "complete", "automatic")).pair is None
