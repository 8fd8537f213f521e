"""Dead configuration: objects that are complete, and yet can never act or be seen."""

from collections.abc import Iterator
from dataclasses import replace

from idmxml.checks.finding import Finding
from idmxml.checks.forms import workflow_forms
from idmxml.checks.menus import ITEMS
from idmxml.checks.rule import Rule, rule, rule_of
from idmxml.checks.unused import is_adjustment, references_to, values_of
from idmxml.checks.workflows import aspect_kinds
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import builtins
from idmxml.model.context import Context
from idmxml.model.projection import Projection, Row
from idmxml.source.entry import Entry

TARGETS = ("EntityType", "ReportQuery", "Workflow", "URI")
STANDING_ALONE = ("FormType", "Activity", "IsDefaultViewForm", "IsDefaultSelfForm", "Menu")
ASKING = frozenset({"Action", "ActionWithRefine"})


@rule("IDM9008", "aspect-without-pointcut", Severity.INFO, on=aspect_kinds)
def aspect_without_pointcut(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An aspect has no point at which it runs.

    Why: a PointCut tells the activity and the state in which the aspect runs; without one it never does.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <AssertValueRequiredAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" ExpressionBinding="Workflow_HR_Person:HR_Person"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
          <Activity Identifier="Request" DisplayName_L1="Request" Template="Action"/>
          <Activity Identifier="Persist" DisplayName_L1="Save" Template="Persist"/>
        </Workflow>
        <AssertValueRequiredAspect Identifier="HR_Login" Binding="Workflow_HR_Person:HR_Person.Login" ExpressionBinding="Workflow_HR_Person:HR_Person">
          <PointCut Activity="HR_Person_Create:Request" ActivityState="Action-Executed"/>
        </AssertValueRequiredAspect>
    """
    if CONSOLIDATION not in entry.attributes and not any(entry.of_kind("PointCut")):
        yield Finding(entry, "the aspect never runs: it has no PointCut", "Identifier", "add a <PointCut> with its activity")


@rule("IDM9009", "empty-access-rule", Severity.INFO, on="AccessControlRule")
def empty_access_rule(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An access rule has no entry.

    Why: entries name the permissions that the rule gives; without one it gives none.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Profile Identifier="Manager"/>
        <AccessControlRule Identifier="Manager_Person" DisplayName_L1="Manager" Profile="Manager" EntityType="HR_Person"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Profile Identifier="Manager"/>
        <AccessControlRule Identifier="Manager_Person" DisplayName_L1="Manager" Profile="Manager" EntityType="HR_Person">
          <Entry Permission="/Custom/Resources/HR_Person/View" CanExecute="true"/>
        </AccessControlRule>
    """
    if CONSOLIDATION not in entry.attributes and not any(entry.of_kind("Entry")):
        yield Finding(
            entry, "the rule has no entry, so it gives no permission", "Identifier", "add an <Entry>, or remove the rule"
        )


@rule("IDM9010", "request-without-form", Severity.INFO)
def request_without_form() -> None:
    """An activity in which somebody fills in a request has no form.

    Why: the form shows the fields; forms name their activity as Workflow:Activity.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <WorkflowEntityType EntityType="HR_Person"/>
        <Workflow Identifier="HR_Person_Create" DisplayName_L1="New person" VariablesType="Workflow_HR_Person">
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
        <WorkflowCreateEntityForm Identifier="HR_Person_Create_Request" EntityType="Workflow_HR_Person" Activity="HR_Person_Create:Request">
          <MainControl OutputType="LayoutContainer"/>
        </WorkflowCreateEntityForm>
    """


def _formless(entry: Entry, context: Context) -> Iterator[Finding]:
    """IDM9010."""
    parent = entry.parent
    workflow = parent.get("Identifier") if parent is not None else None
    name = f"{workflow}:{entry.get('Identifier')}"
    if entry.get("Template") not in ASKING or not workflow or not context.is_whole:
        return
    if name not in context.derived(_activities_with_form) and not context.generated.has("Workflow", workflow):
        hint = f'add a form with Activity="{name}"'
        yield Finding(entry, f"no form belongs to activity {name}", "Identifier", hint)


def _form_activities() -> tuple[Projection, ...]:
    return tuple(Projection(kind, ("Activity",)) for kind in ("Form", *workflow_forms()))


def _activities_with_form(context: Context) -> frozenset[Row]:
    return values_of(_form_activities(), context)


@rule("IDM9011", "unused-form", Severity.INFO)
def unused_form() -> None:
    """A form without a type is embedded in no other.

    Why: a form needs a type, or an activity, to be shown by itself; without them it is only seen where it is embedded.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Form Identifier="HR_Person_Sheet" EntityType="HR_Person">
          <Control Binding="Login"/>
        </Form>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Form Identifier="HR_Person_Sheet" EntityType="HR_Person">
          <Control Binding="Login"/>
        </Form>
        <ResourceViewEntityForm Identifier="HR_Person_View" EntityType="HR_Person">
          <Control OutputType="TransformImport" EmbeddedForm="HR_Person_Sheet"/>
        </ResourceViewEntityForm>
    """


def _formed_for_nothing(entry: Entry, context: Context) -> Iterator[Finding]:
    """IDM9011."""
    name = entry.get("Identifier")
    if not name or any(entry.get(each) for each in STANDING_ALONE) or is_adjustment(entry) or not context.is_whole:
        return
    if name not in context.derived(_embedded_forms) and not context.generated.has("Form", name):
        hint = "embed it, give it a FormType, or remove it"
        yield Finding(entry, f"form '{name}' is never shown: it has no type, and no form embeds it", "Identifier", hint)


def _embedded_forms(context: Context) -> frozenset[Row]:
    return values_of(references_to("Form"), context)


@rule("IDM9013", "menu-item-to-nowhere", Severity.INFO)
def menu_item_to_nowhere() -> None:
    """A menu item opens nothing and holds no other items.

    Why: an item opens an entity type, a report, a workflow or an address, or holds items that do.

    Bad:
        <MenuItem Identifier="Nav_A" DisplayName_L1="A" ParentMenuItem="Nav"/>

    Good:
        <MenuItem Identifier="Nav_A" DisplayName_L1="A" ParentMenuItem="Nav">
          <MenuItem Identifier="Nav_B" DisplayName_L1="B" URI="/b"/>
        </MenuItem>
    """


def _leading_nowhere(entry: Entry, context: Context) -> Iterator[Finding]:
    """IDM9013."""
    name = entry.get("Identifier")
    if not name or any(entry.get(each) for each in TARGETS) or is_adjustment(entry) or not context.is_whole:
        return
    fixed = name in builtins()["menu_items"] or context.generated.has("MenuItem", name)
    if not fixed and name not in context.derived(_menu_holders):
        hint = f"give it {', '.join(TARGETS[:-1])} or {TARGETS[-1]}, or items of its own"
        yield Finding(entry, f"menu item '{name}' leads nowhere", "Identifier", hint)


def _menu_holders(context: Context) -> frozenset[Row]:
    """The menu items that others hang below, or that something else than a search bar or form names."""
    around = (row[2] for row in context.rows(ITEMS) if row[2])
    return frozenset({*around, *values_of(_menu_references(), context)})


def _menu_references() -> tuple[Projection, ...]:
    return tuple(each for each in references_to("MenuItem") if each.columns != ("Menu",))


def dead_rules() -> Iterator[Rule]:
    """The rules that look at everything which may name an object."""
    yield replace(
        rule_of(request_without_form),
        on=("Activity",),
        reads=("Identifier", "Template", "../Identifier"),
        needs=_form_activities(),
        run=_formless,
    )
    yield replace(
        rule_of(unused_form),
        on=("Form",),
        reads=("Identifier", *STANDING_ALONE),
        needs=references_to("Form"),
        run=_formed_for_nothing,
    )
    yield replace(
        rule_of(menu_item_to_nowhere),
        on=("MenuItem",),
        reads=("Identifier", *TARGETS),
        needs=(ITEMS, *_menu_references()),
        run=_leading_nowhere,
    )
