"""Expressions that are predefined functions, and those that are none of the three forms."""

import re
from collections.abc import Iterator
from typing import Final

from idmxml.checks.expression_uses import Subject
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.expressions import Function, functions, names_of
from idmxml.model.names import closest
from idmxml.model.part import Part
from idmxml.phrases import counted, did_you_mean

FORMS: Final = "write C#:parameter:code, Literal:value, or the name of a predefined function such as ToUpper"
LIKE_CODE: Final = re.compile(r"\breturn\b|;\s*$")
PREFIX: Final = re.compile(r"\s*C#", re.IGNORECASE)
WHOLE_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]+\s*")
QUOTED: Final = re.compile(r"\\.|'[^']*'|\"[^\"]*\"", re.DOTALL)
LETTER: Final = re.compile(r"[A-Za-z]")
WORDS: Final = re.compile(r"\b(?:UTC|GMT)\b")
KINDS: Final = {"time-zone": "time zone", "date-format": "date format", "minutes": "added minutes"}


@rule("IDM5101", "unreadable-expression")
def unreadable_expression(subject: Subject, _context: Context) -> Iterator[Finding]:
    """An expression is neither C#, nor a literal, nor a predefined function.

    Why: the product tells the three forms apart by their beginning, and takes no other: ``C#:parameter:code``,
    ``Literal:value``, or the name of a predefined function. C# without its prefix is at most a warning, since one documented
    example leaves it out.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="person.Name"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return person?.Name;"/>
    """
    if PREFIX.match(subject.value):
        yield subject.finding(
            "the prefix C# is not followed by a colon", "write C#:parameter:code", (0, subject.value.index("#") + 1)
        )
    elif LIKE_CODE.search(subject.value):
        hint = "begin it with C#: and the name of the parameter, as in C#:person:return …;"
        yield subject.finding("this looks like C# without the prefix C#:", hint, severity=Severity.WARNING)
    else:
        yield subject.finding(f"'{_shortened(subject.value)}' is no expression", FORMS)


def _shortened(value: str) -> str:
    return value if len(value) <= 40 else value[:40].rstrip() + "…"


@rule("IDM5102", "unknown-function")
def unknown_function(subject: Subject, _context: Context) -> Iterator[Finding]:
    """An expression names a predefined function that does not exist.

    Why: the product has a fixed list of functions, and their names are written exactly as documented.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true" FlexibleComparisonExpression="Simplfy"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true" FlexibleComparisonExpression="Simplify"/>
        </EntityType>
    """
    name = subject.expression.name
    if name is not None and name.text not in functions():
        near = closest(name.text, functions())
        hint = did_you_mean(near) or FORMS
        yield subject.finding(f"no predefined function is named '{name.text}'", hint, name.span, near)


def _called(subject: Subject) -> Function | None:
    name = subject.expression.name
    return functions().get(name.text) if name is not None else None


