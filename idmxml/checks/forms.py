"""Forms: one default per entity type, and what they embed, list and record belongs to the right entity type."""

from collections.abc import Iterator, Mapping

from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, PropertyFacts, entity_model
from idmxml.model.only_values import OnlyValues
from idmxml.model.projection import Projection
from idmxml.source.entry import TRUE, Entry

VIEW_FORMS = ("Form", "ResourceViewEntityForm", "ResourceViewRecordEntityForm")
DEFAULTS = ("Identifier", "EntityType", "IsDefaultViewForm", "IsDefaultSelfForm", CONSOLIDATION)
FORM_TYPES = Projection("Form", ("Identifier", "EntityType"))
TABLES = Projection("DisplayTable", ("Identifier", "EntityType"))
TYPE_BY_FORM, TYPE_BY_TABLE = OnlyValues(FORM_TYPES), OnlyValues(TABLES)


def workflow_forms() -> tuple[str, ...]:
    """The kinds of forms that belong to workflows."""
    return tuple(kind.id for kind in language() if kind.id.startswith("Workflow") and kind.id.endswith("Form"))


def record_forms() -> tuple[str, ...]:
    """The kinds of forms with records."""
    return tuple(kind.id for kind in language() if kind.id.endswith("Form") and "RecordProperty" in kind.attributes)


@rule(
    "IDM7111",
    "several-default-forms",
    Severity.WARNING,
    on=VIEW_FORMS,
    reads=DEFAULTS,
    needs=tuple(Projection(kind, DEFAULTS) for kind in VIEW_FORMS),
)
def several_default_forms(entry: Entry, context: Context) -> Iterator[Finding]:
    """An entity type has more than one default form to view a resource, or to view oneself.

    Why: IsDefaultViewForm and IsDefaultSelfForm mark the form that opens where none is named, and one only can be that.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceViewEntityForm Identifier="HR_Person_View" EntityType="HR_Person" IsDefaultViewForm="true"/>
        <ResourceViewEntityForm Identifier="HR_Person_Card" EntityType="HR_Person" IsDefaultViewForm="true"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceViewEntityForm Identifier="HR_Person_View" EntityType="HR_Person" IsDefaultViewForm="true"/>
        <ResourceViewEntityForm Identifier="HR_Person_Card" EntityType="HR_Person"/>
    """
    if entry.get(CONSOLIDATION) == "Delete":
        return
    mine = (entry.kind or "", entry.get("Identifier") or "")
    for flag in ("IsDefaultViewForm", "IsDefaultSelfForm"):
        first = context.derived(_default_forms).get((flag, entry.get("EntityType") or ""), mine)
        if entry.flag(flag) and first != mine:
            there = declared_there(*first, "the other default form", context)
            message = f"'{first[1]}' is the default form of {entry.get('EntityType')} already"
            yield Finding(entry, message, flag, f"keep {flag} on one of them", elsewhere=there)


def _default_forms(context: Context) -> Mapping[tuple[str, str], tuple[str, str]]:
    """By flag and entity type, kind and name of the first default form: in the first file, and there the first by name."""
    found: dict[tuple[str, str], tuple[int, str, str]] = {}
    for kind in VIEW_FORMS:
        for row in context.rows(Projection(kind, DEFAULTS)):
            name, entity_type = row[0] or "", row[1] or ""
            place = (context.names(kind).get(name, -1), name, kind)
            for flag, value in zip(("IsDefaultViewForm", "IsDefaultSelfForm"), row[2:4], strict=True):
                if value in TRUE and row[4] != "Delete" and place[0] >= 0:
                    found[flag, entity_type] = min(place, found.get((flag, entity_type), place))
    return {key: (kind, name) for key, (_, name, kind) in found.items()}


def named_property(value: str | None, base: str | None, context: Context) -> PropertyFacts | None:
    """The property that an attribute names, as EntityType:Property or within ``base``; None when it isn't known."""
    owner, colon, name = (value or "").partition(":")
    entity_type = owner if colon else base
    return entity_model(context).property(entity_type, name if colon else owner) if entity_type and value else None


@rule(
    "IDM7114",
    "main-property-of-another-kind",
    Severity.WARNING,
    on=workflow_forms,
    reads=("MainProperty", "EntityType"),
    needs=NEEDS,
)
def main_property_of_another_kind(entry: Entry, context: Context) -> Iterator[Finding]:
    """MainProperty of a workflow form is no navigation property of the form's entity type.

    Why: it leads from the variables of the workflow to the resource that the form is about.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <WorkflowEditEntityForm Identifier="HR_Person_Edit" EntityType="Workflow_HR_Person" MainProperty="HR_Person:Login">
          <MainControl OutputType="LayoutContainer"/>
        </WorkflowEditEntityForm>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <WorkflowEditEntityForm Identifier="HR_Person_Edit" EntityType="Workflow_HR_Person" MainProperty="Workflow_HR_Person:HR_Person">
          <MainControl OutputType="LayoutContainer"/>
        </WorkflowEditEntityForm>
    """
    value, base = entry.get("MainProperty"), entry.get("EntityType")
    if not value or not base:
        return
    owner = value.partition(":")[0] if ":" in value else base
    found = named_property(value, base, context)
    if owner != base:
        yield Finding(
            entry, f"{value} is no property of {base}, the entity type of the form", "MainProperty", _navigations(base, context)
        )
    elif found is not None and found.is_scalar:
        yield Finding(
            entry, f"{value} leads to no resource: it is of type {found.type}", "MainProperty", _navigations(base, context)
        )


