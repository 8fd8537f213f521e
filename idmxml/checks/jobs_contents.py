"""Jobs to the tasks they run, in order: those written in them, and those their steps name."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.projection import Columns, Projection, Row, Subject
from idmxml.source.entry import Entry

STEP: Final = "Step"
OVERRIDE: Final = "Override"
SEQUENTIAL: Final = -1
# What the rules about jobs want to know of a task.
TASK_COLUMNS: Final = (
    "Identifier",
    "Agent",
    "Connector",
    "Connection",
    "SynchronizationMode",
    "Type",
    "IgnoreCookieFile",
    "DoNotDeleteChanges",
)


@dataclass(frozen=True, slots=True)
class JobTask:
    """A task as a job runs it.

    ``child`` is the position of the task, or of the step that names it, among the children of the job. ``kind`` is None for
    a step whose task isn't declared by hand. ``values`` are the task's attributes, ``parents`` the tasks it waits for.
    """

    child: int
    kind: str | None
    identifier: str | None
    level: int
    values: Mapping[str, str]
    parents: tuple[str, ...] = ()

    def get(self, name: str) -> str | None:
        """The value of an attribute of the task, None when it isn't given."""
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job: what is written at it, and its tasks in the order of its children."""

    identifier: str
    agent: str | None
    is_scheduled: bool
    tasks: tuple[JobTask, ...]

    @property
    def has_levels(self) -> bool | None:
        """Whether levels order the tasks; False when the order of the file does, None when both are mixed."""
        given = {task.level != SEQUENTIAL for task in self.tasks}
        return given.pop() if len(given) == 1 else None if given else False

    def is_before(self, first: JobTask, second: JobTask) -> bool | None:
        """Whether one task ends before another starts; None when it can't be told."""
        if second.identifier and first.identifier in second.parents:
            return True
        levels = self.has_levels
        if levels is None:
            return None
        return first.level < second.level if levels else first.child < second.child

    def of_kind(self, kind: str, connector: str | None = None) -> list[JobTask]:
        """The tasks of a kind, those of one connector when it is given."""
        return [each for each in self.tasks if each.kind == kind and connector in {None, each.get("Connector")}]


class JobContents(Projection):
    """Jobs with their children: rows of identifier, agent, schedule, and each child as a JSON text."""

    def rows(self, columns: Columns) -> frozenset[Row]:
        """The rows of the jobs of a file."""
        return frozenset(tuple(_row(each)) for each in columns.entries)


def _row(job: Entry) -> Iterator[str | None]:
    yield from (job.get("Identifier"), job.get("Agent"), job.get("CronTabExpression"))
    for child in job.children:
        yield json.dumps([child.kind, _own(child), _parents(child)])


def _own(task: Entry) -> dict[str, str]:
    wanted = (*TASK_COLUMNS, "Level", "Task")
    return {name: task.attributes[name] for name in wanted if name in task.attributes}


def _parents(task: Entry) -> list[str]:
    return [each.attributes["ParentTask"] for each in task.children if "ParentTask" in each.attributes]


def task_kinds() -> tuple[str, ...]:
    """The kinds of tasks, sorted."""
    return tuple(sorted(language().tasks))


# What it tells is no column of the kind, so it goes by a name that no attribute has.
JOBS: Final = JobContents("Job", ("*tasks",))
TASKS: Final = tuple(Projection(kind, TASK_COLUMNS) for kind in task_kinds())
DEPENDENCIES: Final = Projection("TaskDependsOnTask", ("../Identifier", "ParentTask"))
NEEDS: Final = (JOBS, *TASKS, DEPENDENCIES)


def jobs_of(entry: Subject, context: Context) -> tuple[JobFacts, ...]:
    """The job an entry is, or the jobs of a row's identifier."""
    if isinstance(entry, Entry):
        return (_facts(tuple(_row(entry)), context),)
    return context.derived(_jobs).get(entry.get("Identifier") or "", ())


def _jobs(context: Context) -> Mapping[str, tuple[JobFacts, ...]]:
    found: dict[str, list[JobFacts]] = defaultdict(list)
    for row in sorted(context.rows(JOBS), key=str):
        facts = _facts(tuple(row), context)
        found[facts.identifier].append(facts)
    return {identifier: tuple(each) for identifier, each in found.items()}


def _facts(row: tuple[str | None, ...], context: Context) -> JobFacts:
    identifier, agent, schedule, *children = row
    tasks = (_task(position, child, context) for position, child in enumerate(children) if child)
    return JobFacts(identifier or "", agent, bool((schedule or "").strip()), tuple(each for each in tasks if each is not None))


def _task(position: int, text: str, context: Context) -> JobTask | None:
    kind, own, parents = json.loads(text)
    level = _level(own.pop("Level", None))
    if kind == STEP or (kind or "").endswith(OVERRIDE):
        name = own.get("Task") or own.get("Identifier")
        declared = context.derived(_declared).get(name or "")
        known, values = declared or (None, {})
        changed = {} if kind == STEP else own
        return JobTask(position, known, name, level, {**values, **changed}, context.derived(_waits).get(name or "", ()))
    if kind not in language().tasks:
        return None
    return JobTask(position, kind, own.get("Identifier"), level, own, tuple(parents))


def _level(text: str | None) -> int:
    try:
        return int(text) if text is not None else SEQUENTIAL
    except ValueError:
        return SEQUENTIAL


def _declared(context: Context) -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """The tasks by identifier, with kind and attributes; those that are declared twice are left out."""
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    twice: set[str] = set()
    for projection in TASKS:
        for row in context.rows(projection):
            values = {name: value for name, value in zip(TASK_COLUMNS, row, strict=True) if value is not None}
            name = values.get("Identifier")
            if name is not None and found.setdefault(name, (projection.kind, values)) != (projection.kind, values):
                twice.add(name)
    return {name: each for name, each in found.items() if name not in twice}


def _waits(context: Context) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in context.rows(DEPENDENCIES):
        if row[0] and row[1]:
            found[row[0]].add(row[1])
    return {task: tuple(sorted(each)) for task, each in found.items()}


def child_of(entry: Subject, task: JobTask) -> Subject:
    """The element of a task in its job, for a finding's place; the row itself while rows are judged."""
    return entry.children[task.child] if isinstance(entry, Entry) else entry
