"""A generated job to the job as its scaffolding's arguments want it: levels without gaps, added tasks, added dependencies."""

from dataclasses import dataclass

from idmxml.expansion.item import Item
from idmxml.facts.load import language
from idmxml.model.value_spelling import whole_number

SUFFIX = "Task"
LEVEL = "Level"


@dataclass(frozen=True, slots=True)
class Arranged:
    """A job, and what of the arguments could not be followed (None: everything was)."""

    job: Item
    fault: str | None = None


def arranged(job: Item, scaffolding: Item) -> Arranged:
    """The job with the scaffolding's ``AddTask`` and ``LinkDependTask``; levels are numbered anew from 0.

    An added task becomes a step on a level of its own, before or after the level of the task it is compared with.
    """
    tasks = _without_gaps(list(job.children))
    faults = []
    for each in scaffolding.of("AddTask"):
        found = _find(tasks, job, each["TaskToCompareWith"], each["Occurence"])
        if found is None:
            faults.append(f"AddTask: the job has no task '{each['TaskToCompareWith']}'")
        else:
            tasks = _insert(tasks, found, _step(each["Task"], job), before=each.flag("Before"))
    for each in scaffolding.of("LinkDependTask"):
        child = _find(tasks, job, each["Task"], each["ChildOccurence"])
        parent = _find(tasks, job, each["DependOn"], each["ParentOccurence"])
        if child is None or child.tag == "Step":
            faults.append(f"LinkDependTask: the scaffolding generates no task '{each['Task']}'")
        else:
            name = parent["Identifier"] if parent is not None else each["DependOn"]
            tasks = [_linked(task, name, job) if task is child else task for task in tasks]
    return Arranged(job.changed(children=tuple(tasks)), "; ".join(faults) or None)


def _without_gaps(tasks: list[Item]) -> list[Item]:
    levels = sorted({_level(each) for each in tasks if each.get(LEVEL) is not None})
    numbers = {level: number for number, level in enumerate(levels)}
    return [_at(each, numbers[_level(each)]) if each.get(LEVEL) is not None else each for each in tasks]


def _level(task: Item) -> int:
    return whole_number(task[LEVEL]) or 0


def _at(task: Item, level: int) -> Item:
    return task.changed(attributes=task.attributes | {LEVEL: str(level)})


def _find(tasks: list[Item], job: Item, name: str, occurrence: str) -> Item | None:
    """The task that an argument means: by its identifier, which may be shortened, or by kind and occurrence from 1."""
    exact = [each for each in tasks if name in _names(each, job)]
    if exact:
        return exact[0]
    alike = [each for each in tasks if name in {each.tag, each.tag.removesuffix(SUFFIX)}]
    number = max(whole_number(occurrence) or 1, 1)
    return alike[number - 1] if number <= len(alike) else None


def _names(task: Item, job: Item) -> set[str]:
    """The identifier of a task, without that of the job before it, and without the kind of the task that follows."""
    identifier = task["Identifier"]
    short = identifier.removeprefix(f"{job['Identifier']}_")
    return {identifier, short, short.removeprefix(f"{task.tag.removesuffix(SUFFIX)}_")}


def _step(task: str, job: Item) -> Item:
    kind = language().children("Job")["Step"]
    return Item.made(kind, "Step", {"Identifier": task, LEVEL: "0"}, (), job.origin)


def _insert(tasks: list[Item], beside: Item, step: Item, *, before: bool) -> list[Item]:
    level = _level(beside) + (0 if before else 1)
    moved = [_at(each, _level(each) + 1) if _level(each) >= level else each for each in tasks]
    place = next((position for position, each in enumerate(moved) if _level(each) > level), len(moved))
    return [*moved[:place], _at(step, level), *moved[place:]]


def _linked(task: Item, parent: str, job: Item) -> Item:
    links = task.of("TaskDependsOnTask")
    if any(each["ParentTask"] == parent for each in links):
        return task
    kind = language().children(task.kind or "")["TaskDependsOnTask"]
    link = Item.made(kind, "TaskDependsOnTask", {"ParentTask": parent}, (), job.origin)
    others = tuple(each for each in task.children if each.tag != "TaskDependsOnTask")
    return task.changed(children=(*links, link, *others))
