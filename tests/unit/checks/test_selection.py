"""Words of users to rules."""

import pytest

from idmxml.checks.registry import rules
from idmxml.checks.selection import active_codes, codes_of
from idmxml.errors import UsageError

EVERY = frozenset(rules())


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("IDM3103", {"IDM3103"}),
        (" idm3103 ", {"IDM3103"}),
        ("unknown-package", {"IDM3103"}),
        ("Unknown-Package", {"IDM3103"}),
        ("IDM000", {code for code in EVERY if code.startswith("IDM000")}),
        ("IDM", EVERY),
    ],
)
def test_words(word: str, codes: frozenset[str]) -> None:
    assert codes_of(word) == codes


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("IDM31O3", None),
        ("unknown-pakage", "no rule 'unknown-pakage'; did you mean 'unknown-package'?"),
        ("xyz", "no rule 'xyz'; 'idmxml explain' lists all rules"),
        ("", "no rule ''; 'idmxml explain' lists all rules"),
        ("ID", "no rule 'ID'; 'idmxml explain' lists all rules"),
        ("IDM31033", None),
    ],
)
def test_words_that_stand_for_nothing(word: str, message: str | None) -> None:
    with pytest.raises(UsageError) as raised:
        codes_of(word)
    assert message is None or str(raised.value) == message


def test_selected_without_ignored_and_switched_off() -> None:
    assert active_codes((), ()) == EVERY
    assert active_codes(("IDM310",), ("unknown-package",), ("IDM3101",)) == {
        code for code in EVERY if code.startswith("IDM310")
    } - {"IDM3103", "IDM3101"}
    assert active_codes((), ("IDM",)) == frozenset()
    assert active_codes(("IDM3103",), ("IDM3103",)) == frozenset()
