"""How identifiers are written: characters, length, reserved words."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.load import builtins, language
from idmxml.model.context import Context
from idmxml.model.projection import Row
from idmxml.source.entry import Entry

LONGEST: Final = 442
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")
PROPERTY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CONNECTORS = ("Connection", "Connector")


@rule("IDM2003", "bad-connection-identifier", on=CONNECTORS)
def bad_connection_identifier(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The identifier of a connection or connector is not a letter followed by letters, digits, points and dashes, 442 at most.

    Why: it becomes part of file names, of keys in the agent settings and of vault names.

    Bad:
        <Connector Identifier="1HR" DisplayName_L1="HR"/>
        <Connection Identifier="HR" DisplayName_L1="HR" Connector="1HR" Package="Usercube.CSV@0000001"/>

    Good:
        <Connector Identifier="HR1" DisplayName_L1="HR"/>
        <Connection Identifier="HR" DisplayName_L1="HR" Connector="HR1" Package="Usercube.CSV@0000001"/>
    """
    value = entry.get("Identifier")
    if value is None:
        return
    word = (entry.kind or "").lower()
    allowed = value.replace("_", "-") if entry.kind == "Connection" else value
    if len(value) > LONGEST:
        message = f"the identifier of this {word} has {len(value)} characters; {LONGEST} are allowed"
        yield Finding(entry, message, "Identifier", hint="shorten it")
    elif not PLAIN.fullmatch(allowed):
        yield Finding(
            entry,
            f"'{value}' is not an identifier of a {word}",
            "Identifier",
            hint=_plain_hint(value),
        )


def _plain_hint(value: str) -> str:
    rest = sorted({each for each in value if not re.fullmatch(r"[A-Za-z0-9.-]", each)})
    if value and not re.match(r"[A-Za-z]", value):
        return "begin with a letter; then letters, digits, points and dashes"
    shown = " ".join("space" if each == " " else each for each in rest)
    return f"use letters, digits, points and dashes only, without {shown}" if rest else "use letters, digits, points and dashes"


@rule("IDM2004", "underscore-in-connection", Severity.WARNING, on="Connection")
def underscore_in_connection(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The identifier of a connection holds an underscore.

    Why: table names are the connection's identifier, an underscore and a suffix, so another underscore makes them ambiguous.
    The documentation forbids it, and uses it in some examples; the product's own upgrade removes it.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HR_Export" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
    """
    value = entry.get("Identifier") or ""
    if "_" in value and PLAIN.fullmatch(value.replace("_", "-")):
        hint = f"write '{value.replace('_', '')}', in its settings and table names too"
        yield Finding(entry, f"the connection identifier '{value}' holds an underscore", "Identifier", hint)


@rule(
    "IDM2005", "bad-entity-identifier", on=("EntityType", "EntityType.Property", "DisplayPropertyGroup"), reads=("Identifier",)
)
def bad_entity_identifier(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The identifier of an entity type, property or display group can't be a name in C#.

    Why: the product generates C# classes from the entity model; it does not compile with such a name. Properties may hold
    unaccented letters, digits and underscores only.

    Bad:
        <EntityType Identifier="HR-Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    value = entry.get("Identifier")
    if value is None:
        return
    fits = PROPERTY.fullmatch(value) if entry.kind == "EntityType.Property" else value.isidentifier()
    if not fits:
        word = {"EntityType": "an entity type", "EntityType.Property": "a property"}.get(entry.kind or "", "a display group")
        better = re.sub(r"[^A-Za-z0-9_]+", "_", value).strip("_")
        better = f"_{better}" if better[:1].isdigit() else better
        hint = f"write letters, digits and underscores, such as '{better}'" if better else "give a name of letters"
        yield Finding(entry, f"'{value}' is not an identifier of {word}", "Identifier", hint)


@rule("IDM2006", "reserved-identifier", on=("EntityType", "EntityType.Property"), reads=("Identifier",))
def reserved_identifier(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The identifier of an entity type or property is a word that the product keeps for itself, in whatever case.

    Why: the product refuses it, since it generates code from these names. ``Id`` exists on every entity type.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="ID" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="EmployeeId" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    value = entry.get("Identifier")
    if value is not None and value.casefold() in _folded("reserved_words"):
        yield Finding(
            entry, f"'{value}' is a reserved word", "Identifier", hint="choose another name, such as one with a prefix"
        )


@rule("IDM2007", "csharp-keyword", Severity.WARNING, on=("EntityType", "EntityType.Property"), reads=("Identifier",))
def csharp_keyword(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The identifier of an entity type or property is a keyword of C# that is not in the product's list of reserved words.

    Why: the product generates C# from these names. The list in its documentation has gaps.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="decimal" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Decimals" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    value = entry.get("Identifier")
    if value is not None and value in builtins()["csharp_keywords"]:
        yield Finding(entry, f"'{value}' is a keyword of C#", "Identifier", hint="choose another name")


@lru_cache(maxsize=4)
def _folded(name: str) -> frozenset[str]:
    return frozenset(each.casefold() for each in builtins()[name])


def identified_kinds() -> tuple[str, ...]:
    """The kinds whose identity is an attribute Identifier, without those that have rules of their own."""
    return tuple(kind.id for kind in language() if "Identifier" in kind.identity and kind.id not in CONNECTORS)


def _padded_rows(rows: frozenset[Row], _context: Context) -> frozenset[Row]:
    return frozenset(row for row in rows if not row or row != row.strip())  # type: ignore[union-attr]


@rule("IDM2008", "padded-identifier", on=identified_kinds, reads=("Identifier",), screen=_padded_rows)
def padded_identifier(entry: Entry, _context: Context) -> Iterator[Finding]:
    """An identifier is empty, or begins or ends with white space.

    Why: what refers to it without the space does not find it, and the difference can't be seen.

    Bad:
        <Category Identifier="Mail " DisplayName_L1="Mail" Policy="Default"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>

    Good:
        <Category Identifier="Mail" DisplayName_L1="Mail" Policy="Default"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
    """
    value = entry.get("Identifier")
    if value is None or (value and value == value.strip()):
        return
    if not value.strip():
        yield Finding(entry, "the identifier is empty", "Identifier", hint="give a name")
    else:
        hint = f"write '{value.strip()}'"
        message = f"the identifier '{value}' begins or ends with white space"
        yield Finding(entry, message, "Identifier", hint, replacement=value.strip(), severity=Severity.WARNING)
