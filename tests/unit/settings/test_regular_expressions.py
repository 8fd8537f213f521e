"""What is certainly wrong in a regular expression of .NET, and what only looks wrong."""

import pytest

from idmxml.checks.settings_elements import quoted_list
from idmxml.settings.regular_expressions import Fault, certain_fault

RIGHT = (
    "",
    "^.{12}.*$",
    "^.*[^A-Za-z0-9].*$",
    r"(?<n>a)\k<n>",
    r"(?'n'a)",
    "[a-z-[aeiou]]",
    "(?i)abc",
    "(?i:abc)+",
    "(?>a+)b",
    "(?<=a+)b",
    "(?(a)b|c)",
    r"\p{Lu}{2,}?",
    "a{,3}",
    "a{b}",
    "[]a]",
    "[^]a]",
    r"(?=.*\d)(?!.*\s)^*a",
    "[,-z-a]",
    r"[\u00FF-A]",
    "()*",
    r"\[\(",
    r"\_\-\é",
    r"\\h",
    "(?x) a # ( a comment",
)
WRONG = {
    "^.*[0-9.*$": Fault("the [ is never closed", 3),
    "a(b": Fault("the ( is never closed", 1),
    "a)": Fault("the ) was never opened", 1),
    "a\\": Fault("it ends with a lone backslash", 1),
    "*a": Fault("* repeats nothing", 0),
    "a**": Fault("* repeats nothing", 2),
    "a|+?": Fault("+? repeats nothing", 2, 2),
    "(?:{2}a)": Fault("{2} repeats nothing", 3, 3),
    f"a{{{'9' * 5000},1}}": Fault("the least number of repetitions is above the greatest", 1, 5004),
    "a{3,2}": Fault("the least number of repetitions is above the greatest", 1, 5),
    "[0-9z-a]": Fault("the range z-a runs backwards", 4, 3),
    r"a\hb": Fault(r"\h means nothing", 1, 2),
    r"[a\y]": Fault(r"\y means nothing", 2, 2),
    "[^b-a]": Fault("the range b-a runs backwards", 2, 3),
}


@pytest.mark.parametrize("pattern", RIGHT)
def test_nothing_is_said_of_what_may_be_right(pattern: str) -> None:
    assert certain_fault(pattern) is None


@pytest.mark.parametrize("pattern", WRONG)
def test_a_fault_is_told_at_its_place(pattern: str) -> None:
    assert certain_fault(pattern) == WRONG[pattern]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("'a','b'", [("a", 1), ("b", 5)]),
        (" 'a' , 'b' ", [("a", 2), ("b", 8)]),
        ("'x{1,2}'", [("x{1,2}", 1)]),
        ("'a'b'", [("a'b", 1)]),
        ("''", [("", 1)]),
        ("a,b", None),
        ("'a", None),
        ("'a',", None),
        (",'a'", None),
    ],
)
def test_a_list_in_single_quotes(value: str, expected: list[tuple[str, int]] | None) -> None:
    found = quoted_list(value)
    assert (None if found is None else [tuple(each) for each in found]) == expected
