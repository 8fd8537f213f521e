"""The XSD as the comparison with the reference sees it: types of elements, children, attributes and enumerations."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

XSD = Path(__file__).resolve().parents[3] / "schemas" / "usercube-configuration.xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"
IDM = "{urn:idmxml:schema}"
TOP = "ConfigurationFile"
UNBOUNDED = "unbounded"
SAID_BY_XSD = {"xs:string": "String", "xs:int": "Int32", "Boolean": "Boolean", "xs:double": "Float", "xs:unsignedByte": "Byte"}
Element = etree._Element

SCHEMA = etree.parse(XSD).getroot()
TYPES: dict[str, Element] = {each.get("name", ""): each for each in SCHEMA.findall(f"{XS}complexType")}
GROUPS: dict[str, Element] = {each.get("name", ""): each for each in SCHEMA.findall(f"{XS}attributeGroup")}
SIMPLE: dict[str, Element] = {each.get("name", ""): each for each in SCHEMA.findall(f"{XS}simpleType")}


@dataclass(frozen=True)
class Attribute:
    """What one side says about an attribute; ``required`` is "", "required" or "warning"."""

    type: str
    documented_type: str
    required: str = ""
    default: str | None = None
    ref: str | None = None
    pattern: str | None = None
    limits: tuple[str, str] | None = None
    from_examples: bool = False


def notes(node: Element, name: str) -> list[Element]:
    return node.findall(f"{XS}annotation/{XS}appinfo/{IDM}{name}")


def note(node: Element, name: str) -> Mapping[str, str]:
    found = notes(node, name)
    return {str(key): str(value) for key, value in found[0].attrib.items()} if found else {}


@cache
def types_of(path: str) -> frozenset[str]:
    """The XSD types that elements of this tag have, or of this path of tags such as Risk/Rule."""
    *parents, tag = path.split("/")
    owners = types_of("/".join(parents)) if parents else TYPES
    return frozenset(
        child.get("type", "") for owner in owners for child in child_declarations(owner) if child.get("name") == tag
    )


def child_declarations(owner: str) -> list[Element]:
    return list(TYPES[owner].iter(f"{XS}element"))


def occurrence(declaration: Element) -> tuple[str, str]:
    """How often a child may stand in its parent: its own numbers, or any number inside a repeated choice."""
    group = declaration.getparent()
    assert group is not None
    if group.get("maxOccurs") == UNBOUNDED:
        return group.get("minOccurs", "1"), UNBOUNDED
    return declaration.get("minOccurs", "1"), declaration.get("maxOccurs", "1")


@cache
def xsd_attributes(owner: str) -> dict[str, Attribute]:
    """The attributes of an XSD type with those of its groups; ConsolidationMode, which all have, left out."""
    groups = [each.get("ref", "") for each in TYPES[owner].findall(f"{XS}attributeGroup")]
    holders = [TYPES[owner], *(GROUPS[name] for name in groups if name != "Consolidation")]
    return {each.get("name", ""): xsd_attribute(each) for holder in holders for each in holder.findall(f"{XS}attribute")}


def xsd_attribute(node: Element) -> Attribute:
    name = node.get("type", "")
    simple = SIMPLE.get(name)
    return Attribute(
        type=name,
        documented_type=note(node, "type").get("name") or SAID_BY_XSD.get(name, name),
        required=xsd_required(node),
        default=node.get("default", note(node, "default").get("value")) or None,
        ref=note(node, "ref").get("to"),
        pattern=note(node, "pattern").get("value"),
        limits=None if simple is None else limits(simple),
        from_examples=note(node, "evidence").get("basis") == "example",
    )


def xsd_required(node: Element) -> str:
    return "required" if node.get("use") == "required" else "warning" if note(node, "required") else ""


def limits(simple: Element) -> tuple[str, str] | None:
    found = [each.get("value", "") for tag in ("minInclusive", "maxInclusive") for each in simple.iter(f"{XS}{tag}")]
    return (found[0], found[1]) if len(found) == 2 else None


def enumeration(name: str) -> tuple[set[str], dict[int, str], bool]:
    """The names of a simple type, its numbers with their names or labels, and whether it is open."""
    simple = SIMPLE[name]
    values = {each.get("value", ""): note(each, "number").get("value") for each in simple.iter(f"{XS}enumeration")}
    numbers = {int(value): "" for value in values if re.fullmatch(r"-?\d+", value)}
    numbers |= {int(each.get("number", "")): each.get("text", "") for each in notes(simple, "label")}
    numbers |= {int(number): value for value, number in values.items() if number is not None}
    return (
        {value for value in values if not re.fullmatch(r"-?\d+", value)},
        numbers,
        note(simple, "enumeration").get("open") == "true",
    )
