"""What forms hold: embedded forms, records and their dates, homonym searches, and the activity a form belongs to."""

from collections.abc import Iterator, Mapping

from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.forms import FORM_TYPES, TYPE_BY_FORM, main_type, record_type, workflow_forms
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.model.context import Context
from idmxml.model.entity_model import NEEDS, entity_model
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

LINK_FILTERS = Projection("HomonymEntityLink.Filter", ("../Identifier",))
WORKFLOWS = Projection("Workflow", ("Identifier", "VariablesType"))
TEMPLATES = Projection("Activity", ("../Identifier", "Identifier", "Template"))
MOST_COMPARED = 5
DATES = {"RecordStartProperty": "StartDate", "RecordEndProperty": "EndDate"}
MAIN_CONTROLS = ("MainControl", "MainSummaryControl", "SummaryControl")
RECORD_CONTROLS = (
    "RecordControl",
    "RecordItemControl",
    "RecordSlaveControl",
    "RecordSlaveUniqueItemControl",
    "RecordSummaryControl",
    "RecordUniqueItemControl",
)
VIEW_CONTROLS = ("MainControl", "RecordControl", "RecordItemControl", "RecordUniqueItemControl")
WITHOUT_USER = frozenset({"Persist", "PersistOnlyResources", "ContinueWith"})


@rule(
    "IDM7117",
    "records-without-dates",
    Severity.WARNING,
    on=("Form", "ResourceViewRecordEntityForm", "WorkflowUpdateSeveralRecordsEntityForm"),
    reads=("RecordProperty", "MainProperty", "EntityType", "RecordStartProperty", "RecordEndProperty"),
    needs=NEEDS,
)
def records_without_dates(entry: Entry, context: Context) -> Iterator[Finding]:
    """A form with records names no property for their start or end, and they have no StartDate or EndDate.

    Why: RecordStartProperty and RecordEndProperty may be left out when the records have properties of these names.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Posts" DisplayName_L1="Posts" Type="ForeignKey"/>
        </EntityType>
        <EntityType Identifier="HR_Post" DisplayName_L1="Post">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Person" DisplayName_L1="Person" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="EndDate" DisplayName_L1="End" Type="DateTime" TargetColumnIndex="6"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Posts" Property1="HR_Post:Person" Property2="HR_Person:Posts" IsProperty2Collection="true"/>
        <ResourceViewRecordEntityForm Identifier="HR_Person_View" EntityType="HR_Person" RecordProperty="HR_Person:Posts"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Posts" DisplayName_L1="Posts" Type="ForeignKey"/>
        </EntityType>
        <EntityType Identifier="HR_Post" DisplayName_L1="Post">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Person" DisplayName_L1="Person" Type="ForeignKey" TargetColumnIndex="128"/>
          <Property Identifier="Since" DisplayName_L1="Since" Type="DateTime" TargetColumnIndex="5"/>
          <Property Identifier="EndDate" DisplayName_L1="End" Type="DateTime" TargetColumnIndex="6"/>
        </EntityType>
        <EntityAssociation Identifier="HR_Posts" Property1="HR_Post:Person" Property2="HR_Person:Posts" IsProperty2Collection="true"/>
        <ResourceViewRecordEntityForm Identifier="HR_Person_View" EntityType="HR_Person" RecordProperty="HR_Person:Posts"
            RecordStartProperty="HR_Post:Since"/>
    """
    records = record_type(entry, context) if entry.get("RecordProperty") else None
    for attribute, usual in DATES.items() if records else ():
        if records and not entry.get(attribute) and not entity_model(context).may_have(records, usual):
            message = f"the records are of {records}, which has no {usual}"
            yield Finding(entry, message, "RecordProperty", f"name the property that takes its place in {attribute}")


