"""Formats of mapped properties against the system they are read from, the type of the property, and bits of bitmasks."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from idmxml.checks.finding import Finding
from idmxml.checks.mapped_properties import COLUMNS, CONNECTIONS, MAPPED, technology_of
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.formats import FormatFamily, format_name, formats
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.names import closest
from idmxml.model.projection import Projection, Row
from idmxml.phrases import did_you_mean
from idmxml.source.entry import Entry

BIT = re.compile(r"\s*bit\s*:([^:]+):\s*([0-9]+)\s*", re.IGNORECASE)


def _formatted(_rows: frozenset[Row], context: Context) -> frozenset[Row]:
    return frozenset[Row](context.derived(_rows_with_format))


def _rows_with_format(context: Context) -> frozenset[tuple[str | None, ...]]:
    """The mapped properties with a Format, found once for all rules about it."""
    return frozenset(row for row in context.tuples(MAPPED) if row[3])


def _family(entry: Entry, context: Context) -> FormatFamily | None:
    parent = entry.parent
    if parent is None:
        return None
    return formats().family(technology_of(parent.get("ConnectionTable"), parent.get("Connector"), context))


@rule("IDM4012", "unknown-format", Severity.WARNING, on=MAPPED.kind, reads=COLUMNS, needs=(CONNECTIONS,), screen=_formatted)
def unknown_format(entry: Entry, context: Context) -> Iterator[Finding]:
    """The Format of a mapped property is not one that the product knows.

    Why: the value can't be converted, in either direction. Where the formats of a system are not documented, only a name
    that is close to a known one is told.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="pwdLastSet" Type="DateTime" TargetColumnIndex="4"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="pwdLastSet" ConnectionColumn="pwdLastSet" Format="1601 Date"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="pwdLastSet" Type="DateTime" TargetColumnIndex="4"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="pwdLastSet" ConnectionColumn="pwdLastSet" Format="1601Date"/>
        </EntityTypeMapping>
    """
    value = entry.get("Format")
    if not value or not value.strip():
        return
    name = format_name(value)
    if formats().spelling(name) is not None or name in formats().unlisted:
        return
    family = _family(entry, context)
    every = dict.fromkeys(each for one in formats().families for each in one.names)
    near = closest(name, family.names if family is not None else every)
    if family is not None:
        hint = f"did you mean '{near}'? " if near else ""
        hint += f"known for {family.called} are {', '.join(family.names)}"
        yield Finding(entry, f"unknown format '{value}'", "Format", hint, replacement=near if ":" not in value else None)
    elif near is not None:
        yield Finding(entry, f"unknown format '{value}'", "Format", f"did you mean '{near}'?", replacement=near)


@rule(
    "IDM4013",
    "format-of-other-system",
    Severity.WARNING,
    on=MAPPED.kind,
    reads=COLUMNS,
    needs=(CONNECTIONS,),
    screen=_formatted,
)
def format_of_other_system(entry: Entry, context: Context) -> Iterator[Finding]:
    """The Format of a mapped property exists, but not for the kind of system that the mapping reads.

    Why: LDAP directories and ServiceNow write values each in their own way; RDN, SID, 1601Date, Bit, Concat and
    MultivaluedText are ways of directories alone.

    Bad:
        <Connector Identifier="SN" DisplayName_L1="SN"/>
        <Connection Identifier="SNow" DisplayName_L1="SN" Connector="SN" Package="Usercube.ServiceNow@0000001"/>
        <EntityType Identifier="SN_User">
          <Property Identifier="SysId" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="LastLogin" Type="DateTime" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="SN_User" Connector="SN" ConnectionTable="SNow_sys_user">
          <Property Identifier="SysId" ConnectionColumn="sys_id" IsPrimaryKey="true"/>
          <Property Identifier="LastLogin" ConnectionColumn="last_login_time" Format="1601Date"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="SN" DisplayName_L1="SN"/>
        <Connection Identifier="SNow" DisplayName_L1="SN" Connector="SN" Package="Usercube.ServiceNow@0000001"/>
        <EntityType Identifier="SN_User">
          <Property Identifier="SysId" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="LastLogin" Type="DateTime" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="SN_User" Connector="SN" ConnectionTable="SNow_sys_user">
          <Property Identifier="SysId" ConnectionColumn="sys_id" IsPrimaryKey="true"/>
          <Property Identifier="LastLogin" ConnectionColumn="last_login_time" Format="DateTime"/>
        </EntityTypeMapping>
    """
    value = entry.get("Format") or ""
    spelling = formats().spelling(format_name(value))
    family = _family(entry, context) if spelling is not None else None
    if spelling is not None and family is not None and format_name(value) not in family.types:
        message = f"{family.called} has no format {spelling}"
        yield Finding(entry, message, "Format", f"use one of {', '.join(family.names)}, or none for text as it is")


@rule(
    "IDM4014",
    "format-against-type",
    Severity.WARNING,
    on=MAPPED.kind,
    reads=COLUMNS,
    needs=(CONNECTIONS, *NEEDS),
    screen=_formatted,
)
def format_against_type(entry: Entry, context: Context) -> Iterator[Finding]:
    """The Format of a mapped property does not fit the Type of the property.

    Why: Format says how the external system writes the value, Type how the product keeps it; only certain pairs can be
    converted into each other.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="pwdLastSet" TargetColumnIndex="4"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="pwdLastSet" ConnectionColumn="pwdLastSet" Format="1601Date"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="pwdLastSet" Type="DateTime" TargetColumnIndex="4"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="pwdLastSet" ConnectionColumn="pwdLastSet" Format="1601Date"/>
        </EntityTypeMapping>
    """
    value, name = entry.get("Format") or "", entry.get("Identifier") or ""
    owner = entry.parent.get("Identifier") if entry.parent is not None else None
    family = _family(entry, context)
    types = family.types.get(format_name(value)) if family is not None else None
    facts = entity_model(context).property(owner or "", name)
    if types is None or facts is None or facts.type is None or facts.type in types:
        return
    fitting = [each for each in family.names if facts.type in family.types[each.casefold()]] if family is not None else []
    hint = f"give the property Type {' or '.join(types)}"
    hint += f", or use Format {' or '.join(fitting)}" if fitting else ""
    message = f"format '{value}' is for properties of type {' or '.join(types)}; {name} is of type {facts.type}"
    yield Finding(entry, message, "Format", hint)


@rule("IDM4015", "bad-bit", on=MAPPED.kind, reads=COLUMNS, needs=NEEDS, screen=_formatted)
def bad_bit(entry: Entry, context: Context) -> Iterator[Finding]:
    """A Format Bit does not name a property of the same entity type and the number of a bit.

    Why: such a property stands for one bit of another property, a bitmask, which is written ``Bit:userAccountControl:2``.
    Without both parts nothing says which bit of what is meant.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="state" Type="Int32" TargetColumnIndex="4"/>
          <Property Identifier="disabled" Type="Int32" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="state" ConnectionColumn="userAccountControl" Format="Int32"/>
          <Property Identifier="disabled" ConnectionColumn="disabled" Format="Bit:stat:2"/>
        </EntityTypeMapping>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="state" Type="Int32" TargetColumnIndex="4"/>
          <Property Identifier="disabled" Type="Int32" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="state" ConnectionColumn="userAccountControl" Format="Int32"/>
          <Property Identifier="disabled" ConnectionColumn="disabled" Format="Bit:state:2"/>
        </EntityTypeMapping>
    """
    value = entry.get("Format") or ""
    if format_name(value) != "bit":
        return
    match = BIT.fullmatch(value)
    if match is None:
        hint = "write the bitmask's property and the number of the bit, such as Bit:userAccountControl:2"
        yield Finding(entry, f"'{value}' does not name one bit of a property", "Format", hint)
        return
    owner = entry.parent.get("Identifier") if entry.parent is not None else None
    model = entity_model(context)
    if owner and not model.may_have(owner, match[1].strip()):
        near = closest(match[1], model.properties(owner))
        hint = did_you_mean(near) or "name the property that holds the bitmask"
        message = f"entity type {owner} has no property '{match[1]}'"
        yield Finding(entry, message, "Format", hint, part=match.span(1), replacement=near)


@rule("IDM4016", "concat-without-separator", on=MAPPED.kind, touch=frozenset({"Format"}))
def concat_without_separator(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A Format Concat has no separator after the colon.

    Why: the format joins several values of one attribute with the separator, and splits them there again.

    Bad:
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="phones" TargetColumnIndex="1"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="phones" ConnectionColumn="otherTelephone" Format="Concat"/>
        </EntityTypeMapping>

    Good:
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="phones" TargetColumnIndex="1"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="phones" ConnectionColumn="otherTelephone" Format="Concat:;"/>
        </EntityTypeMapping>
    """
    value = entry.get("Format")
    if value and format_name(value) == "concat" and not value.partition(":")[2]:
        yield Finding(entry, f"'{value}' has no separator", "Format", hint="write it after a colon, such as Concat:;")


