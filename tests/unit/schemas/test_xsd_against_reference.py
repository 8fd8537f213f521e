"""The XSD against the reference facts, element by element and attribute by attribute, in both directions.

Every difference that is meant stands in a reviewed list, with its reason; an entry that no longer applies fails too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from xsd_reviewed import (
    CONTRADICTED,
    CONTRADICTED_CHILDREN,
    GUIDE_ATTRIBUTES,
    OPEN_WITHOUT_WORD,
    OTHER_ATTRIBUTES,
    OTHER_IDENTITY,
    OTHER_PATTERNS,
    OTHER_SPELLINGS,
    OTHER_TYPES,
    OTHER_VALUES,
    PROVEN,
    UNSTATED_REFERENCES,
    base32,
)
from xsd_view import (
    GROUPS,
    SIMPLE,
    TOP,
    TYPES,
    UNBOUNDED,
    XS,
    Attribute,
    child_declarations,
    enumeration,
    note,
    notes,
    occurrence,
    types_of,
    xsd_attributes,
)

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "elements"
Json = dict[str, Any]

PRIMITIVES = {
    "String": "xs:string",
    "Int32": "xs:int",
    "Int64": "xs:string",
    "Boolean": "Boolean",
    "Float": "xs:double",
    "DateTime": "xs:string",
    "Byte": "xs:unsignedByte",
}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Z][A-Za-z]*)*")
INCOMPLETE = re.compile(
    r"full list undocumented|further values possible|other \w+ values possible|(other )?names inferred"
    r"|values not documented|XML spelling|newer pages: default Inherited"
)
FROM_EXAMPLES = re.compile(r"example only|seen in")


def reference_elements() -> list[Json]:
    """Return the entries of the reference folder, none when it is absent."""
    if not REFERENCE.is_dir():
        return []
    yaml = pytest.importorskip("yaml")
    return [
        fact
        for file in sorted(REFERENCE.glob("*.yaml"))
        for fact in yaml.load(file.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    ]


FACTS = reference_elements()


def members(attribute: Json) -> Iterator[tuple[str, Json]]:
    """The attribute, or every member of its family; only the first member of a numbered family can be required."""
    name: str = attribute["name"]
    if "family_of" in attribute:
        others = {key: value for key, value in attribute.items() if key not in {"required", "note"}}
        yield name, attribute
        yield from ((f"{name.removesuffix('1')}{number}", others) for number in range(2, attribute["family_of"] + 1))
    elif "base32" in attribute:
        letter, start, rest = re.fullmatch(r"([A-Z])([0-9A-V]+?)((?:IsActive)?)", name).groups()  # type: ignore[union-attr]
        for number in range(int(start, 32), int(attribute["base32"], 32) + 1):
            yield f"{letter}{base32(number)}{rest}", attribute
    else:
        yield name, attribute


def located(fact: Json) -> str:
    """The XSD type of a fact's element, found from its parents."""
    found = {
        child.get("type", "")
        for parent in fact["parents"]
        for owner in types_of(parent) or {parent}
        for child in child_declarations(owner)
        if child.get("name") == fact["element"]
    }
    assert len(found) == 1, f"{fact['element']} has the types {sorted(found)} below {fact['parents']}"
    return found.pop()


def in_reference(fact: Json, attribute: Json, name: str, given: Attribute) -> Attribute:
    """What the facts demand of the XSD, with the reviewed exceptions in place."""
    place = (located(fact), name)
    default = attribute.get("default")
    narrowed = given.type in SIMPLE and given.type != "Boolean" and attribute["type"] in {"String", "Int32"}
    return Attribute(
        type=OTHER_TYPES.get(place) or expected_type(attribute, given.type),
        documented_type=given.documented_type if narrowed else attribute["type"],
        required="warning" if place in CONTRADICTED else "required" if attribute.get("required") else "",
        default=str(default).lower() if isinstance(default, bool) else None if default in {None, ""} else str(default),
        ref=UNSTATED_REFERENCES.get(place, attribute.get("ref")),
        pattern=None if place in OTHER_PATTERNS else attribute.get("pattern"),
        limits=(str(attribute["min"]), str(attribute["max"])) if "min" in attribute else None,
        from_examples=bool(FROM_EXAMPLES.search(attribute.get("note", ""))) and place not in PROVEN,
    )


def expected_type(attribute: Json, given: str) -> str:
    """The XSD type of a documented type; enumerations have one of their own, compared by its values."""
    if "enum" in attribute or attribute["type"] not in PRIMITIVES:
        return given if given in SIMPLE and given != "Boolean" else "a type with the documented values"
    if "min" in attribute:
        return given if given in SIMPLE else "a number with limits"
    return PRIMITIVES[attribute["type"]]


