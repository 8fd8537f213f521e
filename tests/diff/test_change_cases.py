"""Every rule about changes has a case: two folders, whose only difference is the rule's, and on the way back its mirror's."""

from pathlib import Path

import pytest

from idmxml.diff.comparison import Comparison, compare_versions
from idmxml.diff.rules import ChangeRule, change_rules
from idmxml.diff.sources import version

CASES = Path(__file__).parent / "cases"
RULES = [pytest.param(rule, id=f"{code} {rule.name}") for code, rule in change_rules().items() if rule.before or rule.after]
# Rules about settings, whose cases are no XML: see tests/unit/diff/test_settings_changes.py.
WITHOUT_CASE = {name.name for name in change_rules().values() if all(each.startswith("Settings") for each in name.on)}


def compared(old: Path, new: Path) -> Comparison:
    return compare_versions(version(str(old), CASES), version(str(new), CASES))


@pytest.mark.parametrize("rule", RULES)
def test_case_is_judged_by_its_rule(rule: ChangeRule) -> None:
    found = compared(CASES / rule.name / "previous", CASES / rule.name / "current")
    assert [(each.code, each.klass) for each in found.changes] == [(rule.code, rule.klass)]


@pytest.mark.parametrize("rule", RULES)
def test_way_back_is_judged_by_the_mirror(rule: ChangeRule) -> None:
    found = compared(CASES / rule.name / "current", CASES / rule.name / "previous")
    assert [each.name for each in found.changes] == [rule.mirror]


@pytest.mark.parametrize("rule", RULES)
def test_page_shows_the_case(rule: ChangeRule) -> None:
    for side, text in (("previous", rule.before), ("current", rule.after)):
        shown = " ".join(text.split())
        stored = " ".join((CASES / rule.name / side / "Conf.xml").read_text(encoding="utf-8").split())
        assert shown in stored


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    names = {rule.name for rule in change_rules().values()}
    assert {each.name for each in CASES.iterdir()} == names - WITHOUT_CASE
    assert {each.split("-")[0] for each in WITHOUT_CASE} == {"connection", "other"}


def test_same_folder_twice_is_no_change() -> None:
    for each in sorted(CASES.iterdir())[:12]:
        assert compared(each / "current", each / "current").changes == ()
