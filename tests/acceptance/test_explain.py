"""``idmxml explain``: the page of a rule, and the list of all."""

import json

import pytest
from command_run import Run

from idmxml.checks.registry import rules
from idmxml.checks.rule import page_text


@pytest.mark.parametrize("word", ["IDM3103", "idm3103", "unknown-package"])
def test_a_page(word: str, run: Run) -> None:
    outcome = run("explain", word)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == page_text(rules()["IDM3103"])
    assert outcome.out.startswith("# IDM3103 unknown-package (error)\n\nA connection names a package that does not exist.\n")


def test_the_list_of_all_rules(run: Run) -> None:
    lines = run("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == list(rules())
    assert "IDM2004  warning  underscore-in-connection: The identifier of a connection holds an underscore." in lines


def test_the_beginning_of_codes_lists_them(run: Run) -> None:
    assert [line.split()[0] for line in run("explain", "IDM200").out.splitlines()] == [
        code for code in rules() if code.startswith("IDM200")
    ]


def test_json(run: Run) -> None:
    found = json.loads(run("explain", "IDM3103", "--format", "json").out)
    assert (found["format"], found["version"]) == ("idmxml-rules", 1)
    (page,) = found["rules"]
    assert list(page) == ["code", "name", "severity", "summary", "why", "bad", "good"]
    assert (page["code"], page["severity"]) == ("IDM3103", "error")
    assert len(json.loads(run("explain", "--format", "json").out)["rules"]) == len(rules())


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("IDM9999", "no rule 'IDM9999'"),
        ("unknown-pakage", "no rule 'unknown-pakage'; did you mean 'unknown-package'?"),
    ],
)
def test_an_unknown_code(word: str, message: str, run: Run) -> None:
    outcome = run("explain", word)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"idmxml: {message}")
