"""Every rule has a page whose examples are true, a case file, and a code and name of its own."""

import re
from pathlib import Path

import pytest

from idmxml.checks.registry import rules
from idmxml.checks.rule import Rule
from idmxml.diagnostics import Severity
from idmxml.testing.rule_cases import cases_in, check_example, codes_of

FOLDER = Path(__file__).parent
TESTS = FOLDER.parent
CASES = cases_in(FOLDER)
COMMENT_ALONE = re.compile(r"\s*<!--(?:(?!-->).)*-->\s*", re.DOTALL)

# Rules whose examples no XML text can show, each with the test that shows them.
SHOWN_ELSEWHERE = {
    "IDM0001": "acceptance/test_hard_files.py::test_a_folder_without_rights",
    "IDM0004": "acceptance/test_hard_files.py::test_a_huge_file",
    "IDM0005": "acceptance/test_hard_files.py::test_latin_1_that_claims_to_be_utf_8",
    "IDM3009": "acceptance/test_max_age.py::test_old_schema_is_a_warning",
    "IDM0010": "unit/checks/test_engine.py::test_a_rule_that_fails_is_told_at_its_place",
}
# Rules that no case file can show, each with the reason.
WITHOUT_CASE = {
    "IDM0001": "rights are no content of a file",
    "IDM3009": "time passes beside every file",
    "IDM0010": "no input makes a rule fail, else it would be mended",
}


def _is_shown(rule: Rule) -> bool:
    return not COMMENT_ALONE.fullmatch(rule.page.bad)


def _is_json(rule: Rule) -> bool:
    return not rule.page.bad.lstrip().startswith("<")


XML_RULES = [pytest.param(rule, id=f"{code} {rule.name}") for code, rule in rules().items() if not _is_json(rule)]
SHOWN = [each for each in XML_RULES if _is_shown(each.values[0])]  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", SHOWN)
def test_bad_example_breaks_the_rule(rule: Rule, tmp_path: Path) -> None:
    assert rule.code in codes_of(check_example(rule.page.bad, tmp_path))


@pytest.mark.parametrize("rule", SHOWN)
def test_good_example_breaks_no_rule(rule: Rule, tmp_path: Path) -> None:
    found = check_example(rule.page.good, tmp_path)
    assert [each.message for each in found if each.code == rule.code or each.severity is Severity.ERROR] == []


def test_examples_that_can_not_be_shown_are_shown_by_a_test() -> None:
    hidden = {code for code, rule in rules().items() if not _is_shown(rule)}
    assert hidden == set(SHOWN_ELSEWHERE)


@pytest.mark.parametrize("code", SHOWN_ELSEWHERE)
def test_the_test_that_shows_it_exists_and_names_the_code(code: str) -> None:
    path, _, name = SHOWN_ELSEWHERE[code].partition("::")
    text = (TESTS / path).read_text(encoding="utf-8")
    body = re.search(rf"^def {name}\(.*?(?=^def |^@|\Z)", text, re.MULTILINE | re.DOTALL)
    assert body is not None
    assert code in body[0]


def test_every_rule_has_one_case_and_every_case_a_rule() -> None:
    expected = {rule.name for code, rule in rules().items() if code not in WITHOUT_CASE and not _is_json(rule)}
    names = [name.partition("/")[2] for name in CASES]
    assert sorted(names) == sorted(expected)


def test_codes_and_names_are_unique() -> None:
    names = [rule.name for rule in rules().values()]
    assert sorted(set(names)) == sorted(names)
    assert [rule.code for rule in rules().values()] == sorted(rules())


@pytest.mark.parametrize("rule", [pytest.param(rule, id=code) for code, rule in rules().items()])
def test_page_speaks_in_sentences(rule: Rule) -> None:
    for text in (rule.page.summary, rule.page.why):
        assert text.endswith((".", "!", "?"))
        assert text[0].isupper() or text.startswith("``") or not text[0].isalpha()
