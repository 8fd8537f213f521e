"""A failure of the tool itself is told with its message, unless texts of settings were at hand where it arose."""

import pytest

from idmxml.cli.crash import told


def failure_in(part: str) -> BaseException:
    code = compile("raise ValueError('the word')", f"/lib/idmxml/{part}/code.py", "exec")
    try:
        exec(code, {})  # noqa: S102  the code above, in a file of that name
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(("part", "is_told"), [("model", True), ("settings", False), ("drivers", False), ("live", False)])
def test_messages_are_told_where_no_secret_is_at_hand(part: str, *, is_told: bool) -> None:
    text = told(failure_in(part))
    assert ("the word" in text.splitlines()[-1], text.splitlines()[-1].split(": ")[2]) == (is_told, "ValueError")
