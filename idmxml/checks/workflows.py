"""Workflows and their aspects: activities, the states aspects wait for, and the checks of built values."""

from collections.abc import Iterator
from functools import lru_cache

from idmxml.checks.finding import Elsewhere, Finding
from idmxml.checks.forms import workflow_forms
from idmxml.checks.forms_content import TEMPLATES, WORKFLOWS, activity_templates, split_activity, variables_types
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language
from idmxml.model.bindings import Malformed, parse_binding
from idmxml.model.context import Context
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

ASPECT_TASKS = Projection("InvokeAspectsTask", ("Agent",))
FIRST, LAST = ("Action", "ActionWithRefine"), ("Persist", "PersistOnlyResources", "ContinueWith")


@rule(
    "IDM7161",
    "state-of-another-template",
    on=("Form", "PointCut", "Recipient"),
    reads=("Activity", "ActivityState"),
    needs=(TEMPLATES,),
)
def state_of_another_template(entry: Entry, context: Context) -> Iterator[Finding]:
    """ActivityState is a state of another template than that of the activity.

    Why: the part before the dash is the template; an activity of another template never reaches the state, so nothing
    happens.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="ActionWithRefine"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
        <NotificationAspect Identifier="HR_Person_Create_Mail">
          <PointCut Activity="HR_Person_Create:Request" ActivityState="Action-Executed"/>
          <Recipient Type="Actor"/>
        </NotificationAspect>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="ActionWithRefine"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
        <NotificationAspect Identifier="HR_Person_Create_Mail">
          <PointCut Activity="HR_Person_Create:Request" ActivityState="ActionWithRefine-Executed"/>
          <Recipient Type="Actor"/>
        </NotificationAspect>
    """
    workflow, activity = split_activity(entry.get("Activity"))
    template, state = context.derived(activity_templates).get((workflow, activity)), entry.get("ActivityState") or ""
    known = state_names()
    if template is None or state not in known or state.partition("-")[0] == template or context.may_exist(workflow):
        return
    own = [each for each in known if each.startswith(f"{template}-")]
    if not own:
        return
    near = f"{template}-{state.partition('-')[2]}"
    replacement = near if near in own else None
    hint = f"write '{near}'" if replacement else f"its states are {', '.join(own)}"
    message = f"activity {activity} is of template {template}, and never in the state {state}"
    yield Finding(entry, message, "ActivityState", hint, replacement=replacement)


@lru_cache(maxsize=1)
def state_names() -> tuple[str, ...]:
    """Every state of an activity, as Template-State."""
    return language().kind("PointCut").attributes["ActivityState"].type.values


@rule(
    "IDM7162",
    "pointcut-of-another-workflow",
    Severity.WARNING,
    on="PointCut",
    reads=("Activity", "../Binding", "../ExpressionBinding"),
    needs=(WORKFLOWS,),
)
def pointcut_of_another_workflow(entry: Entry, context: Context) -> Iterator[Finding]:
    """An aspect waits for an activity of a workflow whose variables are of another type than its bindings start at.

    Why: the bindings are walked from the variables of the workflow, which do not have these properties.

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
        <AssertValueRequiredAspect Identifier="HR_Site_Code" Binding="Workflow_HR_Site:HR_Site.Code" ExpressionBinding="Workflow_HR_Site:HR_Site">
          <PointCut Activity="HR_Person_Create:Request" ActivityState="Action-Executed"/>
        </AssertValueRequiredAspect>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
        <AssertValueRequiredAspect Identifier="HR_Person_Login" Binding="Workflow_HR_Person:HR_Person.Login" ExpressionBinding="Workflow_HR_Person:HR_Person">
          <PointCut Activity="HR_Person_Create:Request" ActivityState="Action-Executed"/>
        </AssertValueRequiredAspect>
    """
    workflow, _ = split_activity(entry.get("Activity"))
    wanted, parent = context.derived(variables_types).get(workflow), entry.parent
    if wanted is None or parent is None or context.may_exist(workflow):
        return
    start = next(filter(None, (_start(parent.get(name)) for name in ("Binding", "ExpressionBinding"))), None)
    if start is not None and start != wanted and "Workflow" in start:
        message = f"the variables of workflow {workflow} are of {wanted}, and the aspect's bindings start at {start}"
        yield Finding(entry, message, "Activity", f"name an activity of a workflow with the variables {start}")


def _start(value: str | None) -> str | None:
    """The entity type that a binding says it starts at."""
    binding = parse_binding(value) if value else None
    return binding.start.text if binding is not None and not isinstance(binding, Malformed) and binding.start else None


