"""C# in expressions: what it calls, against the white list and the utility functions."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from idmxml.checks.expression_uses import Subject
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.csharp_values import Use
from idmxml.model.expressions import expression_facts, functions
from idmxml.model.names import closest
from idmxml.phrases import counted

OUTSIDE: Final = ("System.", "Microsoft.", "Usercube.")


@rule("IDM5140", "unauthorized-call", Severity.WARNING)
def unauthorized_call(subject: Subject, _context: Context) -> Iterator[Finding]:
    """C# code calls a method, or creates an object, that is not on the product's white list.

    Why: only some namespaces, classes and methods may be used in expressions; others are refused with a message that ends
    in "used are not authorized". Only names written in full, from their namespace on, are judged.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return System.IO.Path.GetFileName(person?.Name);"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return System.Text.RegularExpressions.Regex.Replace(person?.Name ?? string.Empty, &quot;.*/&quot;, string.Empty);"/>
    """
    for use in subject.body.uses:
        if use.name.startswith(OUTSIDE) and not use.declared and not _allowed(use):
            message = f"{use.name} is not on the white list of expressions"
            hint = (
                "use what is: System.Linq, System.Text.RegularExpressions, System.Convert, some of System.DateTime and others"
            )
            yield subject.finding(message, hint, subject.in_code(use.start, use.end))


def _allowed(use: Use) -> bool:
    allowed = expression_facts()["allowed"]
    whole = (*allowed["namespaces"], *allowed["classes"], *allowed["in_examples"])
    if any(use.name == each or use.name.startswith(f"{each}.") for each in whole):
        return True
    owners = [each.rpartition(".") for each in allowed["methods"]]
    if use.creates:
        return any(use.name == owner for owner, _, _ in owners)
    last = use.name.rpartition(".")[2]
    return any(last == method and use.name.startswith(f"{owner}.") for owner, _, method in owners)


@lru_cache(maxsize=1)
def _utilities() -> Mapping[str, int]:
    """The utility functions, with the number of their arguments."""
    return {each["name"]: len(each["arguments"]) for each in expression_facts()["utility_functions"]}


def _of_utilities(use: Use) -> str | None:
    """The function of the utility class that is called."""
    owner, _, name = use.name.rpartition(".")
    full: str = expression_facts()["utility_class"]
    return name if owner in {full, full.rpartition(".")[2]} and not use.creates and not use.declared else None


@rule("IDM5141", "utility-arguments")
def utility_arguments(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A utility function is called with too many or too few arguments.

    Why: ``BuildUsername`` takes first name, last name, separator, suffix and iteration; ``BuildUsernameWithInitials`` takes a
    greatest length before the iteration. The code does not compile otherwise. Predefined functions called from C# take the
    text first; for these it is a warning.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return UtilExpressions.BuildUsername(person?.Name, null);"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return UtilExpressions.BuildUsername(person?.Name, null, null, null, 0);"/>
    """
    for use in subject.body.uses:
        name = _of_utilities(use)
        predefined = functions().get(name or "")
        certain = name in _utilities()
        if name is None or not (certain or predefined):
            continue
        wanted = _utilities()[name] if certain else len(predefined.arguments) + 1 if predefined else 0
        if use.arguments != wanted and not (predefined and predefined.doubtful):
            message = f"{name} takes {counted(wanted, 'argument')}, not {use.arguments}"
            severity = None if certain else Severity.WARNING
            yield subject.finding(message, _signature(name), subject.in_code(use.start, use.end), severity=severity)


def _signature(name: str) -> str:
    for each in expression_facts()["utility_functions"]:
        if each["name"] == name:
            return f"write {name}({', '.join(each['arguments'])})"
    return "the text comes first, then the arguments that follow the colon in a predefined function"


@rule("IDM5142", "utility-without-prefix")
def utility_without_prefix(subject: Subject, _context: Context) -> Iterator[Finding]:
    """A utility function is called without its class.

    Why: the functions belong to the class ``UtilExpressions``; C# finds them only through it.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return BuildUsername(person?.Name, null, null, null, 0);"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return UtilExpressions.BuildUsername(person?.Name, null, null, null, 0);"/>
    """
    for use in subject.body.uses:
        if use.name in _utilities() and not use.declared and not use.creates:
            near = f"UtilExpressions.{use.name}"
            place = subject.in_code(use.start, use.end)
            yield subject.finding(f"{use.name} is called without its class", f"write {near}", place, near)


@rule("IDM5143", "unknown-utility", Severity.WARNING)
def unknown_utility(subject: Subject, _context: Context) -> Iterator[Finding]:
    """C# code calls a function of ``UtilExpressions`` whose name is nearly, but not quite, a documented one.

    Why: C# tells upper from lower case, and takes no other spelling.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return UtilExpressions.BuildUserName(person?.Name, null, null, null, 0);"/>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Person_Name" EntityType="HR_Person" Property="InternalDisplayName" Expression="C#:person:return UtilExpressions.BuildUsername(person?.Name, null, null, null, 0);"/>
    """
    known = {*_utilities(), *functions()}
    for use in subject.body.uses:
        name = _of_utilities(use)
        near = closest(name, known) if name is not None and name not in known else None
        if name is not None and near is not None and _alike(name, near):
            place = subject.in_code(use.end - len(name), use.end)
            yield subject.finding(
                f"UtilExpressions has no documented function '{name}'", f"did you mean '{near}'?", place, near
            )


def _alike(name: str, other: str) -> bool:
    """Whether two names are so near that one is meant for the other, in a list that may not be complete."""
    return name.casefold() == other.casefold() or SequenceMatcher(None, name, other).ratio() >= NEAR


NEAR: Final = 0.9
CSHARP: Final = (unauthorized_call, utility_arguments, utility_without_prefix, unknown_utility)
