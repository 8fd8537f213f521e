"""``idmxml package list``, ``show`` and ``choose``."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_run import Golden, Outcome, Run
from jsonschema import Draft202012Validator

from idmxml.cli import asking
from idmxml.facts.packages import catalogue

ROOT = Path(__file__).parents[2]
IDENTIFIERS = [each.identifier for each in catalogue() if each.identifier]


def read(outcome: Outcome, name: str) -> Any:
    assert outcome.code == 0, outcome.err
    stored = json.loads(outcome.out)
    Draft202012Validator(json.loads((ROOT / f"schemas/{name}.schema.json").read_text(encoding="utf-8"))).validate(stored)
    return stored


def fitting(run: Run, *words: str) -> list[str]:
    stored = read(run("package", "choose", *words, "--format", "json"), "package-choice")
    return [each["package"]["identifier"] for each in stored["fitting"]]


def test_list(run: Run, golden: Golden) -> None:
    golden("package/list.txt", run("package", "list").out)
    stored = read(run("package", "list", "--format", "json"), "package-list")
    assert len(stored["packages"]) == len(catalogue()) == 53


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_show(identifier: str, run: Run) -> None:
    assert run("package", "show", identifier).out.startswith(f"{identifier}\n")
    stored = read(run("package", "show", identifier, "--format", "json"), "package-show")
    assert stored["package"]["identifier"] == identifier
    assert (stored["settings_schema"] is None) is (stored["package"]["settings"] is None)


def test_show_as_people_see_it(run: Run, golden: Golden) -> None:
    golden("package/show-okta.txt", run("package", "show", "directory/okta").out)


@pytest.mark.parametrize("word", ["CVS", "Usercube.CVS@0000001", "usercube.csv@000001"])
def test_an_unknown_package_offers_the_nearest(word: str, run: Run) -> None:
    outcome = run("package", "show", word)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"idmxml: no package '{word}'; did you mean 'Usercube.CSV@0000001'?\n"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("--technology", "csv", "--export", "both"), "Usercube.CSV@0000001"),
        (("--technology", "Active Directory", "--export", "incremental"), "Usercube.AD@0000001"),
        (("--technology", "servicenow", "--provisioning", "manual"), "Usercube.SnowTicket@0000001"),
        (("--technology", "servicenow", "--export", "complete"), "Usercube.ServiceNow@0000001"),
        (("--technology", "entra", "--export", "both", "--provisioning", "automatic"), "Usercube.AzureAD@0000001"),
        (
            (
                "--technology",
                "postgresql",
            ),
            "Usercube.SQL.PostgreSQL@0000001",
        ),
        (
            (
                "--technology",
                "salesforce",
            ),
            "Usercube.SCIM.Salesforce@0000001",
        ),
    ],
)
def test_the_best_comes_first(words: tuple[str, ...], first: str, run: Run) -> None:
    assert fitting(run, *words)[0] == first


def test_every_package_fits_or_says_why_not(run: Run) -> None:
    stored = read(run("package", "choose", "--technology", "ldap", "--export", "both", "--format", "json"), "package-choice")
    assert len(stored["fitting"]) + len(stored["others"]) == 53
    reasons = {each["package"]["identifier"]: each["reasons"] for each in stored["others"]}
    assert reasons["Usercube.LDAP.Apache@0000001"] == ["it can't export incrementally"]
    assert reasons["Usercube.CSV.Complete@0000001"] == [
        "it is for csv",
        "it can't export incrementally",
        "it is retired; use Usercube.CSV@0000001",
    ]


def test_retired_packages_never_fit(run: Run) -> None:
    retired = {each.identifier for each in catalogue() if each.status == "retired"}
    assert retired
    assert retired.isdisjoint(fitting(run, "--technology", "any"))


def test_what_has_to_be_switched_off_is_said(run: Run, golden: Golden) -> None:
    golden("package/choose-ad.txt", run("package", "choose", "--technology", "ad", "--provisioning", "none").out)


def test_two_connections_when_no_package_does_both(run: Run, golden: Golden) -> None:
    words = ("--technology", "sql", "--export", "complete", "--provisioning", "manual")
    stored = read(run("package", "choose", *words, "--format", "json"), "package-choice")
    assert stored["fitting"] == []
    assert stored["pair"]["export"]["technology"] == "sql"
    assert stored["pair"]["provisioning"]["identifier"] == "Usercube.Manual@0000001"
    golden("package/choose-pair.txt", run("package", "choose", *words).out)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--technology", "sapp"),
        ("--technology", "quantum"),
        ("--export", "some"),
        ("--technology", "ad", "--format", "html"),
    ],
)
def test_wrong_calls(words: tuple[str, ...], run: Run) -> None:
    outcome = run("package", "choose", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err


def test_a_misspelt_technology_offers_the_nearest(run: Run) -> None:
    assert "did you mean 'ServiceNow'?" in run("package", "choose", "--technology", "ServiceNoww").err


def test_questions_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr("idmxml.cli.package_choose_command.is_terminal", lambda: True)
    monkeypatch.setattr(asking, "is_terminal", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("okta\nboth\nautomatic\n"))
    outcome = run("package", "choose")
    assert outcome.out.startswith("Fit, best first:\n  1. Usercube.Okta@0000001")
    assert "What does it talk to" in outcome.err


def test_no_name_is_no_package(run: Run) -> None:
    outcome = run("package", "show", "")
    assert (outcome.code, outcome.out, outcome.err) == (2, "", "idmxml: no package ''; see 'idmxml package list'\n")