@rule("IDM4017", "bit-without-column", Severity.WARNING, on=MAPPED.kind, touch=frozenset({"Format"}))
def bit_without_column(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A mapped property with the Format Bit has no ConnectionColumn.

    Why: the user interface fills it in by itself, XML does not. Any name will do, since the bit is read from the bitmask.

    Bad:
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="state" Type="Int32" TargetColumnIndex="4"/>
          <Property Identifier="disabled" Type="Int32" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="state" ConnectionColumn="userAccountControl" Format="Int32"/>
          <Property Identifier="disabled" Format="Bit:state:2"/>
        </EntityTypeMapping>

    Good:
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="state" Type="Int32" TargetColumnIndex="4"/>
          <Property Identifier="disabled" Type="Int32" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="state" ConnectionColumn="userAccountControl" Format="Int32"/>
          <Property Identifier="disabled" ConnectionColumn="disabled" Format="Bit:state:2"/>
        </EntityTypeMapping>
    """
    value = entry.get("Format")
    if value and format_name(value) == "bit" and not entry.get("ConnectionColumn"):
        message = f"{entry.get('Identifier') or 'the property'} is one bit, and has no ConnectionColumn"
        yield Finding(entry, message, "Format", hint="add ConnectionColumn with any name of your own")


def bitmasks(context: Context) -> Mapping[tuple[str, str], str]:
    """For each property that is one bit, by entity type and name, the property that holds the bitmask."""
    return context.derived(_collect_bits)


def _collect_bits(context: Context) -> Mapping[tuple[str, str], str]:
    found = {}
    for owner, name, _, form, *_ in sorted(context.derived(_rows_with_format), key=repr):
        match = BIT.fullmatch(form or "")
        if match is not None:
            found[owner or "", name or ""] = match[1].strip()
    return found


SCALARS = ("../Identifier", "../TargetEntityType", "Property")


def _of_bitmasks(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    bits = bitmasks(context)
    return frozenset(row for row in rows if (row[1], bare(row[2])) in bits) if bits else frozenset()


def bare(name: str | None) -> str:
    """The name of a property without the entity type that may stand before it."""
    return (name or "").rpartition(":")[2]


@rule("IDM4018", "bitmask-and-bit", on="ScalarRule", reads=SCALARS, needs=(MAPPED,), screen=_of_bitmasks)
def bitmask_and_bit(entry: Entry, context: Context) -> Iterator[Finding]:
    """Scalar rules of a resource type compute both a bitmask and one of its bits.

    Why: both write the same attribute of the external system, so each undoes what the other does.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="state" Type="Int32" TargetColumnIndex="4"/>
          <Property Identifier="disabled" Type="Int32" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="state" ConnectionColumn="userAccountControl" Format="Int32"/>
          <Property Identifier="disabled" ConnectionColumn="disabled" Format="Bit:state:2"/>
        </EntityTypeMapping>
        <ResourceType Identifier="AD_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="AD_Entry" TargetEntityType="AD_Entry">
          <ScalarRule Policy="Default" Property="state" Expression="Literal:512"/>
          <ScalarRule Policy="Default" Property="disabled" Expression="Literal:0"/>
        </ResourceType>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="AD_Entry">
          <Property Identifier="dn" TargetColumnIndex="0" IsKey="true"/>
          <Property Identifier="state" Type="Int32" TargetColumnIndex="4"/>
          <Property Identifier="disabled" Type="Int32" TargetColumnIndex="5"/>
        </EntityType>
        <EntityTypeMapping Identifier="AD_Entry" Connector="AD" ConnectionTable="ADExport_entries">
          <Property Identifier="dn" ConnectionColumn="dn" IsPrimaryKey="true"/>
          <Property Identifier="state" ConnectionColumn="userAccountControl" Format="Int32"/>
          <Property Identifier="disabled" ConnectionColumn="disabled" Format="Bit:state:2"/>
        </EntityTypeMapping>
        <ResourceType Identifier="AD_Account" DisplayName_L1="Account" Policy="Default" SourceEntityType="AD_Entry" TargetEntityType="AD_Entry">
          <ScalarRule Policy="Default" Property="disabled" Expression="Literal:0"/>
        </ResourceType>
    """
    parent = entry.parent
    owner = (parent.get("TargetEntityType") if parent is not None else None) or ""
    resource_type = parent.get("Identifier") if parent is not None else None
    mask = bitmasks(context).get((owner, bare(entry.get("Property"))))
    if mask is None or resource_type is None:
        return
    if mask in context.derived(_computed).get(resource_type, ()):
        message = f"{bare(entry.get('Property'))} is a bit of {mask}, which {resource_type} computes as well"
        yield Finding(entry, message, "Property", hint=f"compute {mask} as a whole, or bit by bit")


def _computed(context: Context) -> Mapping[str, set[str]]:
    """The properties that scalar rules compute, by resource type."""
    found: dict[str, set[str]] = defaultdict(set)
    for resource_type, _, name in context.tuples(Projection("ScalarRule", SCALARS)):
        found[resource_type or ""].add(bare(name))
    return found
