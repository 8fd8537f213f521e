"""Record sections: their dates, their default section, and the context rule that they need."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.formats import bare
from idmxml.checks.keys import EXPRESSIONS, expressions
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

DATES: Final = ("StartProperty", "EndProperty")
CONTEXTS: Final = Projection("ContextRule", ("SourceEntityType",))
SECTIONS: Final = Projection("RecordSection", ("SourceEntityType", "Identifier"))


def _excludes(entry: Entry) -> bool:
    return entry.flag("IsExcluded")


@rule("IDM5250", "exclusion-outside-default", Severity.WARNING, on="RecordSection")
def exclusion_outside_default(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A record section both holds properties and excludes one.

    Why: the section without properties is the default one, which takes all that the others do not; IsExcluded takes a
    property out of it, and does nothing in a section that names its own.

    Bad:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" TargetColumnIndex="5"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post">
          <Property Property="Site"/>
          <Property Property="Number" IsExcluded="true"/>
        </RecordSection>

    Good:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" TargetColumnIndex="5"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post">
          <Property Property="Number" IsExcluded="true"/>
        </RecordSection>
    """
    held = next((each for each in entry.children if not _excludes(each)), None)
    for each in entry.children if held is not None else ():
        if _excludes(each):
            message = f"{entry.get('Identifier') or 'this section'} is not the default section, and excludes nothing"
            related = ((held, "a property of its own"),) if held is not None else ()
            yield Finding(each, message, "IsExcluded", "exclude it in the section without properties", related=related)


