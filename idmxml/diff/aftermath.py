"""What to run after deployment: the steps that the changes ask for, with the connectors and the jobs that take them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from idmxml.diff.change import Change
from idmxml.diff.references import References
from idmxml.diff.rules import Step, steps
from idmxml.expansion.item import Item


@dataclass(frozen=True, slots=True)
class Task:
    """A step to take: what it is, in a sentence; the connectors it is taken for, none for all; the jobs that take it."""

    name: str
    text: str
    connectors: tuple[str, ...]
    jobs: tuple[str, ...]


def tasks_after(changes: Sequence[Change], new: References) -> tuple[Task, ...]:
    """The steps in the order in which they are taken."""
    found = []
    for step in steps().values():
        asking = [each for each in changes if step.name in each.run]
        if asking:
            connectors = {each.connector for each in asking}
            named = () if "" in connectors else tuple(sorted(connectors))
            jobs = sorted(set(_jobs(step, named, new)))
            found.append(Task(step.name, step.text, named, tuple(jobs)))
    return tuple(found)


def _jobs(step: Step, connectors: Sequence[str], new: References) -> Iterator[str]:
    for job in new.objects("Job"):
        if any(_takes(task, step, connectors) for task in _tasks(job, new)):
            yield job.text("Identifier")


def _tasks(job: Item, new: References) -> Iterable[Item]:
    for child in job.children:
        if child.tag == "Step":
            named = child.text("Task")
            yield from (found for kind in steps_kinds() if (found := new.object(kind, named)) is not None)
        else:
            yield child


def steps_kinds() -> tuple[str, ...]:
    """The kinds of tasks that any step is taken by."""
    return tuple(dict.fromkeys(kind for each in steps().values() for kind in each.tasks))


def _takes(task: Item, step: Step, connectors: Sequence[str]) -> bool:
    if task.tag not in step.tasks:
        return False
    own = task.text("Connector")
    return not own or not connectors or own in connectors
