"""Workflows: the entity types they work with, their activities, and the states these can be in."""

from functools import lru_cache

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item
from idmxml.expansion.queries.entity_types import navigations
from idmxml.facts.load import language

WORKFLOW_TYPE = "Workflow_"
DONE = "Executed"
TO_REFINE = "RefinePending"


def workflows_about(configuration: Configuration, variables_type: str) -> list[str]:
    """The workflows with this VariablesType, sorted."""
    return [each["Identifier"] for each in configuration.having("Workflow", ("VariablesType",), variables_type)]


def refinable_activities(configuration: Configuration, workflow: str) -> list[str]:
    """The activities of a workflow that can be sent back for refinement, in the order in which they are executed.

    Those are the ones whose template has a state RefinePending; that the set means them is inferred from its name.
    """
    states = _states()
    return [each["Identifier"] for each in _activities(configuration, workflow) if f"{each['Template']}-{TO_REFINE}" in states]


def state_when_done(configuration: Configuration, workflow: str, activity: str) -> str:
    """The state that an activity is in once somebody did what it asks, such as ``Action-Executed``.

    Empty when the workflow has no such activity, or nothing is to be done in it. The documentation shows ActionWithRefine
    alone; that another template has its own name there is inferred.
    """
    found = (each for each in _activities(configuration, workflow) if each["Identifier"] == activity)
    states = (f"{each['Template']}-{DONE}" for each in found)
    return next((each for each in states if each in _states()), "")


def variables_of(configuration: Configuration, workflow: str) -> str:
    """The binding from the VariablesType of a workflow to the resource it is about, such as ``Workflow_HR_Site:HR_Site``.

    That the main property of ``Workflow_X`` is the one that leads to ``X`` is inferred from the documented example, and from
    what WorkflowEntityType generates. Of several, the one of the same name counts, else the first by name. Empty when there
    is none.
    """
    found = configuration.find("Workflow", workflow)
    variables = found["VariablesType"] if found is not None else ""
    target = variables.removeprefix(WORKFLOW_TYPE)
    if target == variables:
        return ""
    names = [each.name for each in navigations(configuration, variables) if each.target == target]
    name = target if target in names else next(iter(names), "")
    return f"{variables}:{name}" if name else ""


def _activities(configuration: Configuration, workflow: str) -> tuple[Item, ...]:
    found = configuration.find("Workflow", workflow)
    return found.of("Activity") if found is not None else ()


@lru_cache(maxsize=1)
def _states() -> frozenset[str]:
    return frozenset(language().kind("PointCut").attributes["ActivityState"].type.values)


def binding_below(_configuration: Configuration, entity_type: str, binding: str) -> str:
    """A binding of an entity type as one of its workflow entity type, through the property of the entity type's name.

    ``Site.Code`` of HR_Person, which may be written ``HR_Person:Site.Code``, becomes ``HR_Person.Site.Code``; empty stays
    empty.
    """
    path = binding.removeprefix(f"{entity_type}:")
    return f"{entity_type}.{path}" if path else ""