def _navigations(entity_type: str, context: Context) -> str:
    names = [each.name for each in entity_model(context).properties(entity_type).values() if each.is_navigation]
    return f"its navigation properties are {', '.join(names[:6])}" if names else "name its navigation property to the resource"


@rule(
    "IDM7115",
    "record-property-of-another-kind",
    Severity.WARNING,
    on=record_forms,
    reads=("RecordProperty", "MainProperty", "EntityType"),
    needs=NEEDS,
)
def record_property_of_another_kind(entry: Entry, context: Context) -> Iterator[Finding]:
    """RecordProperty of a form leads to no records, to a single one, or starts from another entity type than the main one.

    Why: it is the multi-valued navigation property from the resource of the form to its records.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceViewRecordEntityForm Identifier="HR_Person_View" EntityType="HR_Person" RecordProperty="HR_Person:Login"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Posts" DisplayName_L1="Posts" Type="ForeignKey"/>
        </EntityType>
        <EntityType Identifier="HR_Post" DisplayName_L1="Post">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Person" DisplayName_L1="Person" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="StartDate" DisplayName_L1="Start" Type="DateTime" TargetColumnIndex="5"/>
          <Property Identifier="EndDate" DisplayName_L1="End" Type="DateTime" TargetColumnIndex="6"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Posts" Property1="HR_Post:Person" Property2="HR_Person:Posts" IsProperty2Collection="true"/>
        <ResourceViewRecordEntityForm Identifier="HR_Person_View" EntityType="HR_Person" RecordProperty="HR_Person:Posts"/>
    """
    value = entry.get("RecordProperty")
    main = main_type(entry, context)
    found = named_property(value, main, context)
    if not value or found is None:
        return
    if main and found.owner != main:
        hint = f"name a multi-valued navigation property of {main}"
        yield Finding(entry, f"{value} is no property of {main}, which the form is about", "RecordProperty", hint)
    elif found.is_scalar or found.is_collection is False:
        what = "to a single resource" if found.is_navigation else "to no resource"
        hint = f"name the multi-valued navigation property of {found.owner} to its records"
        yield Finding(entry, f"{value} leads {what}, not to records", "RecordProperty", hint)


def main_type(entry: Entry, context: Context) -> str | None:
    """The entity type of the resource a form is about: where MainProperty leads, else that of the form."""
    if entry.get("MainProperty"):
        found = named_property(entry.get("MainProperty"), entry.get("EntityType"), context)
        return found.target if found is not None else None
    entity_type = entry.get("EntityType") or ""
    return None if "Workflow" in entity_type or not entity_type else entity_type


def record_type(entry: Entry, context: Context) -> str | None:
    """The entity type of a form's records."""
    found = named_property(entry.get("RecordProperty"), main_type(entry, context), context)
    return found.target if found is not None else None


@rule(
    "IDM7116",
    "foreign-record-table",
    Severity.WARNING,
    on=("Form", "WorkflowCreateSeveralRecordsEntityForm", "WorkflowUpdateSeveralRecordsEntityForm"),
    reads=("RecordTable", "RecordProperty", "MainProperty", "EntityType"),
    needs=(*NEEDS, TABLES),
)
def foreign_record_table(entry: Entry, context: Context) -> Iterator[Finding]:
    """RecordTable of a form is a table of another entity type than the records.

    Why: the table lists the records, whose properties its columns must find.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Posts" DisplayName_L1="Posts" Type="ForeignKey"/>
        </EntityType>
        <EntityType Identifier="HR_Post" DisplayName_L1="Post">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Person" DisplayName_L1="Person" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Posts" Property1="HR_Post:Person" Property2="HR_Person:Posts" IsProperty2Collection="true"/>
        <DisplayTable Identifier="HR_Person" EntityType="HR_Person" DisplayTableDesignElement="table">
          <Column DisplayBinding="Login"/>
        </DisplayTable>
        <Form Identifier="HR_Person_Posts" EntityType="HR_Person" RecordProperty="HR_Person:Posts" RecordTable="HR_Person"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Posts" DisplayName_L1="Posts" Type="ForeignKey"/>
        </EntityType>
        <EntityType Identifier="HR_Post" DisplayName_L1="Post">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Person" DisplayName_L1="Person" Type="ForeignKey" TargetColumnIndex="128"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Posts" Property1="HR_Post:Person" Property2="HR_Person:Posts" IsProperty2Collection="true"/>
        <DisplayTable Identifier="HR_Post" EntityType="HR_Post" DisplayTableDesignElement="table">
          <Column DisplayBinding="Code"/>
        </DisplayTable>
        <Form Identifier="HR_Person_Posts" EntityType="HR_Person" RecordProperty="HR_Person:Posts" RecordTable="HR_Post"/>
    """
    table, records = entry.get("RecordTable"), record_type(entry, context)
    owner = context.derived(TYPE_BY_TABLE).get(table or "")
    if table and records and owner and owner != records:
        message = f"table '{table}' shows {owner}, and the records are of {records}"
        yield Finding(entry, message, "RecordTable", f"name a table whose EntityType is {records}")
