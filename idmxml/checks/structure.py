"""Structure, element by element: what the XSD refuses, told one fault at a time, at its place and in plain words.

libxml2 gives the verdict on a whole file. These rules look only at files it refuses. They agree with it but for one thing:
an element with a ConsolidationMode adjusts a generated one, and need not repeat what that one has.
"""

from collections.abc import Iterator

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.facts import load
from idmxml.facts.language import CONSOLIDATION, NAMESPACE, ROOT, Kind
from idmxml.facts.load import Language
from idmxml.model.names import closest
from idmxml.phrases import some_of
from idmxml.source.document import Document
from idmxml.source.entry import Entry

SHOWN = 4


def _places(tags: tuple[str, ...]) -> str:
    return some_of([f"<{tag}>" for tag in tags], SHOWN)


@rule("IDM1001", "unknown-element")
def unknown_element(entry: Entry, language: Language) -> Iterator[Finding]:
    """An element has a name that the configuration language does not know.

    Why: the product refuses the file at deployment. Names are case-sensitive.

    Bad:
        <Agnet Identifier="Local" DisplayName_L1="Local"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
    """
    parent = entry.parent
    if entry.kind is not None or parent is None or parent.kind is None:
        return
    if entry.tag in language.children(parent.kind):
        hint = f"write it without a prefix, in the namespace {NAMESPACE}"
        yield Finding(entry, f"this <{entry.tag}> is not in the namespace of the configuration", hint=hint)
    elif entry.tag not in language.parents:
        near = closest(entry.tag, sorted(language.children(parent.kind))) or closest(entry.tag, sorted(language.parents))
        yield Finding(entry, f"unknown element <{entry.tag}>", hint=f"did you mean <{near}>?" if near else None)


@rule("IDM1002", "misplaced-element")
def misplaced_element(entry: Entry, language: Language) -> Iterator[Finding]:
    """An element stands inside one that can't hold it.

    Why: the product refuses the file at deployment. Most often the parent was closed too early or too late.

    Bad:
        <Agent Identifier="Local" DisplayName_L1="Local">
          <Connection Identifier="HR" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        </Agent>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
        <Connection Identifier="HR" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Connector Identifier="HR" DisplayName_L1="HR" Agent="Local"/>
    """
    parent = entry.parent
    if entry.kind is not None or parent is None or parent.kind is None:
        return
    children = language.children(parent.kind)
    if entry.tag in language.parents and entry.tag not in children:
        near = closest(entry.tag, sorted(children))
        allowed = f"<{entry.tag}> may stand in {_places(language.parents[entry.tag])}"
        hint = f"did you mean <{near}>? {allowed}" if near and near != entry.tag else allowed
        yield Finding(entry, f"<{entry.tag}> is not allowed in <{parent.tag}>", hint=hint)


@rule("IDM1003", "unknown-attribute")
def unknown_attribute(entry: Entry, language: Language) -> Iterator[Finding]:
    """An attribute has a name that its element does not know.

    Why: the product refuses the file at deployment. Names are case-sensitive.

    Bad:
        <Agent Identifier="Local" DisplayName_L1="Local" Uri="http://localhost:5001"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local" URI="http://localhost:5001"/>
    """
    known = _attributes(entry, language)
    if known is None:
        return
    for name in entry.attributes:
        if name not in known:
            uri, _, local = name.rpartition("}")
            hint = _attribute_hint(entry, local, known, language)
            prefixed = f" of the namespace {uri[1:]}" if uri else ""
            yield Finding(entry, f"<{entry.tag}> has no attribute {local}{prefixed}", local, hint=hint)


def _attribute_hint(entry: Entry, name: str, known: list[str], language: Language) -> str | None:
    near = closest(name, [each for each in known if each not in entry.attributes])
    owners = language.attribute_owners.get(name)
    if near is not None:
        return f"did you mean {near}?"
    return f"{name} is an attribute of {_places(owners)}" if owners else None


def _attributes(entry: Entry, language: Language) -> list[str] | None:
    """The names an entry may use; None when they are not all known."""
    if entry.kind is None or entry.kind == ROOT:
        return None if entry.kind is None else []
    kind = language.kind(entry.kind)
    return None if kind.open else list(kind.attributes)


@rule("IDM1004", "missing-attribute")
def missing_attribute(entry: Entry, language: Language) -> Iterator[Finding]:
    """A required attribute is not given.

    Why: the product refuses the file at deployment. An element with a ConsolidationMode is spared: it takes what it
    does not say from the generated element that it adjusts.

    Bad:
        <Agent Identifier="Local"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
    """
    kind = _kind(entry, language)
    if kind is None or CONSOLIDATION in entry.attributes:
        return
    missing = [name for name in kind.required if name not in entry.attributes]
    if missing:
        names = ", ".join(missing)
        plural = "s" if len(missing) > 1 else ""
        yield Finding(entry, f"<{entry.tag}> lacks the required attribute{plural} {names}", hint=f"add {_stub(missing)}")


