"""Password reset settings: expressions that can be read, and lengths that are kept."""

import re
from collections.abc import Iterator

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.settings.regular_expressions import certain_fault
from idmxml.source.entry import Entry

QUOTED = re.compile(r"\s*'(?P<pattern>.*?)'\s*(?:,|$)", re.DOTALL)
# The counts of characters of a generated password, with the number that is taken for one that is not given.
COUNTS = {
    "GeneratedDigitCharsCount": 2,
    "GeneratedLowerCaseCharsCount": 6,
    "GeneratedSymbolCharsCount": 2,
    "GeneratedUpperCaseCharsCount": 2,
}


@rule("IDM3252", "exceeded-password-length", Severity.INFO, on="PasswordResetSettings", touch=frozenset({"GeneratedLength"}))
def exceeded_password_length(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A generated password is longer than GeneratedLength says.

    Why: when the counts of digits, lower-case and upper-case letters and symbols add up to more, their sum is the length. A
    count that is left out has a default.

    Bad:
        <PasswordResetSettings Identifier="Generated" Mode="0" AutoGenerate="true" GeneratedLength="8" GeneratedDigitCharsCount="4"/>

    Good:
        <PasswordResetSettings Identifier="Generated" Mode="0" AutoGenerate="true" GeneratedLength="14" GeneratedDigitCharsCount="4"/>
    """
    length = _number(entry.get("GeneratedLength"))
    counts = [_number(entry.get(name)) if entry.get(name) else default for name, default in COUNTS.items()]
    if length is None or not entry.flag("AutoGenerate") or None in counts:
        return
    total = sum(each for each in counts if each is not None)
    if total > length:
        message = f"generated passwords have {total} characters, not {length}: so many do the four counts ask for"
        hint = f'write GeneratedLength="{total}", or lower the counts'
        yield Finding(entry, message, "GeneratedLength", hint)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\s*\d{1,6}\s*", text) else None


@rule("IDM3253", "broken-strength-check", on="PasswordResetSettings", touch=frozenset({"StrengthCheck"}))
def broken_strength_check(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An expression of StrengthCheck is no regular expression.

    Why: generated passwords are tested with it, and a test that can't be read fails each time.

    Bad:
        <PasswordResetSettings Identifier="Generated" Mode="0" AutoGenerate="true" StrengthCheck="'^.{12,}$','[0-9'"/>

    Good:
        <PasswordResetSettings Identifier="Generated" Mode="0" AutoGenerate="true" StrengthCheck="'^.{12,}$','[0-9]'"/>
    """
    value = entry.get("StrengthCheck") or ""
    position = 0
    while match := QUOTED.match(value, position):
        fault = certain_fault(match["pattern"])
        if fault is not None:
            start = match.start("pattern") + fault.start
            message = f"'{match['pattern']}' is no regular expression: {fault.message}"
            part = (start, start + fault.length)
            yield Finding(entry, message, "StrengthCheck", hint="correct the expression", part=part)
        if match.end() == position:
            return
        position = match.end()
