"""The catalogue of packages as the checks see it."""

from idmxml.facts.packages import catalogue, packages


def test_a_package() -> None:
    csv = packages()["Usercube.CSV@0000001"]
    assert (csv.exports, csv.fulfills, csv.status, csv.replaced_by) == (True, False, "current", None)


def test_identifiers_are_unique_whatever_their_case() -> None:
    names = [each.identifier for each in catalogue() if each.identifier]
    assert len({name.casefold() for name in names}) == len(names) == len(packages())


def test_a_successor_is_a_package_that_is_not_retired() -> None:
    retired = [each for each in catalogue() if each.status == "retired"]
    assert retired
    for each in retired:
        assert each.replaced_by is None or packages()[each.replaced_by].status != "retired"