@rule("IDM5251", "needless-boundary", Severity.WARNING, on="RecordSection", touch=frozenset({"BoundaryKind"}))
def needless_boundary(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The default record section, which has no properties, has a BoundaryKind.

    Why: it says what an empty date of another section means, and has no effect on the default section.

    Bad:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post" BoundaryKind="Kept"/>

    Good:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post"/>
    """
    if (entry.get("BoundaryKind") or "None") not in {"None", "0"} and all(_excludes(each) for each in entry.children):
        message = "BoundaryKind has no effect on the section without properties"
        yield Finding(entry, message, "BoundaryKind", hint="remove it, or list the section's properties")


@rule(
    "IDM5252",
    "boundary-without-date",
    on="RecordSection",
    reads=("ResourceEntityType", *DATES),
    needs=NEEDS,
)
def boundary_without_date(entry: Entry, context: Context) -> Iterator[Finding]:
    """The StartProperty or EndProperty of a record section is no property of type DateTime.

    Why: they bound the time for which the section's values hold.

    Bad:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" TargetColumnIndex="5"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post" StartProperty="Start"/>

    Good:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" Type="DateTime" TargetColumnIndex="5"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post" StartProperty="Start"/>
    """
    owner = entry.get("ResourceEntityType") or ""
    for name in DATES:
        facts = entity_model(context).property(owner, bare(entry.get(name)))
        if facts is not None and facts.type not in {None, "DateTime", "Option"}:
            message = f"{owner}:{facts.name} is of type {facts.type}, not DateTime"
            yield Finding(entry, message, name, hint="name a property that holds a date")


@rule(
    "IDM5253",
    "computed-boundary",
    on="RecordSection",
    reads=("ResourceEntityType", *DATES),
    needs=(EXPRESSIONS,),
)
def computed_boundary(entry: Entry, context: Context) -> Iterator[Finding]:
    """The StartProperty or EndProperty of a record section is computed by an EntityPropertyExpression.

    Why: the sections are read before expressions are computed, so the dates must be loaded or entered.

    Bad:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Hired" Type="DateTime" TargetColumnIndex="5"/>
          <Property Identifier="Start" Type="DateTime" TargetColumnIndex="6"/>
        </EntityType>
        <EntityPropertyExpression Identifier="HR_Start" EntityType="HR_Post" Property="Start" Binding="HR_Post:Hired"/>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post" StartProperty="Start"/>

    Good:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Hired" Type="DateTime" TargetColumnIndex="5"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post" StartProperty="Hired"/>
    """
    owner = entry.get("ResourceEntityType") or ""
    for name in DATES:
        identifier = expressions(context).get((owner, bare(entry.get(name))))
        if identifier is not None:
            message = f"{owner}:{bare(entry.get(name))} is computed by the expression {identifier}"
            yield Finding(entry, message, name, hint="name a property that is loaded or entered")


@rule(
    "IDM5254",
    "section-without-context-rule",
    Severity.WARNING,
    on="RecordSection",
    reads=("SourceEntityType",),
    needs=(CONTEXTS,),
)
def section_without_context_rule(entry: Entry, context: Context) -> Iterator[Finding]:
    """No context rule is for the SourceEntityType of a record section.

    Why: contexts are made by context rules; record sections only say how many there are.

    Bad:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ContextRule Identifier="Posts" DisplayName_L1="Posts" Policy="Default" SourceEntityType="HR_Post"/>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post"/>
    """
    source = entry.get("SourceEntityType")
    if not source or source in context.rows(CONTEXTS) or context.may_exist(source) or not _is_known(context):
        return
    hint = f'declare <ContextRule SourceEntityType="{source}" …/>'
    yield Finding(entry, f"no context rule is for {source}", "SourceEntityType", hint)


def _is_known(context: Context) -> bool:
    """Whether all context rules are known: a scaffolding that makes one may make any."""
    return not context.generated.names("ContextRule") and not context.generated.has("ContextRule", "Any")


@rule(
    "IDM5255",
    "lone-record-section",
    Severity.INFO,
    on="RecordSection",
    reads=("SourceEntityType",),
    needs=(SECTIONS,),
)
def lone_record_section(entry: Entry, context: Context) -> Iterator[Finding]:
    """An entity type has one record section alone.

    Why: a default section, for what all contexts share, and one at least for what differs are advised.

    Bad:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post"/>

    Good:
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Site" TargetColumnIndex="5"/>
        </EntityType>
        <RecordSection Identifier="Contract" DisplayName_L1="Contract" SourceEntityType="HR_Post" ResourceEntityType="HR_Post"/>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post">
          <Property Property="Site"/>
        </RecordSection>
    """
    source = entry.get("SourceEntityType") or ""
    if source and len(context.derived(_sections).get(source, ())) == 1 and not context.mentioned:
        hint = "add a section with the properties that differ from context to context"
        yield Finding(entry, f"this is the only record section of {source}", "SourceEntityType", hint)


def _sections(context: Context) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for source, identifier in context.tuples(SECTIONS):
        if source and identifier:
            found[source].add(identifier)
    return found


START_AND_END: Final = ("ResourcesStartBinding", "ResourcesEndBinding", "ResourcesStartExpression", "ResourcesEndExpression")


@rule(
    "IDM5256",
    "ignored-context-dates",
    Severity.WARNING,
    on="ContextRule",
    reads=("SourceEntityType", *START_AND_END),
    needs=(SECTIONS,),
)
def ignored_context_dates(entry: Entry, context: Context) -> Iterator[Finding]:
    """A context rule names the dates of its resources, although there are record sections for the same entity type.

    Why: the record sections have dates of their own, and those of the context rule are ignored. They still choose what is
    certified when they are bindings; expressions do nothing at all.

    Bad:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" Type="DateTime" TargetColumnIndex="5"/>
        </EntityType>
        <ContextRule Identifier="Posts" DisplayName_L1="Posts" Policy="Default" SourceEntityType="HR_Post"
            ResourcesStartExpression="C#:post:return post.Start;"/>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post"/>

    Good:
        <Policy Identifier="Default" DisplayName_L1="Default"/>
        <EntityType Identifier="HR_Post">
          <Property Identifier="Number" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Start" Type="DateTime" TargetColumnIndex="5"/>
        </EntityType>
        <ContextRule Identifier="Posts" DisplayName_L1="Posts" Policy="Default" SourceEntityType="HR_Post"/>
        <RecordSection Identifier="Post" DisplayName_L1="Post" SourceEntityType="HR_Post" ResourceEntityType="HR_Post" StartProperty="Start"/>
    """
    source = entry.get("SourceEntityType") or ""
    if not context.derived(_sections).get(source):
        return
    for name in START_AND_END:
        if entry.get(name):
            # Bindings still choose what a certification looks at.
            severity = Severity.INFO if name.endswith("Binding") else None
            message = f"{name} is ignored: the record sections of {source} have dates of their own"
            yield Finding(entry, message, name, hint="give the sections StartProperty and EndProperty", severity=severity)
