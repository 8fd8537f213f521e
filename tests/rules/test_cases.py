"""Every case file: exactly what it expects is found."""

from pathlib import Path

import pytest

from idmxml.testing.rule_cases import cases_in, check_case, read_case

CASES = cases_in(Path(__file__).parent)


@pytest.mark.parametrize("name", CASES)
def test_case_finds_exactly_what_it_expects(name: str, tmp_path: Path) -> None:
    assert "\n".join(check_case(read_case(CASES[name]), tmp_path)) == ""


@pytest.mark.parametrize("name", CASES)
def test_case_shows_an_offence(name: str) -> None:
    case = read_case(CASES[name])
    own = case.select[0]
    assert [each for each in case.expected if each.code == own], "a case that expects nothing shows nothing"