def _stub(names: list[str]) -> str:
    return " ".join(f'{name}="…"' for name in names)


def _kind(entry: Entry, language: Language) -> Kind | None:
    return None if entry.kind is None or entry.kind == ROOT else language.kind(entry.kind)


@rule("IDM1005", "bad-value")
def bad_value(entry: Entry, language: Language) -> Iterator[Finding]:
    """The value of an attribute is not of its type: a number, a Boolean, one of a list of names.

    Why: the product refuses the file at deployment. A name of an enumeration may also be given by its number.

    Bad:
        <Agent Identifier="Local" DisplayName_L1="Local" State="Onlin"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local" State="Online"/>
    """
    kind = _kind(entry, language)
    if kind is None:
        return
    for name, value in entry.attributes.items():
        attribute = kind.attributes.get(name)
        if attribute is not None and not attribute.type.allows(value):
            near = closest(value, [each for each in attribute.type.values if not each.lstrip("-").isdigit()])
            expected = f"expected {attribute.type.expected}"
            yield Finding(
                entry,
                f"'{value}' is not a value of {name}",
                name,
                hint=f"did you mean '{near}'? {expected}" if near else expected,
                replacement=near,
            )


def single_child_kinds() -> tuple[str, ...]:
    """The kinds with children that may occur once. XSD 1.0 can't say so where others may repeat beside them."""
    return tuple(kind.id for kind in load.language() if kind.single_children)


@rule("IDM1006", "repeated-element", on=single_child_kinds)
def repeated_element(entry: Entry, _context: object) -> Iterator[Finding]:
    """An element that may occur once in its parent occurs again.

    Why: the product refuses the file at deployment.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceViewRecordEntityForm Identifier="HR_Person_Positions" EntityType="HR_Person">
          <MainControl OutputType="TransformImage"/>
          <MainControl IsReadOnly="true"/>
        </ResourceViewRecordEntityForm>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceViewRecordEntityForm Identifier="HR_Person_Positions" EntityType="HR_Person">
          <MainControl OutputType="TransformImage"/>
          <RecordControl IsReadOnly="true"/>
        </ResourceViewRecordEntityForm>
    """
    kind = _kind(entry, load.language())
    if kind is None or not kind.single_children:
        return
    seen: dict[str, Entry] = {}
    for child in entry.children:
        if child.tag in kind.single_children and child.tag in seen:
            first = (seen[child.tag], "the first one")
            yield Finding(child, f"<{entry.tag}> holds a second <{child.tag}>", hint="keep one of them", related=(first,))
        seen.setdefault(child.tag, child)


@rule("IDM1007", "missing-element")
def missing_element(entry: Entry, language: Language) -> Iterator[Finding]:
    """An element lacks a child that it must have.

    Why: the product refuses the file at deployment. An entity type without properties, for one, can hold nothing. An
    element with a ConsolidationMode is spared.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    kind = _kind(entry, language)
    if kind is None or CONSOLIDATION in entry.attributes:
        return
    tags = {child.tag for child in entry.children}
    for tag in kind.required_children:
        if tag not in tags:
            yield Finding(entry, f"<{entry.tag}> holds no <{tag}>", hint=f"add at least one <{tag}> to it")


@rule("IDM1008", "stray-text")
def stray_text(document: Document) -> Iterator[tuple[Entry, int, int]]:
    """Text stands between elements, where the language has attributes and elements only.

    Why: the product refuses the file at deployment. Often a comment lost its marks.

    Bad:
        <Agent Identifier="Local" DisplayName_L1="Local">the first agent</Agent>

    Good:
        <!-- the first agent -->
        <Agent Identifier="Local" DisplayName_L1="Local"/>
    """
    for entry, start, end in document.stray_text:
        if entry.kind is not None:
            yield entry, start, end


@rule("IDM1009", "invalid-structure")
def invalid_structure() -> None:
    """A file does not follow the XSD that was given with --xsd, or ours in a way no other rule describes.

    Why: the product refuses the file at deployment.

    Bad:
        <Agent xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true" Identifier="Local" DisplayName_L1="Local"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
    """


ELEMENT_RULES = (
    unknown_element,
    misplaced_element,
    unknown_attribute,
    missing_attribute,
    bad_value,
    repeated_element,
    missing_element,
)