@rule(
    "IDM7118",
    "crowded-homonym-search",
    on="Control",
    reads=("HomonymEntityLink",),
    needs=(LINK_FILTERS,),
)
def crowded_homonym_search(entry: Entry, context: Context) -> Iterator[Finding]:
    """A homonym search without filters of its own holds more than five bound controls.

    Why: without filters the controls inside make up the filter, and a filter compares five properties at most.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="A" DisplayName_L1="A" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="B" DisplayName_L1="B" TargetColumnIndex="5"/>
          <Property Identifier="C" DisplayName_L1="C" TargetColumnIndex="6"/>
          <Property Identifier="D" DisplayName_L1="D" TargetColumnIndex="7"/>
          <Property Identifier="E" DisplayName_L1="E" TargetColumnIndex="8"/>
          <Property Identifier="F" DisplayName_L1="F" TargetColumnIndex="9"/>
        </EntityType>
        <HomonymEntityLink Identifier="HR_Homonym" FormEntityType="HR_Person"/>
        <Form Identifier="HR_Person_Sheet" EntityType="HR_Person">
          <Control OutputType="LayoutFieldset" Name="HR_Names" HomonymEntityLink="HR_Homonym">
            <Control Binding="A"/><Control Binding="B"/><Control Binding="C"/>
            <Control Binding="D"/><Control Binding="E"/><Control Binding="F"/>
          </Control>
        </Form>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="A" DisplayName_L1="A" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="B" DisplayName_L1="B" TargetColumnIndex="5"/>
        </EntityType>
        <HomonymEntityLink Identifier="HR_Homonym" FormEntityType="HR_Person"/>
        <Form Identifier="HR_Person_Sheet" EntityType="HR_Person">
          <Control OutputType="LayoutFieldset" Name="HR_Names" HomonymEntityLink="HR_Homonym">
            <Control Binding="A"/><Control Binding="B"/>
          </Control>
        </Form>
    """
    link = entry.get("HomonymEntityLink")
    known = link and link in context.names("HomonymEntityLink") and not context.may_exist(link)
    if not known or link in context.rows(LINK_FILTERS):
        return
    if not isinstance(entry, Entry):  # a row tells nothing of the controls inside, which the file does
        yield Finding(entry, "a homonym search without filters", "HomonymEntityLink")
        return
    bound = [each for each in _below(entry) if each.get("Binding")]
    if len(bound) > MOST_COMPARED:
        message = f"the search compares {len(bound)} properties; {MOST_COMPARED} are possible without filters"
        hint = f'move controls out, or give <HomonymEntityLink Identifier="{link}"> its own <Filter>s'
        yield Finding(entry, message, "HomonymEntityLink", hint, related=((bound[MOST_COMPARED], "the sixth"),))


def _below(entry: Entry) -> Iterator[Entry]:
    for each in entry.of_kind("Control"):
        yield each
        yield from _below(each)


