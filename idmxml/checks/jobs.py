"""Jobs: the order of export, preparation and synchronization, their modes, agents and schedules."""

from collections.abc import Iterator

from idmxml.checks.connection_facts import NEEDS as CONNECTIONS
from idmxml.checks.connection_facts import connection_named
from idmxml.checks.finding import Finding
from idmxml.checks.jobs_contents import NEEDS, JobFacts, JobTask, child_of, jobs_of
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.projection import Subject
from idmxml.source.entry import TRUE, Entry

EXPORT = "ExportTask"
PREPARE = "PrepareSynchronizationTask"
SYNCHRONIZE = "SynchronizeTask"
FLAG = "SetRecentlyModifiedFlagTask"
INITIAL = frozenset({"Initial", "0"})
COMPLETE = frozenset({"Complete", "1"})
INCREMENTAL = frozenset({"Incremental", "2"})


def _found(
    entry: Subject, task: JobTask, message: str, attribute: str | None, hint: str, *, severity: Severity | None = None
) -> Finding:
    place = child_of(entry, task)
    own = attribute if isinstance(place, Entry) and attribute and attribute in place.attributes else None
    step = next((name for name in ("Task", "Identifier") if isinstance(place, Entry) and name in place.attributes), None)
    return Finding(place, message, own or step, hint, severity=severity)


def _called(task: JobTask) -> str:
    return task.identifier or f"the {task.kind}"


def _connector(task: JobTask, context: Context) -> str | None:
    """The connector of a task, by the connection of an export."""
    if task.get("Connection"):
        connection = connection_named(task.get("Connection"), context)
        return connection.connector if connection is not None else None
    return task.get("Connector")


def _exports(job: JobFacts, connector: str, context: Context) -> list[JobTask]:
    return [each for each in job.of_kind(EXPORT) if _connector(each, context) == connector]


def _never_before(job: JobFacts, earlier: list[JobTask], task: JobTask) -> bool:
    """Whether each of the tasks that should have run certainly has not when the task starts."""
    return bool(earlier) and all(job.is_before(each, task) is False for each in earlier)


@rule("IDM6002", "synchronization-order", on="Job", reads=("Identifier",), needs=(*NEEDS, *CONNECTIONS))
def synchronization_order(entry: Entry, context: Context) -> Iterator[Finding]:
    """A job prepares a connector's data before it exports them, or synchronizes them before it prepares them.

    Why: each of the three works on the files of the one before it, so the job loads those of its last run. Tasks run in the
    order of the file, or by their levels, where those of one level run side by side.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Job Identifier="HR_Complete" DisplayName_L1="HR">
          <ExportTask Identifier="HR_Export" DisplayName_L1="Export" Agent="Local" Connection="HRExport"/>
          <SynchronizeTask Identifier="HR_Load" DisplayName_L1="Load" Connector="HR"/>
          <PrepareSynchronizationTask Identifier="HR_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="HR" SynchronizationMode="Complete"/>
        </Job>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Job Identifier="HR_Complete" DisplayName_L1="HR">
          <ExportTask Identifier="HR_Export" DisplayName_L1="Export" Agent="Local" Connection="HRExport"/>
          <PrepareSynchronizationTask Identifier="HR_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="HR" SynchronizationMode="Complete"/>
          <SynchronizeTask Identifier="HR_Load" DisplayName_L1="Load" Connector="HR"/>
        </Job>
    """
    for job in jobs_of(entry, context):
        for task in job.of_kind(PREPARE):
            connector = task.get("Connector")
            if connector and _never_before(job, _exports(job, connector, context), task):
                message = f"{_called(task)} does not come after the export of {connector} in job {job.identifier}"
                yield _found(entry, task, message, None, "put the export of the connector before its preparation")
        for task in job.of_kind(SYNCHRONIZE):
            connector = task.get("Connector")
            if connector and _never_before(job, job.of_kind(PREPARE, connector), task):
                message = f"{_called(task)} does not come after the preparation of {connector} in job {job.identifier}"
                yield _found(entry, task, message, None, "put the preparation of the connector before its synchronization")