@rule("IDM7168", "script-without-task", Severity.WARNING, on="InvokeScriptAspect", reads=("Agent",), needs=(ASPECT_TASKS,))
def script_without_task(entry: Entry, context: Context) -> Iterator[Finding]:
    """An aspect runs a script on an agent, and no job has an InvokeAspectsTask on that agent.

    Why: scripts of aspects are run by that task; without it they wait forever.

    Bad:
        <InvokeScriptAspect Identifier="HR_Welcome" Agent="Local" ScriptFile="Scripts/welcome.ps1"/>
        <Job Identifier="Night" DisplayName_L1="Night">
          <UpdateEntityPropertyExpressionsTask Identifier="Night_Update" DisplayName_L1="Update" AllEntityType="true"/>
        </Job>

    Good:
        <InvokeScriptAspect Identifier="HR_Welcome" Agent="Local" ScriptFile="Scripts/welcome.ps1"/>
        <Profile Identifier="Job"/>
        <OpenIdClient Identifier="Job" DisplayName_L1="Job" Profile="Job" HashedSecret="y7Ysjj9ScUO7GzHhIk2HLcKqZRdlYMd5wYyZHLwkOt8="/>
        <Job Identifier="Night" DisplayName_L1="Night" Agent="Local">
          <InvokeAspectsTask Identifier="Night_Aspects" DisplayName_L1="Aspects" Agent="Local" OpenIdClient="Job"/>
        </Job>
    """
    agent = entry.get("Agent")
    if agent and context.is_whole and context.names("Job") and agent not in context.rows(ASPECT_TASKS):
        hint = f'add <InvokeAspectsTask Agent="{agent}" …/> to a job'
        yield Finding(entry, f"no InvokeAspectsTask runs on agent {agent}, so the script is never run", "Agent", hint)


@rule("IDM7169", "unusual-workflow", Severity.INFO, on="Workflow")
def unusual_workflow(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A workflow does not begin with a request, or does not end by saving it or going on with another workflow.

    Why: activities run in the order in which they stand. Known workflows begin with Action or ActionWithRefine and end with
    Persist, PersistOnlyResources or ContinueWith; without the last nothing of what was asked for is kept.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Review" DisplayName_L1="Review" Template="Review"/>
        </Workflow>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Review" DisplayName_L1="Review" Template="Review"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
    """
    activities = list(entry.of_kind("Activity"))
    if not activities or CONSOLIDATION in entry.attributes:
        return
    known = frozenset(language().kind("Activity").attributes["Template"].type.values)
    for each, usual, where in ((activities[0], FIRST, "begins"), (activities[-1], LAST, "ends")):
        template = each.get("Template") or ""
        if template in known and template not in usual:
            message = f"the workflow {where} with an activity of template {template}"
            yield Finding(each, message, "Template", f"workflows usually {where[:-1]} with {' or '.join(usual)}")


@rule("IDM7170", "unusual-variables-type", Severity.INFO, on=lambda: ("Workflow", *workflow_forms()))
def unusual_variables_type(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """The entity type of a workflow's variables, or of a form that fills them in, is not called ``Workflow_…``.

    Why: workflows work on an entity type of their own, which holds what is asked for until it is saved; it is called
    ``Workflow_`` and the name of the entity type it is about. With another the wrong entity type may be meant.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
    """
    attribute = "VariablesType" if entry.kind == "Workflow" else "EntityType"
    value = entry.get(attribute)
    if value and "workflow_" not in value.casefold():
        hint = f"name the entity type of the variables, such as Workflow_{value}"
        yield Finding(entry, f"{value} is not called like the variables of a workflow", attribute, hint)


def aspect_kinds() -> tuple[str, ...]:
    """The kinds of aspects."""
    return tuple(kind.id for kind in language() if "PointCut" in kind.children.values())


@rule("IDM7174", "shared-aspect-identifier", Severity.WARNING, on=aspect_kinds, reads=("Identifier", CONSOLIDATION))
def shared_aspect_identifier(entry: Entry, context: Context) -> Iterator[Finding]:
    """Two aspects of different sorts have one identifier.

    Why: identifiers are unique among all aspects; of two with the same the product keeps one, or refuses both.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <AddChangeAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" Expression="Literal:x"/>
        <AssertValueRequiredAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" ExpressionBinding="Workflow_HR_Person:HR_Person"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <AddChangeAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" Expression="Literal:x"/>
        <AssertValueRequiredAspect Identifier="HR_Login_Needed" Binding="Workflow_HR_Person:HR_Person.Login" ExpressionBinding="Workflow_HR_Person:HR_Person"/>
    """
    name, own = entry.get("Identifier"), entry.kind or ""
    if not name or entry.get(CONSOLIDATION):
        return
    holders = [(context.names(kind)[name], kind) for kind in aspect_kinds() if name in context.names(kind)]
    position, first = min(holders, default=(0, own))
    if first != own:
        there = Elsewhere(position, first, name, "the other aspect")
        message = f"a <{context.language.tag(first)}> is called '{name}' already"
        yield Finding(entry, message, "Identifier", "give it an identifier of its own", elsewhere=(there,))