@rule("IDM7119", "incomplete-record-view", Severity.INFO, on="ResourceViewRecordEntityForm")
def incomplete_record_view(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A form that shows a resource with its records lacks one of its four controls.

    Why: every known form of this kind has MainControl, RecordControl, RecordItemControl and RecordUniqueItemControl.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceViewRecordEntityForm Identifier="HR_Person_View" EntityType="HR_Person">
          <MainControl OutputType="LayoutContainer"/>
        </ResourceViewRecordEntityForm>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ResourceViewRecordEntityForm Identifier="HR_Person_View" EntityType="HR_Person">
          <MainControl OutputType="LayoutContainer"/>
          <RecordControl OutputType="LayoutContainer"/>
          <RecordItemControl OutputType="LayoutContainer"/>
          <RecordUniqueItemControl OutputType="LayoutContainer"/>
        </ResourceViewRecordEntityForm>
    """
    lacking = [each for each in VIEW_CONTROLS if not any(entry.of_kind(each))]
    if lacking and CONSOLIDATION not in entry.attributes:
        names = " and ".join(f"<{each}>" for each in lacking)
        one = len(lacking) == 1
        hint = f'add {"it" if one else "them"}; OutputType="LayoutContainer" leaves {"it" if one else "each"} empty'
        yield Finding(entry, f"the form has no {names}", hint=hint)


@rule(
    "IDM7120",
    "foreign-embedded-form",
    Severity.WARNING,
    on=(*MAIN_CONTROLS, *RECORD_CONTROLS),
    reads=("EmbeddedForm", "../RecordProperty", "../MainProperty", "../EntityType"),
    needs=(*NEEDS, FORM_TYPES),
)
def foreign_embedded_form(entry: Entry, context: Context) -> Iterator[Finding]:
    """A control for the main resource, or for its records, embeds a form of another entity type.

    Why: the controls of the embedded form bind properties of its own entity type, which the resource shown does not have.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Form Identifier="HR_Site_Sheet" EntityType="HR_Site">
          <Control Binding="Code"/>
        </Form>
        <WorkflowEditEntityForm Identifier="HR_Person_Edit" EntityType="Workflow_HR_Person" MainProperty="Workflow_HR_Person:HR_Person">
          <MainControl OutputType="TransformImport" EmbeddedForm="HR_Site_Sheet"/>
        </WorkflowEditEntityForm>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Form Identifier="HR_Person_Sheet" EntityType="HR_Person">
          <Control Binding="Login"/>
        </Form>
        <WorkflowEditEntityForm Identifier="HR_Person_Edit" EntityType="Workflow_HR_Person" MainProperty="Workflow_HR_Person:HR_Person">
          <MainControl OutputType="TransformImport" EmbeddedForm="HR_Person_Sheet"/>
        </WorkflowEditEntityForm>
    """
    form, parent = entry.get("EmbeddedForm"), entry.parent
    owner = context.derived(TYPE_BY_FORM).get(form or "")
    if not form or not owner or parent is None or context.may_exist(form):
        return
    is_main = entry.kind in MAIN_CONTROLS
    wanted = main_type(parent, context) if is_main else record_type(parent, context)
    if wanted and owner != wanted:
        what = "the form is about" if is_main else "the records are of"
        there = declared_there("Form", form, f"it is for {owner}", context)
        message = f"form '{form}' is for {owner}, and {what} {wanted}"
        yield Finding(entry, message, "EmbeddedForm", f"embed a form whose EntityType is {wanted}", elsewhere=there)


def variables_types(context: Context) -> Mapping[str, str]:
    """The entity type of the variables of each workflow that is declared by hand."""
    return {row[0]: row[1] for row in context.rows(WORKFLOWS) if row[0] and row[1]}


def activity_templates(context: Context) -> Mapping[tuple[str, str], str]:
    """The template of each activity, by workflow and activity."""
    return {(row[0], row[1]): row[2] for row in context.rows(TEMPLATES) if row[0] and row[1] and row[2]}


def split_activity(value: str | None) -> tuple[str, str]:
    """Workflow and activity of a reference to an activity."""
    workflow, _, activity = (value or "").partition(":")
    return workflow, activity


@rule(
    "IDM7112",
    "form-of-another-workflow",
    Severity.WARNING,
    on=workflow_forms,
    reads=("Activity", "EntityType"),
    needs=(WORKFLOWS,),
)
def form_of_another_workflow(entry: Entry, context: Context) -> Iterator[Finding]:
    """A workflow form has another entity type than the variables of the workflow whose activity it belongs to.

    Why: the form fills in the variables of the workflow, so both should have the same entity type.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityType Identifier="HR_Site" DisplayName_L1="Site">
          <Property Identifier="Code" DisplayName_L1="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <WorkflowEntityType EntityType="HR_Site"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
        <WorkflowCreateEntityForm Identifier="HR_Person_Create_Request" EntityType="Workflow_HR_Site" Activity="HR_Person_Create:Request">
          <MainControl OutputType="LayoutContainer"/>
        </WorkflowCreateEntityForm>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
        <WorkflowCreateEntityForm Identifier="HR_Person_Create_Request" EntityType="Workflow_HR_Person" Activity="HR_Person_Create:Request">
          <MainControl OutputType="LayoutContainer"/>
        </WorkflowCreateEntityForm>
    """
    workflow, _ = split_activity(entry.get("Activity"))
    wanted, own = context.derived(variables_types).get(workflow), entry.get("EntityType")
    if wanted and own and wanted != own and not context.may_exist(workflow):
        message = f"the variables of workflow {workflow} are of {wanted}, and this form is for {own}"
        yield Finding(entry, message, "EntityType", f'write EntityType="{wanted}", or name an activity of a workflow for {own}')


@rule(
    "IDM7113",
    "form-without-user",
    Severity.WARNING,
    on=workflow_forms,
    reads=("Activity",),
    needs=(TEMPLATES,),
)
def form_without_user(entry: Entry, context: Context) -> Iterator[Finding]:
    """A form belongs to an activity that asks nobody anything.

    Why: activities of the templates Persist, PersistOnlyResources and ContinueWith run by themselves, so the form is never
    seen. Forms belong to the activities where people act.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
        <WorkflowCreateEntityForm Identifier="HR_Person_Create_Request" EntityType="Workflow_HR_Person" Activity="HR_Person_Create:Persist">
          <MainControl OutputType="LayoutContainer"/>
        </WorkflowCreateEntityForm>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
        <WorkflowCreateEntityForm Identifier="HR_Person_Create_Request" EntityType="Workflow_HR_Person" Activity="HR_Person_Create:Request">
          <MainControl OutputType="LayoutContainer"/>
        </WorkflowCreateEntityForm>
    """
    workflow, activity = split_activity(entry.get("Activity"))
    template = context.derived(activity_templates).get((workflow, activity))
    if template in WITHOUT_USER:
        message = f"activity {activity} is of template {template}, which shows no form"
        yield Finding(entry, message, "Activity", "name the activity in which the form is filled in")
