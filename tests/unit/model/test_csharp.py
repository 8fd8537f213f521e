"""C# code to what the rules look at."""

import subprocess
import sys
from pathlib import Path

import pytest

from idmxml.model.csharp import is_expression, read_body
from idmxml.model.csharp_brackets import first_open_end
from idmxml.model.csharp_values import PARAMETER, Fault, Free, Item, Member, Use

VALID = (Path(__file__).parent / "valid_csharp.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n===\n")
# What must stand in a line of its own, or ends with the line.
ENDS_WITH_LINE = ('"""', "#", "//")
TEXT = "write text in double quotes, &quot; in the attribute"
QUOTE = 'end it with a quote; a quote inside a string is written \\"'
NEAR = "look for a missing ';', bracket, quote or operator near it"
# Code with a fault, and what is said of it: the message, the hint and the text it is at.
WRONG = {
    "return (user.Name;": ("'(' is never closed", "write the ')' that belongs to it", "("),
    "return user.Name);": ("')' closes nothing", "remove it, or write what it should close", ")"),
    "if (a[1) { return 1; }": ("'[' is not closed before ')'", "write the ']' that belongs to it", "["),
    'return "abc;': ("the string that begins here is not closed", QUOTE, '"'),
    'return $"{user.Name";': ("the string that begins here is not closed", QUOTE, '"'),
    "return 'x;": ("the character that begins here is not closed", TEXT, "'"),
    "return 'abc';": ("'abc' is more than one character", TEXT, "'abc'"),
    "/* open return 1;": ("the comment that begins here is not closed", "end it with */", "/"),
    "return user.Name": ("';' is missing after 'Name'", "write ';' here", "Name"),
    "return user.Name != null": ("';' is missing after 'null'", "write ';' here", "null"),
    "return user.Name +;": ("an expression is missing after '+'", "write an expression here", "+"),
    "var é = 1; return user.Name ?? ;": ("an expression is missing after '??'", "write an expression here", "??"),
    "return user Name;": ("this is no C#: 'user Name'", NEAR, "user Name"),
    "return “x”;": ("this is no C#: '“'", "write straight quotes, as &quot; in the attribute", "“"),
    "return 1;\nvar x = 'é' + ];": ("']' closes nothing", "remove it, or write what it should close", "]"),
}


@pytest.mark.parametrize("code", VALID)
def test_valid_code_has_no_fault(code: str) -> None:
    body = read_body(code, "user")
    assert (body.fault, body.returns, body.comment, first_open_end(code)) == (None, True, None, None)


@pytest.mark.parametrize("code", [each for each in VALID if not any(mark in each for mark in ENDS_WITH_LINE)])
def test_valid_code_in_one_line_has_no_fault(code: str) -> None:
    """A reader of XML makes spaces of line breaks that are written as such."""
    assert read_body(code.replace("\n", " "), "user").fault is None


@pytest.mark.parametrize("code", WRONG)
def test_a_fault_is_told_at_its_place(code: str) -> None:
    fault = read_body(code, "user").fault
    assert fault is not None
    assert (fault.message, fault.hint, code[fault.start : fault.end]) == WRONG[code]


def test_broken_code_is_never_too_much() -> None:
    outside = []
    for code in VALID:
        for end in range(1, len(code), 7):
            for broken in (code[:end], code[end:], code[:end] + code[end + 1 :]):
                fault = read_body(broken, "user").fault
                if fault is not None and not 0 <= fault.start <= fault.end <= len(broken):
                    outside.append((broken, fault))
    assert outside == []


def _accesses(code: str) -> list[tuple[str, str]]:
    return [(code[each.start : each.end], each.name) for each in read_body(code, "user").members]


def test_members_are_told_in_order_with_their_places() -> None:
    code = 'return "é" + user?.A.B(x => x.C) + $"{user.D}";'
    assert _accesses(code) == [(name, name) for name in "ABCD"]


