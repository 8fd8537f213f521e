"""XSD to the tables the checks use: ``python -m idmxml.facts.build`` rewrites ``idmxml/facts/tables.json``.

The XSD is the single source. Reading a megabyte of XSD at every start would cost more than a small check, so its content is
kept as a small JSON file beside the code, and a test sees to it that the two agree.
"""

import json
import sys
from typing import Any

from lxml import etree

from idmxml.facts.files import TABLES, xsd_file

XS = "{http://www.w3.org/2001/XMLSchema}"
IDM = "{urn:idmxml:schema}"
BASES = {
    "xs:string": "string",
    "xs:int": "int",
    "xs:long": "long",
    "xs:unsignedByte": "byte",
    "xs:double": "double",
}
MARKS = {"evidence": "e"}
NOTES = {"pattern": ("p", "value"), "alias": ("a", "of"), "default": ("d", "value")}
Table = dict[str, Any]


def build() -> Table:
    """The tables of the XSD: types, attribute groups, kinds and the tags allowed below the root."""
    root = etree.parse(xsd_file()).getroot()
    types = {each.get("name", ""): _simple_type(each) for each in root.findall(f"{XS}simpleType")}
    groups = {each.get("name", ""): _attributes(each) for each in root.findall(f"{XS}attributeGroup")}
    complex_types = {each.get("name", ""): each for each in root.findall(f"{XS}complexType")}
    top = complex_types.pop("ConfigurationFile")
    return {
        "types": types,
        "groups": groups,
        "root": _children(top),
        "aliases": _aliases(top),
        "secrets": _secrets(root),
        "kinds": {name: _kind(each) for name, each in complex_types.items()},
    }


def _kind(element: etree._Element) -> Table:
    facts = element.find(f"{XS}annotation/{XS}appinfo/{IDM}element")
    if facts is None:
        raise ValueError(f"type {element.get('name')} says nothing about the element it is for")
    kind: Table = {key: facts.get(key) for key in ("kind", "family", "scope")}
    kind["identity"] = (facts.get("identity") or "").split()
    kind["attributes"] = _attributes(element)
    kind["groups"] = [each.get("ref") for each in element.findall(f"{XS}attributeGroup")]
    kind["children"] = _children(element)
    single = {each.get("child", "") for each in element.iterfind(f"{XS}annotation/{XS}appinfo/{IDM}single")}
    soft = {each.get("child", "") for each in element.iterfind(f"{XS}annotation/{XS}appinfo/{IDM}required")}
    names = {
        "need": sorted(each.get("name", "") for each in element.iter(f"{XS}element") if _is_required(each)),
        "single": sorted(single | {each.get("name", "") for each in element.iter(f"{XS}element") if _is_single(each)}),
        "soft": sorted(soft),
    }
    attributes = element.find(f"{XS}annotation/{XS}appinfo/{IDM}attributes")
    if attributes is not None:
        kind["open"] = attributes.get("like", "")
    return kind | {key: value for key, value in names.items() if value}


def _is_required(element: etree._Element) -> bool:
    default = "1" if _parent_tag(element) == f"{XS}all" else "0"
    return element.get("minOccurs", default) == "1"


def _is_single(element: etree._Element) -> bool:
    return _parent_tag(element) == f"{XS}all"


def _parent_tag(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else str(parent.tag)


def _children(element: etree._Element) -> dict[str, str]:
    return {each.get("name", ""): each.get("type", "") for each in element.iter(f"{XS}element")}


def _aliases(element: etree._Element) -> dict[str, str]:
    found = {}
    for each in element.iter(f"{XS}element"):
        alias = each.find(f".//{IDM}alias")
        if alias is not None:
            found[each.get("name", "")] = alias.get("of", "")
    return found


def _secrets(root: etree._Element) -> list[str]:
    """The names of the attributes whose values are never shown."""
    marked = root.iterfind(f".//{XS}attribute[{XS}annotation]")
    return sorted({each.get("name", "") for each in marked if each.find(f"{XS}annotation/{XS}appinfo/{IDM}secret") is not None})


def _attributes(element: etree._Element) -> dict[str, Table]:
    return {each.get("name", ""): _attribute(each) for each in element.findall(f"{XS}attribute")}


def _attribute(element: etree._Element) -> Table:
    found: Table = {"t": element.get("type")}
    if element.get("use") == "required":
        found["r"] = 1
    if element.get("default") is not None:
        found["d"] = element.get("default")
    for note in element.iterfind(f"{XS}annotation/{XS}appinfo/*"):
        _read_note(note, found)
    return found


def _read_note(note: etree._Element, found: Table) -> None:
    name = etree.QName(note).localname
    if name == "expression":
        found["x"] = _expression(note)
    elif name == "ref":
        found["f"] = [note.get("to")] + ([note.get("within")] if note.get("within") else [])
    elif name == "required":
        found["s"] = [note.get("level"), *(note.get("unless") or "").split()]
    elif name in MARKS:
        found[MARKS[name]] = 1
    elif name in NOTES:
        key, attribute = NOTES[name]
        found[key] = note.get(attribute)


def _expression(note: etree._Element) -> Table:
    use: Table = {str(name): str(value) for name, value in note.attrib.items()}
    if "source" in use:
        use["source"] = use["source"].split()
    if "literal" in use:
        use["literal"] = use["literal"] == "true"
    return use


def _simple_type(element: etree._Element) -> Table:
    found: Table = {"base": "string"}
    numbers = {
        each.get("value", ""): int(note.get("value", "0"))
        for each in element.iter(f"{XS}enumeration")
        for note in each.iterfind(f".//{IDM}number")
    }
    values = [each.get("value", "") for each in element.iter(f"{XS}enumeration")]
    if values:
        found["values"] = values
    if numbers:
        found["numbers"] = numbers
    union = element.find(f"{XS}union")
    if union is not None:
        found["base"] = BASES[union.get("memberTypes", "")]
        found["open"] = found["base"] == "string"
    restriction = element.find(f"{XS}restriction")
    if restriction is not None:
        found["base"] = BASES[restriction.get("base", "")]
        for tag, key in (("minInclusive", "min"), ("maxInclusive", "max")):
            limit = restriction.find(f"{XS}{tag}")
            if limit is not None:
                found[key] = int(limit.get("value", "0"))
        pattern = restriction.find(f"{XS}pattern")
        if pattern is not None:
            found["pattern"] = pattern.get("value")
    return found


def text(tables: Table) -> str:
    """The tables as they are stored: one kind, type or group a line, so that a change reads as a change of that line."""
    lines = []
    for section, content in tables.items():
        if section in {"root", "aliases", "secrets"}:
            lines.append(f'"{section}": {json.dumps(content)}')
        else:
            body = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
            lines.append(f'"{section}": {{\n{body}\n}}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Rewrite the stored tables from the XSD."""
    TABLES.write_text(text(build()), encoding="utf-8")
    sys.stdout.write(f"{TABLES} is up to date with {xsd_file().name}\n")


if __name__ == "__main__":
    main()