def expected_occurrence(fact: Json, child: Json) -> tuple[str, str]:
    """How often a child may occur; XSD 1.0 cannot limit one child among others in any order when one of them repeats."""
    others = [each for each in fact["children"] if each is not child]
    if others and any(each["max"] == UNBOUNDED for each in fact["children"]):
        return "0", UNBOUNDED
    return str(child["min"]), str(child["max"])


def named(fact: Json) -> str:
    return f"{fact['family']}:{fact['parents'][0]}.{fact['element']}".replace(" ", "")


def differences(given: object, wanted: object, place: str) -> list[str]:
    return [] if given == wanted else [f"{place}: the XSD says {given!r}, the facts {wanted!r}"]


each_element = pytest.mark.parametrize("fact", FACTS, ids=named)


@pytest.fixture(autouse=True, scope="module")
def reference() -> None:
    if not FACTS:
        pytest.skip("the reference folder is not beside the repository")


@each_element
def test_element_stands_below_its_parents_and_says_what_it_is(fact: Json) -> None:
    kind = located(fact)
    scope = "global" if fact["scope"] == "global" else "parent"
    scope, identity, _reason = OTHER_IDENTITY.get(kind, (scope, " ".join(fact["identity"]), ""))
    same = note(TYPES[kind], "equivalent")
    equivalent = fact.get("equivalent_to", {})
    said = {"identity": "", **note(TYPES[kind], "element")}
    wanted = {"kind": fact["kind"], "family": fact["family"], "scope": scope, "identity": identity, "since": str(fact["since"])}
    assert [
        *differences(said, wanted, kind),
        *differences(dict(same), {"element": equivalent["element"], **equivalent["attributes"]} if equivalent else {}, kind),
        *(f"the XSD lacks the alias {alias}" for alias in fact.get("aliases", ()) if types_of(alias) != {kind}),
    ] == []


@each_element
def test_element_has_its_children_as_often_as_documented(fact: Json) -> None:
    kind = located(fact)
    given = {each.get("name", ""): occurrence(each) for each in child_declarations(kind)}
    soft = {each.get("child", "") for each in notes(TYPES[kind], "required") if each.get("level") == "warning"}
    wanted = {each["element"]: expected_occurrence(fact, each) for each in fact.get("children", [])}
    if kind == "Job":  # each task can be taken over under the name that the text describes, with Override behind it
        wanted |= {f"{task}Override": each for task, each in wanted.items() if task != "Step"}
    assert differences(given, wanted, f"children of {kind}") == []
    assert soft == {child for owner, child in CONTRADICTED_CHILDREN if owner == kind}


@each_element
def test_element_has_its_attributes_as_documented(fact: Json) -> None:
    kind = located(fact)
    given = xsd_attributes(kind)
    found = []
    for name, attribute in (pair for each in fact["attributes"] for pair in members(each)):
        if name not in given:
            found.append(f"{kind} lacks {name}")
            continue
        wanted = in_reference(fact, attribute, name, given[name])
        for part in fields(Attribute):
            place = f"{kind} {name}, {part.name.replace('_', ' ')}"
            found += differences(getattr(given[name], part.name), getattr(wanted, part.name), place)
    assert found == []


def documented_values() -> dict[str, list[Json]]:
    """The facts of the attributes that each enumeration of the XSD serves."""
    found: dict[str, list[Json]] = defaultdict(list)
    for fact in FACTS:
        given = xsd_attributes(located(fact))
        for attribute in fact["attributes"]:
            simple = given[attribute["name"]].type if attribute["name"] in given else ""
            if simple in SIMPLE and notes(SIMPLE[simple], "enumeration"):
                found[simple].append(attribute)
    return found


def expected_enumeration(name: str, uses: list[Json]) -> tuple[set[str], dict[int, str], bool]:
    """The names, numbers with name or label, and openness that the facts of all uses give."""
    names = set() if name not in OTHER_VALUES else {OTHER_VALUES[name][0]}
    numbers: dict[int, str] = {}
    is_open = name in OPEN_WITHOUT_WORD
    for use in uses:
        listed = use.get("enum") or []
        numbers |= listed if isinstance(listed, dict) else {}
        names |= {str(value) for value in (listed.values() if isinstance(listed, dict) else listed)}
        is_open |= "xml_names" in use or bool(INCOMPLETE.search(use.get("note", "")) and listed)
    labels = {value for value in numbers.values() if not NAME.fullmatch(value)}
    spelled = {key: value for use in uses for key, value in use.get("xml_names", {}).items()}
    is_open |= bool(labels)
    return (names - labels) | set(spelled.values()), numbers | spelled, is_open