@rule("IDM6003", "unlike-synchronization-types", on="Job", reads=("Identifier",), needs=(*NEEDS, *CONNECTIONS))
def unlike_synchronization_types(entry: Entry, context: Context) -> Iterator[Finding]:
    """A job prepares a connector's data as one type, and synchronizes them as another.

    Why: the preparation writes files for the type it is given, and the synchronization looks for those of its own.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <Job Identifier="AD_Complete" DisplayName_L1="AD">
          <PrepareSynchronizationTask Identifier="AD_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="AD" SynchronizationMode="Complete" Type="ActiveDirectory"/>
          <SynchronizeTask Identifier="AD_Load" DisplayName_L1="Load" Connector="AD"/>
        </Job>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <Job Identifier="AD_Complete" DisplayName_L1="AD">
          <PrepareSynchronizationTask Identifier="AD_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="AD" SynchronizationMode="Complete" Type="ActiveDirectory"/>
          <SynchronizeTask Identifier="AD_Load" DisplayName_L1="Load" Connector="AD" Type="ActiveDirectory"/>
        </Job>
    """
    for job in jobs_of(entry, context):
        for task in job.of_kind(SYNCHRONIZE):
            connector = task.get("Connector")
            types = {each.get("Type") or "None" for each in job.of_kind(PREPARE, connector)} if connector else set()
            own = task.get("Type") or "None"
            if types and own not in types and not any(each.isdigit() for each in (own, *types)):
                told = " and ".join(sorted(types))
                message = f"{_called(task)} has Type {own}, the preparation of {connector} in this job {told}"
                right = next(iter(types)) if len(types) == 1 else None
                yield _found(entry, task, message, "Type", f'write Type="{right}"' if right else "give both the same Type")


@rule("IDM6004", "several-agents", on="Job", reads=("Identifier",), needs=NEEDS)
def several_agents(entry: Entry, context: Context) -> Iterator[Finding]:
    """A task of a job runs on another agent than the job.

    Why: all tasks of a job run on one agent, or on the server. In a job without an agent, tasks of two agents are a warning.

    Bad:
        <Agent Identifier="London" DisplayName_L1="London"/>
        <Agent Identifier="Paris" DisplayName_L1="Paris"/>
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Job Identifier="HR_Complete" DisplayName_L1="HR" Agent="London">
          <ExportTask Identifier="HR_Export" DisplayName_L1="Export" Agent="Paris" Connection="HRExport"/>
        </Job>

    Good:
        <Agent Identifier="London" DisplayName_L1="London"/>
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Job Identifier="HR_Complete" DisplayName_L1="HR" Agent="London">
          <ExportTask Identifier="HR_Export" DisplayName_L1="Export" Agent="London" Connection="HRExport"/>
        </Job>
    """
    for job in jobs_of(entry, context):
        on_agents = [each for each in job.tasks if each.get("Agent")]
        usual = job.agent or (on_agents[0].get("Agent") if on_agents else None)
        for task in on_agents:
            if task.get("Agent") != usual:
                other = f"job {job.identifier}" if job.agent else f"{_called(on_agents[0])} of the same job"
                message = f"{_called(task)} runs on agent {task.get('Agent')}, {other} on {usual}"
                hint = "run all tasks of a job on one agent; make a job for each agent"
                yield _found(entry, task, message, "Agent", hint, severity=None if job.agent else Severity.WARNING)


@rule("IDM6005", "scheduled-initial-load", Severity.WARNING, on="Job", reads=("Identifier",), needs=NEEDS)
def scheduled_initial_load(entry: Entry, context: Context) -> Iterator[Finding]:
    """A job that synchronizes in initial mode has a schedule.

    Why: the initial mode is for the first load of an empty database; run again and again, it loads without the safeguards
    of later runs.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Job Identifier="HR_Complete" DisplayName_L1="HR" CronTabExpression="0 2 * * *">
          <PrepareSynchronizationTask Identifier="HR_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="HR" SynchronizationMode="Initial"/>
        </Job>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
        <Job Identifier="HR_Initial" DisplayName_L1="HR">
          <PrepareSynchronizationTask Identifier="HR_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="HR" SynchronizationMode="Initial"/>
        </Job>
    """
    for job in jobs_of(entry, context):
        for task in job.of_kind(PREPARE) if job.is_scheduled else ():
            if task.get("SynchronizationMode") in INITIAL:
                message = f"{_called(task)} loads {task.get('Connector')} in initial mode, in a job with a schedule"
                hint = 'remove CronTabExpression from the job, or write SynchronizationMode="Complete"'
                yield _found(entry, task, message, "SynchronizationMode", hint)


@rule("IDM6006", "late-parent-task", Severity.WARNING, on="Job", reads=("Identifier",), needs=NEEDS)
def late_parent_task(entry: Entry, context: Context) -> Iterator[Finding]:
    """A task waits for another that the job runs later, or never.

    Why: it runs only when that task has ended well and has given something, so it never runs.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Job Identifier="HR_Keys" DisplayName_L1="HR">
          <ComputeCorrelationKeysTask Identifier="HR_Keys" DisplayName_L1="Keys" AllEntityType="true">
            <TaskDependsOnTask ParentTask="HR_Load"/>
          </ComputeCorrelationKeysTask>
          <SynchronizeTask Identifier="HR_Load" DisplayName_L1="Load" Connector="HR"/>
        </Job>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Job Identifier="HR_Keys" DisplayName_L1="HR">
          <SynchronizeTask Identifier="HR_Load" DisplayName_L1="Load" Connector="HR"/>
          <ComputeCorrelationKeysTask Identifier="HR_Keys" DisplayName_L1="Keys" AllEntityType="true">
            <TaskDependsOnTask ParentTask="HR_Load"/>
          </ComputeCorrelationKeysTask>
        </Job>
    """
    for job in jobs_of(entry, context):
        by_name = {each.identifier: each for each in job.tasks if each.identifier}
        for task in job.tasks:
            for parent in task.parents:
                fault = _late(job, task, by_name.get(parent))
                if fault and not context.may_exist(parent):
                    message = f"{_called(task)} waits for {parent}, which job {job.identifier} {fault}"
                    yield _found(entry, task, message, None, "put the task it waits for before it, or remove TaskDependsOnTask")