@rule("IDM5103", "function-arguments")
def function_arguments(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A predefined function is given too many or too few arguments.

    Why: the first argument is passed by the product; the others stand after a colon, parted by ``|``, and all of them are
    needed.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Hired" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Start" EntityType="HR_Person" Property="Start" Binding="HR_Person:Hired" Expression="ParseLocalDate:yyyy-MM-dd"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Hired" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Start" EntityType="HR_Person" Property="Start" Binding="HR_Person:Hired" Expression="ParseLocalDate:Romance Standard Time|yyyy-MM-dd"/>
    """
    function = _called(subject)
    given = len(subject.expression.arguments)
    if function is None or given == len(function.arguments):
        return
    wanted = len(function.arguments)
    form = function.name + (":" + "|".join(KINDS[each] for each in function.arguments) if wanted else "")
    message = f"{function.name} takes {counted(wanted, 'argument') if wanted else 'no arguments'} after its name, not {given}"
    severity = Severity.WARNING if function.doubtful else None
    yield subject.finding(message, f"write {form}", severity=severity)


def _arguments(subject: Subject, kind: str) -> Iterator[Part]:
    """The arguments of a kind, of a function that is given as many as it takes."""
    function = _called(subject)
    if function is not None and len(function.arguments) == len(subject.expression.arguments):
        for wanted, given in zip(function.arguments, subject.expression.arguments, strict=True):
            if wanted == kind:
                yield given


@rule("IDM5104", "function-minutes")
def function_minutes(subject: Subject, _context: Context) -> Iterator[Finding]:
    """The minutes that a predefined function is to add are not a whole number.

    Why: the function adds whole minutes; a day has 1440.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Left" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="End" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_End" EntityType="HR_Person" Property="End" Binding="HR_Person:Left" Expression="ParseLocalDateThenAddMinutes:Romance Standard Time|yyyy-MM-dd|1 day"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Left" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="End" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_End" EntityType="HR_Person" Property="End" Binding="HR_Person:Left" Expression="ParseLocalDateThenAddMinutes:Romance Standard Time|yyyy-MM-dd|1440"/>
    """
    for each in _arguments(subject, "minutes"):
        if not WHOLE_NUMBER.fullmatch(each.text):
            yield subject.finding(f"'{each.text}' is no whole number of minutes", "write it as 1440, for a day", each.span)


@rule("IDM5105", "function-without-binding", Severity.WARNING)
def function_without_binding(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A predefined function stands where no binding gives it a value.

    Why: the function's first argument is a text that the product takes from the binding beside the expression. Without one
    it is called with the whole resource.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="ToUpper"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Binding="HR_Person:Name" Expression="ToUpper"/>
    """
    place = subject.use.facts.binding
    function = _called(subject)
    if place and function is not None and not subject.get(place):
        attribute = place.replace("@", "")
        hint = f"name the property in {attribute}, or write C#:parameter:code"
        yield subject.finding(f"{function.name} is given no value: there is no {attribute}", hint)


@rule("IDM5106", "unknown-time-zone", Severity.WARNING)
def unknown_time_zone(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A predefined function is given a time zone that neither Windows nor the IANA database knows.

    Why: dates are converted from this zone; with an unknown name the function fails. The documented examples use the names
    of Windows, such as ``Romance Standard Time``.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Hired" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Start" EntityType="HR_Person" Property="Start" Binding="HR_Person:Hired" Expression="ParseLocalDate:Paris|yyyy-MM-dd"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Hired" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Start" EntityType="HR_Person" Property="Start" Binding="HR_Person:Hired" Expression="ParseLocalDate:Europe/Paris|yyyy-MM-dd"/>
    """
    for each in _arguments(subject, "time-zone"):
        known = names_of("windows_time_zones") | names_of("iana_time_zones")
        if each.text.strip().casefold() not in {name.casefold() for name in known}:
            near = closest(each.text, known)
            hint = did_you_mean(near) or "write the name of a Windows time zone, such as Romance Standard Time"
            yield subject.finding(f"no time zone is named '{each.text}'", hint, each.span, near)


@rule("IDM5107", "wrong-date-format", Severity.WARNING)
def wrong_date_format(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A date format holds a letter that stands for no part of a date.

    Why: the formats are those of .NET, in which ``yyyy`` is the year, ``MM`` the month, ``dd`` the day, ``HH`` the hour and
    ``mm`` the minute. Any other letter must occur in the text itself, so that no date fits. Letters meant so are quoted.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Hired" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Start" EntityType="HR_Person" Property="Start" Binding="HR_Person:Hired" Expression="ParseUniversalDate:YYYY-MM-DD"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Hired" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Start" EntityType="HR_Person" Property="Start" Binding="HR_Person:Hired" Expression="ParseUniversalDate:yyyy-MM-dd"/>
    """
    for each in _arguments(subject, "date-format"):
        wrong = "".join(dict.fromkeys(_foreign_letters(each.text)))
        if wrong:
            named = ", ".join(f"'{letter}'" for letter in wrong)
            message = f"{named} in '{each.text}' stand{'s' if len(wrong) == 1 else ''} for no part of a date"
            yield subject.finding(message, "write yyyy, MM, dd, HH, mm and ss; quote other letters, as in 'h'", each.span)


def _foreign_letters(text: str) -> list[str]:
    if text.strip() in names_of("standard_date_formats"):
        return []
    bare = WORDS.sub("", QUOTED.sub("", text))
    return [each for each in LETTER.findall(bare) if each not in names_of("date_letters")]


@rule("IDM5108", "date-into-other-type", Severity.WARNING)
def date_into_other_type(subject: Subject, context: Context) -> Iterator[Finding]:
    """A function that returns a date fills a property that is no date.

    Why: the value is stored as the property's type; a date belongs in a property of type ``DateTime``.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Hired" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Start" EntityType="HR_Person" Property="Start" Binding="HR_Person:Hired" Expression="ParseUniversalDate:yyyy-MM-dd"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Hired" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5" Type="DateTime"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Start" EntityType="HR_Person" Property="Start" Binding="HR_Person:Hired" Expression="ParseUniversalDate:yyyy-MM-dd"/>
    """
    function = _called(subject)
    certain = function is not None and function.returns == "DateTime" and function.name != DOUBTED
    target = subject.target(context) if certain else None
    if function is not None and target is not None and target.type not in {None, "DateTime"}:
        message = f"{function.name} returns a date, and {target.owner}:{target.name} is of type {target.type}"
        yield subject.finding(message, 'give the property Type="DateTime", or fill another one')


DOUBTED: Final = "FormatLocalDate"
UNREADABLE: Final = (unreadable_expression,)
FUNCTIONS: Final = (
    unknown_function,
    function_arguments,
    function_minutes,
    function_without_binding,
    unknown_time_zone,
    wrong_date_format,
    date_into_other_type,
)