@pytest.mark.parametrize("name", sorted(name for name, simple in SIMPLE.items() if notes(simple, "enumeration")))
def test_enumeration_has_the_documented_names_and_numbers(name: str) -> None:
    uses = documented_values().get(name, [])
    assert uses, f"no attribute of the facts has the values of {name}"
    parts = zip(("names", "numbers", "open"), enumeration(name), expected_enumeration(name, uses), strict=True)
    assert [line for part, given, wanted in parts for line in differences(given, wanted, f"{name}, {part}")] == []


def test_no_element_beyond_the_facts() -> None:
    kinds = {located(fact) for fact in FACTS}
    overrides = {f"{each['element']}Override" for fact in FACTS if fact["element"] == "Job" for each in fact["children"]}
    assert set(TYPES) - kinds - {TOP} == overrides - {"StepOverride"}
    top = {each.get("name", ""): each for each in child_declarations(TOP)}
    documented = {fact["element"] for fact in FACTS if TOP in fact["parents"]}
    assert {name: note(top[name], "alias").get("of") for name in set(top) - documented} == OTHER_SPELLINGS


def test_no_attribute_beyond_the_facts() -> None:
    found: dict[str, dict[str, str | None]] = {}
    for fact in FACTS:
        kind = located(fact)
        documented = {name for each in fact["attributes"] for name, _ in members(each)}
        shown = {name for name in GUIDE_ATTRIBUTES.get(kind, ()) if xsd_attributes(kind)[name].from_examples}
        more = {name: alias_of(kind, name) for name in set(xsd_attributes(kind)) - documented - shown}
        found |= {kind: more} if more else {}
    assert found == OTHER_ATTRIBUTES


def alias_of(kind: str, name: str) -> str | None:
    holders = [TYPES[kind], *(GROUPS[each.get("ref", "")] for each in TYPES[kind].findall(f"{XS}attributeGroup"))]
    found = [node for holder in holders for node in holder.findall(f"{XS}attribute[@name='{name}']")]
    return note(found[0], "alias").get("of")


@pytest.mark.parametrize("kind", sorted(kind for kind in TYPES if kind.endswith("Override")))
def test_override_takes_the_attributes_of_its_task_and_demands_its_name(kind: str) -> None:
    """The pages describe overrides by their text alone: the name of a task, Override behind it, any of its attributes."""
    given, task = xsd_attributes(kind), xsd_attributes(kind.removesuffix("Override"))
    assert set(given) == {"Identifier", *task}
    assert {name for name, each in given.items() if each.required} == {"Identifier"}
    assert given["Identifier"].ref == "Task"
    assert {name: each.type for name, each in given.items()} == {"Identifier": "xs:string"} | {
        k: v.type for k, v in task.items()
    }


def test_every_element_takes_consolidation_mode() -> None:
    lacking = [kind for kind, node in TYPES.items() if node.find(f"{XS}attributeGroup[@ref='Consolidation']") is None]
    assert lacking == [TOP]
    assert set(enumeration_values("ConsolidationMode")) == {"Merge", "Update", "Delete"}


def enumeration_values(name: str) -> list[str]:
    return [each.get("value", "") for each in SIMPLE[name].iter(f"{XS}enumeration")]


def test_reviewed_differences_are_still_there() -> None:
    """A reviewed entry that the facts no longer need would hide a fault."""
    facts = {(located(fact), each["name"]): each for fact in FACTS for each in fact["attributes"]}
    children = {(fact["element"], each["element"]): each for fact in FACTS for each in fact.get("children", [])}
    either = {("DisplayNameProfile", "DisplayName"), ("DisplayNameProfile", "Value"), ("Step", "Identifier")}
    assert [
        *(place for place in CONTRADICTED if not facts[place].get("required") and place not in either),
        *(place for place in CONTRADICTED_CHILDREN if not children[place]["min"]),
        *(place for place in UNSTATED_REFERENCES if "ref" in facts[place]),
        *((kind, name) for kind, names in GUIDE_ATTRIBUTES.items() for name in names if (kind, name) in facts),
        *(place for place in OTHER_PATTERNS if "pattern" not in facts[place]),
        *(place for place in PROVEN if not FROM_EXAMPLES.search(facts[place]["note"])),
    ] == []