def _late(job: JobFacts, task: JobTask, parent: JobTask | None) -> str | None:
    if parent is None:
        return "does not run"
    levels = job.has_levels
    if levels is None:
        return None
    late = parent.level > task.level if levels else parent.child >= task.child
    return "runs later" if late else None


@rule("IDM6007", "deleted-changes", Severity.WARNING, on="Job", reads=("Identifier",), needs=NEEDS)
def deleted_changes(entry: Entry, context: Context) -> Iterator[Finding]:
    """A job flags what was modified last after a synchronization that deletes the list of changes.

    Why: SetRecentlyModifiedFlagTask reads the changes that the synchronization leaves with DoNotDeleteChanges alone; without
    them nothing is flagged, and tasks with Dirty treat nothing.

    Bad:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Job Identifier="HR_Incremental" DisplayName_L1="HR">
          <SynchronizeTask Identifier="HR_Load" DisplayName_L1="Load" Connector="HR" Type="Changes"/>
          <SetRecentlyModifiedFlagTask Identifier="HR_Flag" DisplayName_L1="Flag"/>
        </Job>

    Good:
        <Connector Identifier="HR" DisplayName_L1="HR"/>
        <Job Identifier="HR_Incremental" DisplayName_L1="HR">
          <SynchronizeTask Identifier="HR_Load" DisplayName_L1="Load" Connector="HR" Type="Changes" DoNotDeleteChanges="true"/>
          <SetRecentlyModifiedFlagTask Identifier="HR_Flag" DisplayName_L1="Flag"/>
        </Job>
    """
    for job in jobs_of(entry, context):
        flags = job.of_kind(FLAG)
        for task in job.of_kind(SYNCHRONIZE):
            if task.get("DoNotDeleteChanges") not in TRUE and any(job.is_before(task, each) for each in flags):
                message = f"{_called(task)} deletes the changes that {_called(flags[0])} needs"
                yield _found(entry, task, message, "DoNotDeleteChanges", 'write DoNotDeleteChanges="true"')


@rule(
    "IDM6008",
    "complete-export-of-changes",
    Severity.WARNING,
    on="Job",
    reads=("Identifier",),
    needs=(*NEEDS, *CONNECTIONS),
)
def complete_export_of_changes(entry: Entry, context: Context) -> Iterator[Finding]:
    """A job exports a connector completely, and prepares the export as if it held changes alone.

    Why: IgnoreCookieFile makes an export complete. In incremental mode what is missing from it is never deleted.

    Bad:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <Job Identifier="AD_Changes" DisplayName_L1="AD">
          <ExportTask Identifier="AD_Export" DisplayName_L1="Export" Agent="Local" Connection="ADExport" IgnoreCookieFile="true"/>
          <PrepareSynchronizationTask Identifier="AD_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="AD" SynchronizationMode="Incremental" Type="ActiveDirectory"/>
        </Job>

    Good:
        <Connector Identifier="AD" DisplayName_L1="AD"/>
        <Connection Identifier="ADExport" DisplayName_L1="AD" Connector="AD" Package="Usercube.AD@0000001"/>
        <Job Identifier="AD_Changes" DisplayName_L1="AD">
          <ExportTask Identifier="AD_Export" DisplayName_L1="Export" Agent="Local" Connection="ADExport"/>
          <PrepareSynchronizationTask Identifier="AD_Prepare" DisplayName_L1="Prepare" Agent="Local" Connector="AD" SynchronizationMode="Incremental" Type="ActiveDirectory"/>
        </Job>
    """
    for job in jobs_of(entry, context):
        for task in job.of_kind(EXPORT):
            connector = _connector(task, context)
            modes = {each.get("SynchronizationMode") for each in job.of_kind(PREPARE, connector)} if connector else set()
            if task.get("IgnoreCookieFile") in TRUE and modes and modes <= INCREMENTAL:
                message = f"{_called(task)} exports {connector} completely, but this job prepares it in incremental mode"
                yield _found(entry, task, message, "IgnoreCookieFile", "remove IgnoreCookieFile, or prepare in complete mode")