def test_values_are_followed_through_variables_loops_and_lambdas() -> None:
    code = "var all = user.Records; foreach (var r in all.Where(q => q.Active)) { return r.Name; } return null;"
    records = Member(PARAMETER, "Records", 15, 22)
    active = Member(Item(records), "Active", 59, 65)
    where = Member(records, "Where", 46, 51, called=True, result=active)
    name = Member(Item(where), "Name", 79, 83)
    assert read_body(code, "user").members == (records, where, active, name)


def test_an_operand_before_a_conditional_access_is_the_last_one() -> None:
    members = read_body('return "a" + user?.A?.B;', "user").members
    first = Member(PARAMETER, "A", 19, 20, conditional=True)
    assert members == (first, Member(first, "B", 22, 23, conditional=True))


def test_a_variable_of_several_values_is_not_followed() -> None:
    members = read_body("var x = other ?? user?.A; return x.B;", "user").members
    assert [type(each.receiver).__name__ for each in members] == ["Parameter", "Unknown"]


def test_a_name_that_hides_the_parameter_is_not_the_parameter() -> None:
    members = read_body("Func<string, int> f = user => user.Length; return f(user.Name);", "user").members
    assert [(each.name, each.receiver == PARAMETER) for each in members] == [("Length", False), ("Name", True)]


def test_calls_are_told_by_name() -> None:
    code = "int f(int a) => a; return f(1) + System.Convert.ToInt32(new Foo<X>(1, 2)) + q.Select<A>();"
    assert read_body(code, "user").uses == (
        Use("f", 26, 27, 1, declared=True),
        Use("System.Convert.ToInt32", 33, 55, 1),
        Use("q.Select", 76, 87, 0, type_arguments=(("A", 85, 86),)),
        Use("Foo", 60, 66, 2, creates=True, type_arguments=(("X", 64, 65),)),
    )


def test_services_are_names_from_outside() -> None:
    assert read_body("return queryHandler.Select<A>();", "user").members[0].receiver == Free("queryHandler")


def test_values_compared_with_null_are_known_by_their_text() -> None:
    code = "if (user?.A != null && user.B is null) return 1; return user.C == 1;"
    assert read_body(code, "user").checked >= {"user.B"}
    assert any(each.endswith("user.A") for each in read_body(code, "user").checked)


@pytest.mark.parametrize(
    ("code", "returns"),
    [
        ("return 1;", True),
        ("throw x;", True),
        ("if (a) { return 1; }", True),
        ("var x = 1;", False),
        ("", False),
        ("Func<int> f = () => { return 1; };", False),
        ("int f() { return 1; }", False),
    ],
)
def test_only_the_code_itself_returns(code: str, *, returns: bool) -> None:
    assert read_body(code, None).returns is returns


def test_a_comment_that_hides_code_is_found() -> None:
    assert read_body("var x = 1; // then return x;", "user").comment == 11
    assert read_body("if (a) { // first   return 1; }", "user").comment == 9
    assert read_body("return 1; // return 2;", "user").comment is None
    assert read_body("return (1; // done;", "user").comment is None


@pytest.mark.parametrize(("code", "alone"), [("user.Name", True), ("a + b;", True), ("var x = 1", False), ("a b", False)])
def test_an_expression_lacks_only_return(code: str, *, alone: bool) -> None:
    assert is_expression(code) is alone


def test_brackets_in_strings_and_comments_do_not_count() -> None:
    code = 'f("(" + @"[""{" + $"{{ {a["]"]} (" + \'{\' + """( " (""" /* ( */); // {'
    assert first_open_end(code) is None
    assert first_open_end(code + "\n)") == Fault("')' closes nothing", "remove it, or write what it should close", 70, 71)


def test_code_too_deep_to_follow_is_left_alone() -> None:
    for code in (
        f"return user{'.Next' * 5_000};",
        f"return {'(' * 5_000}user{')' * 5_000};",
        f"return user{'?.Next()' * 5_000};",
    ):
        assert read_body(code, "user").fault is None
        assert read_body(code, "user").returns


def test_the_grammar_is_not_loaded_before_it_is_needed() -> None:
    script = "import sys, idmxml.checks.registry as r; r.rules(); print([m for m in sys.modules if 'tree_sitter' in m])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
