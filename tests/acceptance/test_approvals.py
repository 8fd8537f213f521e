"""Accepted findings and changes: approvals with their last day, and baselines."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from command_run import MakeRepository, Run
from jsonschema import Draft202012Validator

from idmxml.facts.files import schemas_folder

BAD = '<Connection Identifier="HR" DisplayName_L1="HR" Connector="Nowhere" Package="Usercube.CSV@0000001"/>'
WORSE = BAD + '\n<Connection Identifier="AD" DisplayName_L1="AD" Connector="Nowhere" Package="Usercube.CSV@0000001"/>'
APPROVAL = '[[approve]]\ncode = "{}"\nobject = "{}"\nreason = "it comes later"\nauthor = "Ann"\n'
OBJECT = "Connection[HR]/@Connector"


def check(run: Run, root: Path) -> tuple[int, list[str], list[str]]:
    """Exit code, objects of the findings, and notes of a check."""
    outcome = run("check", "--format", "json", cwd=root)
    stored = json.loads(outcome.out)
    return outcome.code, [each["object"] for each in stored["diagnostics"]], stored["notes"]


@pytest.fixture
def code(run: Run, repository: MakeRepository) -> str:
    """The code of the rule that ``BAD`` breaks."""
    root = repository({"idmxml.toml": "", "Conf.xml": BAD})
    found = json.loads(run("check", "--format", "json", cwd=root).out)["diagnostics"]
    (only,) = [each["code"] for each in found if each["object"] == OBJECT]
    assert isinstance(only, str)
    return only


def made(repository: MakeRepository, code: str, approvals: str, conf: str = BAD) -> Path:
    return repository({"idmxml.toml": f'select = ["{code}"]\n{approvals}', "Conf.xml": conf})


@pytest.mark.parametrize(
    "words", [(None, OBJECT), ("name", OBJECT), (None, "Connection[*]/@Connector"), (None, "Connection[HR]*")]
)
def test_an_approved_finding_is_left_out(
    run: Run, repository: MakeRepository, code: str, words: tuple[str | None, str]
) -> None:
    word = code if words[0] is None else json.loads(run("explain", code, "--format", "json").out)["rules"][0]["name"]
    root = made(repository, code, APPROVAL.format(word, words[1]))
    assert check(run, root) == (0, [], [])


def test_an_approval_is_about_its_object_alone(run: Run, repository: MakeRepository, code: str) -> None:
    root = made(repository, code, APPROVAL.format(code, OBJECT), WORSE)
    assert check(run, root) == (1, ["Connection[AD]/@Connector"], [])


def test_an_approval_survives_moved_lines(run: Run, repository: MakeRepository, code: str) -> None:
    root = made(
        repository, code, APPROVAL.format(code, OBJECT), "\n\n<!-- moved -->\n" + BAD.replace(" Connector", "\n Connector")
    )
    assert check(run, root)[:2] == (0, [])


def test_an_expired_approval_counts_no_more_and_is_told(run: Run, repository: MakeRepository, code: str) -> None:
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011  the day of the machine
    root = made(repository, code, APPROVAL.format(code, OBJECT) + f"expires = {yesterday}\n")
    status, found, notes = check(run, root)
    assert (status, found) == (1, [OBJECT])
    assert notes == [f"The approval of {code} for {OBJECT}, given by Ann, expired on {yesterday}: decide anew, or remove it."]


def test_an_approval_counts_on_its_last_day(run: Run, repository: MakeRepository, code: str) -> None:
    today = date.today()  # noqa: DTZ011  the day of the machine
    assert check(run, made(repository, code, APPROVAL.format(code, OBJECT) + f"expires = {today}\n"))[:2] == (0, [])


def test_an_unused_approval_is_told(run: Run, repository: MakeRepository, code: str) -> None:
    root = made(repository, code, APPROVAL.format(code, "Connection[Gone]"))
    notes = check(run, root)[2]
    assert notes == [f"The approval of {code} for Connection[Gone] is not needed any more: nothing of the kind is found."]


def test_of_a_part_nothing_is_said_to_be_unused(run: Run, repository: MakeRepository, code: str) -> None:
    root = made(repository, code, APPROVAL.format(code, "Connection[Gone]"))
    (root / "Part").mkdir()
    (root / "Part/A.xml").write_bytes((root / "Conf.xml").read_bytes())
    assert "not needed" not in run("check", "Part", cwd=root).out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[approve]]\ncode = "IDM3001"\nreason = "x"\n', "'object' must be a text, and is needed"),
        ('[[approve]]\ncode = "IDM3001"\nobject = "x"\nreason = " "\n', "'reason' must be a text, and is needed"),
        ('[[approve]]\ncode = "a"\nobject = "x"\nreason = "x"\nexpires = "2030-01-01"\n', "'expires' must be a date"),
        ('[[approve]]\ncode = "a"\nobject = "x"\nreason = "x"\nexpire = 2030-01-01\n', "did you mean 'expires'?"),
        ('approve = "IDM3001"\n', "[[approve]]"),
    ],
)
def test_what_is_no_approval(run: Run, repository: MakeRepository, text: str, told: str) -> None:
    outcome = run("check", cwd=repository({"idmxml.toml": text, "Conf.xml": BAD}))
    assert outcome.code == 2
    assert told in outcome.err


def test_an_approval_of_no_rule_is_told(run: Run, repository: MakeRepository, code: str) -> None:
    approvals = "".join(APPROVAL.format(each, "Profile[A]") for each in ("IDC3046", "profile-removed", "IDC304", "no-rule"))
    assert check(run, made(repository, code, approvals))[2] == [
        f"The approval of {each} for Profile[A] names no rule; 'idmxml explain' lists them." for each in ("IDC304", "no-rule")
    ]


OWN_FILE = "idmxml-approvals.toml"
LEFT_OUT = "1 finding that the baseline has is left out."


def test_approvals_in_a_file_of_their_own(run: Run, repository: MakeRepository, code: str) -> None:
    """They count besides those of idmxml.toml, with it or without it, and whatever file is used in its place."""
    own = {"Conf.xml": WORSE, OWN_FILE: APPROVAL.format(code, OBJECT)}
    assert OBJECT not in check(run, repository(own | {"idmxml.toml": ""}))[1]
    assert "Connection[AD]/@Connector" in check(run, repository(own | {".git/HEAD": ""}))[1]
    root = made(repository, code, APPROVAL.format(code, "Connection[AD]/@Connector"), WORSE)
    (root / OWN_FILE).write_text(own[OWN_FILE], encoding="utf-8")
    assert check(run, root) == (0, [], [])
    (root / "other.toml").write_text(f'select = ["{code}"]', encoding="utf-8")
    found = json.loads(run("check", "--config", "other.toml", "--format", "json", cwd=root).out)
    assert [each["object"] for each in found["diagnostics"]] == ["Connection[AD]/@Connector"]


def test_the_first_approval_that_counts_is_the_one_of_the_options(run: Run, repository: MakeRepository) -> None:
    approval = '[[approve]]\ncode = "IDC3046"\nobject = "Profile[A]"\nreason = "{}"\n'
    files = {"new/idmxml.toml": approval.format("one"), f"new/{OWN_FILE}": approval.format("two"), "new/C.xml": "<Profile/>"}
    root = repository(files | {"old/idmxml.toml": "", "old/C.xml": "<Profile Identifier='A'/><Profile/>"})
    found = json.loads(run("diff", "old", "new", "--format", "json", cwd=root).out)
    assert [(each["approval"]["reason"], found["changes"]) for each in found["approved"]] == [("one", [])]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('select = ["IDM3001"]\n', "'select' is not for this file, which has [[approve]] alone; it may be for idmxml.toml"),
        ('[[approve]]\ncode = "IDM3001"\nobject = "x"\n', "[[approve]] 1: 'reason' must be a text, and is needed"),
        ("[[approve]\n", "line 1"),
    ],
)
def test_what_is_no_file_of_approvals(run: Run, repository: MakeRepository, text: str, told: str) -> None:
    outcome = run("check", cwd=repository({OWN_FILE: text, "Conf.xml": BAD}))
    assert outcome.code == 2
    assert OWN_FILE in outcome.err
    assert told in outcome.err


def test_baseline_leaves_out_what_was_there_and_nothing_new(run: Run, repository: MakeRepository, code: str) -> None:
    root = made(repository, code, "")
    outcome = run("baseline", cwd=root)
    assert (outcome.code, outcome.out) == (0, f"{root / '.idmxml/baseline.json'}: 1 finding written down.\n")
    stored = json.loads((root / ".idmxml/baseline.json").read_text(encoding="utf-8"))
    schema = json.loads((schemas_folder() / "baseline.schema.json").read_text(encoding="utf-8"))
    assert [each.message for each in Draft202012Validator(schema).iter_errors(stored)] == []
    assert check(run, root) == (0, [], [LEFT_OUT])
    text = (root / "Conf.xml").read_text(encoding="utf-8").replace(BAD, "\n\n" + WORSE)
    (root / "Conf.xml").write_text(text, encoding="utf-8")
    assert check(run, root)[:2] == (1, ["Connection[AD]/@Connector"])


def test_baseline_counts(run: Run, repository: MakeRepository, code: str) -> None:
    root = made(repository, code, "")
    assert run("baseline", cwd=root).code == 0
    text = (root / "Conf.xml").read_text(encoding="utf-8")
    (root / "Conf.xml").write_text(text.replace(BAD, BAD + BAD), encoding="utf-8")
    assert check(run, root)[:2] == (1, [OBJECT])


def test_baseline_tells_what_is_gone(run: Run, repository: MakeRepository, code: str) -> None:
    root = made(repository, code, "")
    assert run("baseline", cwd=root).code == 0
    (root / "Conf.xml").unlink()
    assert check(run, root)[2] == ["1 finding of the baseline is gone; 'idmxml baseline' drops them."]
    assert run("baseline", cwd=root).code == 0
    assert json.loads((root / ".idmxml/baseline.json").read_text(encoding="utf-8"))["findings"] == []


def test_baseline_does_not_hold_what_is_approved(run: Run, repository: MakeRepository, code: str) -> None:
    root = made(repository, code, APPROVAL.format(code, OBJECT))
    assert run("baseline", cwd=root).out.endswith("0 findings written down.\n")


@pytest.mark.parametrize(
    "baseline",
    [
        '{"format": "x"}',
        '{"format": "idmxml-baseline", "version": 1, "findings": [{"code": "IDM1", "name": "a", "object": "b", "count": -1}]}',
    ],
)
def test_a_broken_baseline(run: Run, repository: MakeRepository, baseline: str) -> None:
    root = repository({"idmxml.toml": "", "Conf.xml": BAD, ".idmxml/baseline.json": baseline})
    outcome = run("check", cwd=root)
    assert outcome.code == 2
    assert "'idmxml baseline' writes it anew" in outcome.err


@pytest.fixture
def two(repository: MakeRepository) -> Path:
    """A configuration and its next version, in which a profile is gone and another has a new name."""
    return repository(
        {
            "old/Conf.xml": '<Profile Identifier="A" DisplayName_L1="A"/><Profile Identifier="B" DisplayName_L1="B"/>',
            "new/Conf.xml": '<Profile Identifier="B" DisplayName_L1="Bee"/>',
        }
    )


def test_an_approved_change_is_set_apart(run: Run, two: Path) -> None:
    (two / "new/idmxml.toml").write_text(APPROVAL.format("profile-removed", "Profile[A]"), encoding="utf-8")
    outcome = run("diff", "old", "new", "--fail-on", "rights", cwd=two)
    assert outcome.code == 0
    assert "Profile[A]: it comes later, Ann" in outcome.out
    assert outcome.out.endswith("1 change: 1 cosmetic; 1 more approved.\n")
    stored = json.loads(run("diff", "old", "new", "--format", "json", cwd=two).out)
    assert [each["approval"]["reason"] for each in stored["approved"]] == ["it comes later"]
    assert stored["summary"]["approved"] == 1


def test_expired_and_unused_approvals_of_changes_are_told(run: Run, two: Path) -> None:
    text = (
        APPROVAL.format("IDC3001", "Profile[A]") + APPROVAL.format("profile-removed", "Profile[A]") + "expires = 2020-01-01\n"
    )
    (two / "new/idmxml.toml").write_text(text + APPROVAL.format("IDM3001", "Profile[A]"), encoding="utf-8")
    outcome = run("diff", "old", "new", "--fail-on", "rights", cwd=two)
    assert outcome.code == 1
    assert [line for line in outcome.out.splitlines() if line.startswith("note")] == [
        "note: The approval of IDC3001 for Profile[A] is not needed any more: nothing of the kind is found.",
        "note: The approval of profile-removed for Profile[A], given by Ann, expired on 2020-01-01: decide anew, or remove it.",
    ]


def test_an_approval_of_one_attribute(run: Run, two: Path) -> None:
    (two / "new/idmxml.toml").write_text(APPROVAL.format("text-changed", "Profile[B]/@DisplayName_L1"), encoding="utf-8")
    assert "1 change: 1 rights; 1 more approved." in run("diff", "old", "new", cwd=two).out
