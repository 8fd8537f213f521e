"""Where an entity type keeps its properties, and what their declarations say besides: limits, neutral ones, names, history."""

from collections.abc import Iterator
from typing import Final

from idmxml.checks.entity_model import NAVIGATION_COLUMNS, number_of_column, type_of
from idmxml.checks.finding import Finding
from idmxml.checks.mapped_properties import property_names
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import builtins
from idmxml.model.context import Context
from idmxml.source.entry import Entry

# Kept outside of the columns: links, files, and what the product does not say.
WITHOUT_COLUMN: Final = frozenset({"ForeignKey", "Binary", "Option"})
LONG, SCALARS, NAVIGATIONS = range(4), range(128), NAVIGATION_COLUMNS
LIMITS: Final = (
    (LONG, 4, "long scalars (columns 0 to 3)"),
    (SCALARS, 128, "properties in columns 0 to 127"),
    (NAVIGATIONS, 25, "optimized navigation properties (columns 128 to 152)"),
)


def _name(entry: Entry) -> str:
    return entry.get("Identifier") or ""


@rule("IDM4030", "scalar-without-column", Severity.WARNING, on="EntityType")
def scalar_without_column(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A scalar property has no TargetColumnIndex.

    Why: the value is kept in one of the columns 0 to 127 of the entity type, so without one there is no place for it. Only
    binaries, navigation properties and the neutral property of a localized value do without.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
    """
    bare = [each for each in entry.children if each.kind == "EntityType.Property" and _lacks_column(each)]
    if not bare or CONSOLIDATION in entry.attributes:
        return
    neutral = {each.get("NeutralProperty") for each in entry.children}
    taken = {number_of_column(each) for each in entry.children}
    free = next((index for index in range(4, 128) if index not in taken), None)
    hint = f'add TargetColumnIndex="{free}", or another free one' if free is not None else "no column is free"
    implicit = builtins()["implicit_properties"]
    for each in bare:
        if _name(each) not in neutral and _name(each) not in implicit:
            yield Finding(each, f"the scalar property {_name(each)} has no TargetColumnIndex", "Identifier", hint)


def _lacks_column(entry: Entry) -> bool:
    """Whether a scalar property has no storage column; the commonest case, that it has one, is found first."""
    if entry.attributes.get("TargetColumnIndex", "-1").strip() != "-1" or CONSOLIDATION in entry.attributes:
        return False
    return type_of(entry.attributes.get("Type")) not in WITHOUT_COLUMN


@rule("IDM4031", "too-many-columns", on="EntityType")
def too_many_columns(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An entity type has more properties of a sort than the product can keep.

    Why: there are 128 columns for scalars, of which 4 take long texts, and 25 for optimized navigation properties.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="A" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="B" TargetColumnIndex="1"/>
          <Property Identifier="C" TargetColumnIndex="2"/>
          <Property Identifier="D" TargetColumnIndex="3"/>
          <Property Identifier="E" TargetColumnIndex="3"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="A" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="B" TargetColumnIndex="1"/>
          <Property Identifier="C" TargetColumnIndex="2"/>
          <Property Identifier="D" TargetColumnIndex="3"/>
          <Property Identifier="E" TargetColumnIndex="4"/>
        </EntityType>
    """
    given = [each.attributes["TargetColumnIndex"] for each in entry.children if "TargetColumnIndex" in each.attributes]
    if len(set(given)) == len(given):
        return  # each column is used once, and there are as many as the product has
    columns = [number_of_column(each) for each in entry.children]
    for space, most, words in LIMITS:
        inside = [each for each, column in zip(entry.children, columns, strict=True) if column in space]
        if len(inside) > most:
            message = f"{_name(entry)} has {len(inside)} {words}; {most} are possible"
            hint = "shorten texts to 443 characters and use columns from 4" if space is LONG else "leave the least used out"
            yield Finding(inside[most], message, "TargetColumnIndex", hint)


@rule("IDM4032", "overflow-column-order", Severity.INFO, on="EntityType")
def overflow_column_order(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A navigation property that found no place in 128 to 152 is not in the first free column.

    Why: once those 25 columns are taken, the first free ones from 0 on are to be used, in order.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Link1" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Link2" Type="ForeignKey" TargetColumnIndex="129"/>
          <Property Identifier="Link3" Type="ForeignKey" TargetColumnIndex="130"/>
          <Property Identifier="Link4" Type="ForeignKey" TargetColumnIndex="131"/>
          <Property Identifier="Link5" Type="ForeignKey" TargetColumnIndex="132"/>
          <Property Identifier="Link6" Type="ForeignKey" TargetColumnIndex="133"/>
          <Property Identifier="Link7" Type="ForeignKey" TargetColumnIndex="134"/>
          <Property Identifier="Link8" Type="ForeignKey" TargetColumnIndex="135"/>
          <Property Identifier="Link9" Type="ForeignKey" TargetColumnIndex="136"/>
          <Property Identifier="Link10" Type="ForeignKey" TargetColumnIndex="137"/>
          <Property Identifier="Link11" Type="ForeignKey" TargetColumnIndex="138"/>
          <Property Identifier="Link12" Type="ForeignKey" TargetColumnIndex="139"/>
          <Property Identifier="Link13" Type="ForeignKey" TargetColumnIndex="140"/>
          <Property Identifier="Link14" Type="ForeignKey" TargetColumnIndex="141"/>
          <Property Identifier="Link15" Type="ForeignKey" TargetColumnIndex="142"/>
          <Property Identifier="Link16" Type="ForeignKey" TargetColumnIndex="143"/>
          <Property Identifier="Link17" Type="ForeignKey" TargetColumnIndex="144"/>
          <Property Identifier="Link18" Type="ForeignKey" TargetColumnIndex="145"/>
          <Property Identifier="Link19" Type="ForeignKey" TargetColumnIndex="146"/>
          <Property Identifier="Link20" Type="ForeignKey" TargetColumnIndex="147"/>
          <Property Identifier="Link21" Type="ForeignKey" TargetColumnIndex="148"/>
          <Property Identifier="Link22" Type="ForeignKey" TargetColumnIndex="149"/>
          <Property Identifier="Link23" Type="ForeignKey" TargetColumnIndex="150"/>
          <Property Identifier="Link24" Type="ForeignKey" TargetColumnIndex="151"/>
          <Property Identifier="Link25" Type="ForeignKey" TargetColumnIndex="152"/>
          <Property Identifier="Manager" Type="ForeignKey" TargetColumnIndex="9"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    given = {each.attributes.get("TargetColumnIndex") for each in entry.children}
    if str(NAVIGATIONS[0]) not in given or str(NAVIGATIONS[-1]) not in given:
        return
    taken = {number_of_column(each) for each in entry.children}
    if not all(column in taken for column in NAVIGATIONS):
        return
    for each in entry.children:
        column = number_of_column(each)
        free = next((index for index in SCALARS if index not in taken), None)
        if column in SCALARS and type_of(each.get("Type")) == "ForeignKey" and free is not None and free < column:
            message = f"{_name(each)} is in column {column}, and column {free} is free"
            yield Finding(each, message, "TargetColumnIndex", hint=f"use {free}")


@rule("IDM4033", "neutral-with-column", Severity.INFO, on="EntityType")
def neutral_with_column(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The neutral property of a localized value has a TargetColumnIndex.

    Why: it stands for the properties of the single languages, which have the columns; documented examples give it none.

    Bad:
        <Language Code="en-US" IndicatorNumber="1"/>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Name" TargetColumnIndex="5"/>
          <Property Identifier="NameEnglish" TargetColumnIndex="6" NeutralProperty="Name" Language="1"/>
        </EntityType>

    Good:
        <Language Code="en-US" IndicatorNumber="1"/>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Name"/>
          <Property Identifier="NameEnglish" TargetColumnIndex="6" NeutralProperty="Name" Language="1"/>
        </EntityType>
    """
    neutral = {each.attributes["NeutralProperty"] for each in entry.children if "NeutralProperty" in each.attributes}
    for each in entry.children if neutral else ():
        if _name(each) in neutral and number_of_column(each) >= 0:
            hint = "remove it; the properties of the languages have columns of their own"
            yield Finding(each, f"{_name(each)} is neutral, and has a storage column", "TargetColumnIndex", hint)


@rule("IDM4034", "property-shown-as-id", on="EntityType")
def property_shown_as_id(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The display name of a property is ``Id``.

    Why: the product keeps the name for the number of every resource, and refuses it.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Number" DisplayName_L1="Id" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Number" DisplayName_L1="Employee number" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    for each in entry.children:
        if "Id" in each.attributes.values():
            for name, value in each.attributes.items():
                if value == "Id" and name.startswith("DisplayName_L"):
                    yield Finding(each, "a property can't be called 'Id'", name, hint="choose another name")


@rule("IDM4035", "reserved-table-name", Severity.WARNING, on="EntityType", touch=frozenset({"TableName"}))
def reserved_table_name(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An entity type has a TableName.

    Why: the attribute is kept for the entity types of the product that the Power BI connector reads.

    Bad:
        <EntityType Identifier="HR_Person" TableName="Persons">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    if entry.get("TableName") and _name(entry) not in builtins()["entity_types"]:
        message = f"TableName is for the product's own entity types, and '{_name(entry)}' is none"
        yield Finding(entry, message, "TableName", hint="remove it; a mapping says where the data come from")


@rule("IDM4036", "volatile-history", Severity.INFO, on="EntityType")
def volatile_history(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A property that changes without anybody's doing, such as lastLogonTimestamp, has no HistoryPrecision.

    Why: every change is kept in the history. HistoryPrecision, in minutes, keeps one for each such time at most.

    Bad:
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="lastLogonTimestamp" Type="DateTime" TargetColumnIndex="4"/>
        </EntityType>

    Good:
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="lastLogonTimestamp" Type="DateTime" TargetColumnIndex="4" HistoryPrecision="10080"/>
        </EntityType>
    """
    volatile = property_names()["volatile"]
    for each in entry.children:
        if (each.attributes.get("Identifier") or "").casefold() in volatile and not _has_precision(each):
            hint = 'add HistoryPrecision="10080" for one change a week'
            yield Finding(each, f"every change of {_name(each)} is kept in the history", "Identifier", hint)


def _has_precision(entry: Entry) -> bool:
    return (entry.get("HistoryPrecision") or "0").strip() != "0"
