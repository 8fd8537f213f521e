"""Values the XSD lets pass although the documentation speaks against them: rules made from its annotations."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION, INTEGER, Attribute, Kind
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.generated import is_of_a_connector_page
from idmxml.model.names import closest
from idmxml.source.entry import Entry

# Kinds of which a rule of their own tells what is left out.
TOLD_BY_CONDITIONS = frozenset({"DisplayNameProfile"})


def _kinds(wanted: Callable[[Attribute], bool]) -> tuple[str, ...]:
    return tuple(kind.id for kind in language() if any(wanted(each) for each in kind.attributes.values()))


def _is_open(attribute: Attribute) -> bool:
    return bool(attribute.type.values) and attribute.type.open


@lru_cache(maxsize=512)
def _soft(kind: Kind) -> tuple[Attribute, ...]:
    return tuple(each for each in kind.attributes.values() if each.soft)


@lru_cache(maxsize=512)
def _open(kind: Kind) -> tuple[Attribute, ...]:
    return tuple(each for each in kind.attributes.values() if _is_open(each))


@lru_cache(maxsize=512)
def _patterned(kind: Kind) -> tuple[Attribute, ...]:
    return tuple(each for each in kind.attributes.values() if each.pattern)


def open_attributes(kind: str) -> frozenset[str]:
    """The names of a kind's attributes whose list of values is not known to be complete."""
    return frozenset(each.name for each in _open(language().kind(kind)))


def patterned_attributes(kind: str) -> frozenset[str]:
    """The names of a kind's attributes that have the same form in every documented example."""
    return frozenset(each.name for each in _patterned(language().kind(kind)))


def soft_kinds() -> tuple[str, ...]:
    """The kinds with attributes or children that are documented as required although examples omit them."""
    softly = _kinds(lambda each: each.soft is not None)
    return tuple(dict.fromkeys((*softly, *(kind.id for kind in language() if kind.soft_children))))


def open_kinds() -> tuple[str, ...]:
    """The kinds with attributes whose list of values is not known to be complete."""
    return _kinds(_is_open)


def patterned_kinds() -> tuple[str, ...]:
    """The kinds with attributes that have the same form in every documented example."""
    return _kinds(lambda each: each.pattern is not None)


@rule("IDM1101", "omitted-attribute", Severity.WARNING, on=soft_kinds)
def omitted_attribute(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An attribute is left out that the documentation lists as required, although some of its examples leave it out.

    Why: the documentation contradicts itself, so the product may accept it; giving the attribute is safe.

    Bad:
        <PasswordResetSettings Mode="Disabled"/>

    Good:
        <PasswordResetSettings Identifier="NoReset" Mode="Disabled"/>
    """
    if CONSOLIDATION in entry.attributes or entry.kind is None or entry.kind in TOLD_BY_CONDITIONS:
        return
    if is_of_a_connector_page(entry.kind, entry.attributes):
        return
    kind = language().kind(entry.kind)
    told: set[str] = set()
    for each in _soft(kind):
        if each.name in entry.attributes or each.name in told or _is_told(entry, each.unless):
            continue
        told.update(each.unless)
        names = [each.name, *(name for name in each.unless if not name.startswith("../"))]
        message = f"<{entry.tag}> lacks {' or '.join(names)}, which is documented as required"
        severity = Severity.from_label(each.soft or "warning")
        yield Finding(entry, message, hint=f'add {each.name}="…"', severity=severity)
    tags = {child.tag for child in entry.children} if kind.soft_children else set()
    for tag in kind.soft_children:
        if tag not in tags:
            yield Finding(entry, f"<{entry.tag}> holds no <{tag}>, which is documented as required", hint=f"add <{tag} …/>")


def _is_told(entry: Entry, unless: tuple[str, ...]) -> bool:
    """Whether another attribute, or one of the parent, says as much."""
    for name in unless:
        holder = entry.parent if name.startswith("../") else entry
        if holder is not None and name.removeprefix("../").removeprefix("@") in holder.attributes:
            return True
    return False


def open_attribute_kinds() -> tuple[str, ...]:
    """The kinds whose attributes are not documented in full."""
    return tuple(kind.id for kind in language() if kind.open)


@rule("IDM1104", "unlisted-attribute", Severity.WARNING, on=open_attribute_kinds)
def unlisted_attribute(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An attribute is not among the known ones of its element, whose documentation does not list them all.

    Why: it is most likely misspelt, and then deployment fails. Where nothing resembles it, nothing is said, for it may be
    right; elements that presumably take the attributes of another, such as forms of workflows those of Form, are judged by it.

    Bad:
        <WorkflowCreateEntityForm Identifier="NewSite" EntityTyp="HR_Site"><MainControl/></WorkflowCreateEntityForm>

    Good:
        <WorkflowCreateEntityForm Identifier="NewSite" EntityType="HR_Site"><MainControl/></WorkflowCreateEntityForm>
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    if entry.kind is None:
        return
    kind = language().kind(entry.kind)
    known = {*kind.attributes, *(language().kind(kind.like).attributes if kind.like else ())}
    for name in entry.attributes:
        near = closest(name, known - entry.attributes.keys()) if name not in known else None
        if name not in known and (near or kind.like):
            hint = f"did you mean {near}?" if near else f"<{kind.like}> has no such attribute, and presumably neither has this"
            yield Finding(entry, f"<{entry.tag}> has no known attribute {name}", name, hint=hint)


@rule("IDM1102", "unlisted-value", Severity.WARNING, on=open_kinds, touch=open_attributes)
def unlisted_value(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A value is not among the known ones of its attribute, whose list is not known to be complete.

    Why: it is most likely misspelt, and then deployment fails or the default is used. The documentation shows some of these
    lists by labels or examples only, so the value may be right after all.

    Bad:
        <AutomationRule Type="Policy" Policy="Default" EntityType="Person" WorkflowState="PendingAproval"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>

    Good:
        <AutomationRule Type="Policy" Policy="Default" EntityType="Person" WorkflowState="PendingApproval"/>
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
    """
    if entry.kind is None:
        return
    for attribute in _open(language().kind(entry.kind)):
        value = entry.attributes.get(attribute.name)
        if value is None or value in attribute.type.values or INTEGER.fullmatch(value):
            continue
        near = closest(value, attribute.type.values)
        known = f"known are {attribute.type.expected.removeprefix('one of ')}"
        hint = f"did you mean '{near}'? {known}" if near else known
        yield Finding(entry, f"'{value}' is not a known value of {attribute.name}", attribute.name, hint, replacement=near)


@rule("IDM1103", "unusual-form", Severity.WARNING, on=patterned_kinds, touch=patterned_attributes)
def unusual_form(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A value does not have the form that all documented examples of its attribute have, such as ``#`` and six hexadecimal digits.

    Why: a colour of another form is not shown, and an attribute of another schema than one of SCIM is not found.

    Bad:
        <AppDisplaySetting PrimaryColor="blue"/>

    Good:
        <AppDisplaySetting PrimaryColor="#273A62"/>
    """
    import re

    if entry.kind is None:
        return
    for attribute in _patterned(language().kind(entry.kind)):
        value = entry.attributes.get(attribute.name)
        if value is not None and attribute.pattern is not None and not re.search(attribute.pattern, value):
            yield Finding(entry, f"'{value}' is an unusual value of {attribute.name}", attribute.name, _form(attribute.pattern))


def _form(pattern: str) -> str:
    """What to write, for a pattern of a colour or of a fixed beginning."""
    if "#" in pattern:
        return "write # and six hexadecimal digits, such as #273A62"
    return f"let it begin with {pattern.removeprefix('^')}"
