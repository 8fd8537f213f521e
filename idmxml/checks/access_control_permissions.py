"""Permission paths: those the product has, and those that entity types, workflows and reports bring along."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.load import builtins, language
from idmxml.model.context import Context
from idmxml.model.entity_model import entity_model
from idmxml.model.names import closest
from idmxml.model.projection import Projection
from idmxml.phrases import did_you_mean
from idmxml.source.entry import Entry

TEMPLATES = Projection("Activity", ("../Identifier", "Identifier", "Template"))
HOLE = re.compile(r"\{\w+\}")
WORKFLOWS = ("Workflows", "WorkflowsNotifications")
Fault = tuple[str, str | None, tuple[int, int]]


@rule("IDM7011", "unknown-permission", Severity.INFO, on="Entry", reads=("Permission",), needs=(TEMPLATES,))
def unknown_permission(entry: Entry, context: Context) -> Iterator[Finding]:
    """An access rule grants a permission that is not known.

    Why: permissions are paths; besides those of the product there are those of each entity type, workflow and report. A
    misspelt path grants nothing. The list of the product's own permissions is not complete, so this may be one of them.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Profile Identifier="Manager"/>
        <AccessControlRule Identifier="Manager_Person" DisplayName_L1="Manager" Profile="Manager" EntityType="HR_Person">
          <Entry Permission="/Custom/Resources/HR_Persn/View" CanExecute="true"/>
        </AccessControlRule>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <Profile Identifier="Manager"/>
        <AccessControlRule Identifier="Manager_Person" DisplayName_L1="Manager" Profile="Manager" EntityType="HR_Person">
          <Entry Permission="/Custom/Resources/HR_Person/View" CanExecute="true"/>
        </AccessControlRule>
    """
    value = entry.get("Permission") or ""
    if not value.strip() or context.has("AccessControlPermission", value) or context.may_exist(value):
        return
    fault = permission_fault(value, context)
    if fault is not None:
        message, near, part = fault
        hint = did_you_mean(near) or "compare it with the permissions of the product"
        yield Finding(entry, message, "Permission", hint, part=part, replacement=near)


def permission_fault(path: str, context: Context) -> Fault | None:
    """What is unknown in a permission path: the words for it, the nearest right name, and its characters."""
    steps = path.split("/")
    if steps[0] or path == "/":
        return None if path == "/" else (f"the permission '{path}' does not begin with /", f"/{path}", (0, len(path)))
    known = _is_known(tuple(steps[1:]))
    judge = JUDGES.get("/".join(steps[1:3]))
    if judge is not None and len(steps) > 3:
        return judge(steps, context) or (None if known or steps[2] in FREE else _unlike(path, context))
    return None if known or _is_below_declared(path, context) else _unlike(path, context)


def _is_below_declared(path: str, context: Context) -> bool:
    """Whether a declared permission lies below the path, which rights are inherited from."""
    return any(each.startswith(f"{path}/") for each in context.names("AccessControlPermission"))


def _unlike(path: str, context: Context) -> Fault:
    fixed = [each for each in builtins()["permissions"] if not HOLE.search(each)]
    near = closest(path, [*fixed, *context.names("AccessControlPermission")])
    return f"'{path}' is not among the known permissions", near, (0, len(path))


@lru_cache(maxsize=4096)
def _is_known(steps: tuple[str, ...]) -> bool:
    """Whether the path is a permission of the product, or the parent of some."""
    return any(
        len(steps) <= len(form) and all(one.fullmatch(step) for one, step in zip(form, steps, strict=False))
        for form in _forms().get(steps[0], ())
    )


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, list[Sequence[re.Pattern[str]]]]:
    """The known permissions by their first step: an expression for each step."""
    found: dict[str, list[Sequence[re.Pattern[str]]]] = defaultdict(list)
    for path in builtins()["permissions"]:
        steps = path.split("/")[1:]
        found[steps[0]].append([re.compile(".+".join(map(re.escape, HOLE.split(each)))) for each in steps])
    return found


def _name_fault(steps: list[str], at: int, word: str, names: str, near: str | None) -> Fault:
    start = sum(len(each) + 1 for each in steps[:at])
    return f"no {word} named '{steps[at]}'{names}", near, (start, start + len(steps[at]))


def _entity_type(steps: list[str], context: Context, at: int = 3) -> Fault | None:
    name = steps[at]
    if entity_model(context).knows(name):
        return None
    return _name_fault(steps, at, "entity type", "", closest(name, context.entity_types))


def _policy_entity_type(steps: list[str], context: Context) -> Fault | None:
    if len(steps) < 5 or steps[3] == "PendingAssignedResourceTypes":
        return None
    return _entity_type(steps, context, at=4)


def _workflow(steps: list[str], context: Context) -> Fault | None:
    """/Custom/Workflows/{workflow}/{activity}/{state}: each is declared, and the state one of the activity's template."""
    workflow = steps[3]
    if workflow == "Supervise" or context.may_exist(workflow) or context.generated.has("Workflow", workflow):
        return None
    if workflow not in context.names("Workflow"):
        return _name_fault(steps, 3, "workflow", "", closest(workflow, context.names("Workflow")))
    if len(steps) == 4:
        return None
    templates = context.derived(_templates).get(workflow, {})
    if steps[4] not in templates:
        return _name_fault(steps, 4, "activity", f" in workflow {workflow}", closest(steps[4], templates))
    states = states_of(templates[steps[4]])
    if len(steps) > 5 and states and steps[5] not in states:
        return _name_fault(steps, 5, "state", f" of template {templates[steps[4]]}", closest(steps[5], states))
    return None


def _templates(context: Context) -> Mapping[str, Mapping[str, str]]:
    """By workflow, the template of each activity."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in context.rows(TEMPLATES):
        if row[0] and row[1]:
            found[row[0]][row[1]] = row[2] or ""
    return found


@lru_cache(maxsize=32)
def states_of(template: str) -> tuple[str, ...]:
    """The states an activity of this template passes through, without the template's name."""
    every = language().kind("PointCut").attributes["ActivityState"].type.values
    return tuple(each.removeprefix(f"{template}-") for each in every if each.startswith(f"{template}-"))


def _nothing(_steps: list[str], _context: Context) -> Fault | None:
    return None


# By the first two steps, what must be declared for the permission to exist.
JUDGES: Mapping[str, Callable[[list[str], Context], Fault | None]] = {
    "Custom/ManageAccounts": _entity_type,
    "Custom/ResourceFiles": _entity_type,
    "Custom/Resources": _entity_type,
    "Custom/ProvisioningPolicy": _policy_entity_type,
    "Custom/Reports": _nothing,
    "Custom/Workflows": _workflow,
    "Custom/WorkflowsNotifications": _workflow,
}
# Parts of the tree that the configuration's own objects fill.
FREE = frozenset({"Reports", *WORKFLOWS})
