"""Every rule about settings: the examples of its page, and its cases."""

import re
from pathlib import Path

import pytest
from settings_scenario import Scenario, found

from idmxml.checks.rule import Rule, page_text
from idmxml.checks.settings_checks import RULES

CASES = Path(__file__).parent
CASE = re.compile(r"^// case: (.+)$", re.MULTILINE)
NAMED = [pytest.param(rule, id=rule.name) for rule in RULES]


def _cases() -> list[object]:
    listed: list[object] = []
    for file in sorted(CASES.glob("*.json")):
        _, *parts = CASE.split(file.read_text(encoding="utf-8"))
        listed.extend(
            pytest.param(body, id=f"{file.stem}: {title}") for title, body in zip(parts[::2], parts[1::2], strict=True)
        )
    return listed


@pytest.mark.parametrize("rule", NAMED)
def test_bad_example_breaks_this_rule_alone(rule: Rule, tmp_path: Path) -> None:
    diagnostics = Scenario.read(rule.page.bad).check(tmp_path)
    assert {(each.code, each.severity >= rule.severity or rule.code == "IDM8040") for each in diagnostics} == {
        (rule.code, True)
    }


@pytest.mark.parametrize("rule", NAMED)
def test_good_example_is_right(rule: Rule, tmp_path: Path) -> None:
    assert Scenario.read(rule.page.good).check(tmp_path) == []


@pytest.mark.parametrize("rule", NAMED)
def test_page_shows_json(rule: Rule) -> None:
    assert "```json" in page_text(rule)


@pytest.mark.parametrize("case", _cases())
def test_case(case: str, tmp_path: Path) -> None:
    scenario = Scenario.read(case)
    diagnostics = scenario.check(tmp_path)
    assert found(diagnostics) == scenario.expected(), [(each.code, each.message) for each in diagnostics]


def test_every_rule_has_a_case_file() -> None:
    assert {file.stem for file in CASES.glob("*.json")} == {rule.name for rule in RULES}


def test_codes_are_in_the_family() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert all("IDM8001" <= code <= "IDM8099" for code in codes)


def test_case_files_show_the_rule_and_its_silence() -> None:
    codes = {rule.name: rule.code for rule in RULES}
    for file in sorted(CASES.glob("*.json")):
        cases = [Scenario.read(part) for part in CASE.split(file.read_text(encoding="utf-8"))[2::2]]
        expected = [[code for code, _path, _line in each.expected()] for each in cases]
        assert any(codes[file.stem] in each for each in expected), file.name
        assert any(codes[file.stem] not in each for each in expected), file.name


def test_wording(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> None:
    """What users read, for every case, against the text kept beside the cases."""
    lines: list[str] = []
    for file in sorted(CASES.glob("*.json")):
        for part in CASE.split(file.read_text(encoding="utf-8"))[2::2]:
            for each in Scenario.read(part).check(tmp_path_factory.mktemp("case")):
                place = f"{each.span.path}:{each.span.line}:{each.span.column}-{each.span.end_line}:{each.span.end_column}"
                lines.append(f"{each.code} {each.severity.label} {place} [{each.object}]\n  {each.message}\n  {each.hint}")
    text = "\n".join(lines) + "\n"
    kept = CASES / "wording.txt"
    if request.config.getoption("--update-golden"):
        kept.write_text(text, encoding="utf-8")
    assert text == kept.read_text(encoding="utf-8")
