"""Refresh Schema: reads the schema of each connection, and records it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from idmxml.drivers.driver import VastDriver, Wanted
from idmxml.errors import EnvironmentFault
from idmxml.live.checking import cleaned, failure_of_end, reason_of, settings_stage
from idmxml.live.parallel import Task, Watch, run_all
from idmxml.live.plans import Nothing, Plan
from idmxml.live.redaction import Redaction
from idmxml.settings.completeness import Completeness
from idmxml.snapshots.canonical import NotASchema, canonical
from idmxml.snapshots.compare import Change, compare
from idmxml.snapshots.events import RefreshEvent
from idmxml.snapshots.snapshot import Snapshot, Table
from idmxml.snapshots.store import Store
from idmxml.stages import Failure, Stage, StageFailure, StageResult

SKIPPED: Final = "skipped"
FAILED: Final = "failed"
RENAME: Final = "have it renamed in the system: a schema is recorded as XML"


@dataclass(frozen=True, slots=True)
class ConnectionRefresh:
    """How the refresh of a connection ended.

    ``outcome`` is recorded (the first schema), changed, unchanged, failed or skipped. ``snapshot`` is the schema that is
    recorded now, None when there is none; ``changes`` are those to the one before. ``failure`` says why it failed,
    ``nothing`` why it was skipped.
    """

    plan: Plan
    outcome: str
    snapshot: Snapshot | None = None
    changes: tuple[Change, ...] = ()
    failure: StageResult | None = None
    nothing: Nothing | None = None
    event: RefreshEvent | None = None

    @property
    def lacks_driver(self) -> bool:
        """Whether it was not tried because nothing here can read it, which is a fault when somebody asked for it by name."""
        return self.nothing is not None and self.nothing.is_lack_of_driver

    @property
    def is_fault_of_machine(self) -> bool:
        """Whether this machine is at fault: a library has to be installed first, or nothing can be written."""
        return self.failure is not None and self.failure.reason in {Failure.DEPENDENCY_MISSING, Failure.NOT_RECORDED}


@dataclass(frozen=True, slots=True)
class How:
    """How to refresh: ``jobs`` at a time, each for ``seconds``; only what is mapped unless ``all_tables``; ``now`` is the time.

    ``before_change`` is called once, before the first file is written that is not what it was.
    """

    jobs: int
    seconds: float
    all_tables: bool
    now: Callable[[], str]
    watch: Watch = lambda _running, _done: None
    before_change: Callable[[], None] = lambda: None


def refresh_all(plans: Sequence[Plan], how: How) -> Iterator[ConnectionRefresh]:
    """The refresh of each connection, in the order in which they end. Everything is written here, by the caller's thread."""
    for plan in plans:
        plan.ask_keyring()
    tried = [each for each in plans if each.nothing is None]
    yield from (ConnectionRefresh(each, SKIPPED, nothing=each.nothing) for each in plans if each.nothing is not None)
    writer = _Writer(how, Redaction(plans))
    tasks = [Task(each.identifier, partial(_discover, each, _wanted(each, how))) for each in tried]
    for ended in run_all(tasks, how.jobs, how.seconds, how.watch):
        plan = tried[ended.place]
        if ended.value is not None:
            yield writer.record(plan, Snapshot(plan.identifier, ended.value))
        else:
            yield writer.fail(plan, failure_of_end(ended, how.seconds))


def record_sample(plan: Plan, snapshot: Snapshot, how: How) -> ConnectionRefresh:
    """Record a schema that was made from a sample."""
    return _Writer(how, Redaction([plan])).record(plan, snapshot)


def _wanted(plan: Plan, how: How) -> Wanted:
    return plan.wanted.with_all_tables if how.all_tables else plan.wanted


def _discover(plan: Plan, wanted: Wanted, deadline: float) -> tuple[Table, ...]:
    driver = plan.certain_driver()
    settings_stage(plan, _best(map(plan.completeness, plan.modes)))
    fetched = plan.fetch(deadline)
    known = _best(fetched.completeness(mode.value) for mode in plan.modes)
    secret = fetched.stage(known)
    if isinstance(secret.reason, Failure):
        raise StageFailure(secret.reason, secret.detail, setting=secret.setting, hint=secret.hint, stage=Stage.SECRET)
    settings_stage(plan, known)
    settings = plan.settings(fetched.section, deadline)
    found = driver.discover(settings, wanted)
    there = {each.identifier.casefold() for each in found}
    is_missing = any(each.casefold() not in there for each in wanted.tables or ())
    if not is_missing or isinstance(driver, VastDriver):
        return found
    return driver.discover(settings, wanted.with_all_tables)


def _best(ways: Iterable[Completeness | None]) -> Completeness | None:
    """The first way to run for which nothing is missing, else the first; None when nothing can be said of any."""
    found = [each for each in ways if each is not None]
    return next((each for each in found if each.is_complete), found[0] if found else None)


class _Writer:
    """Writes what was read, one connection after the other. What can't be written is told, and the others go on."""

    def __init__(self, how: How, redaction: Redaction) -> None:
        self.how = how
        self.redaction = redaction
        self.has_changed = False

    def record(self, plan: Plan, snapshot: Snapshot) -> ConnectionRefresh:
        try:
            canonical(snapshot)
        except ValueError as error:
            return self.fail(plan, StageFailure(Failure.SCHEMA_FAILED, str(error), hint=RENAME))
        try:
            return self._record(plan, snapshot)
        except EnvironmentFault as fault:
            return _not_recorded(plan, fault)

    def _record(self, plan: Plan, snapshot: Snapshot) -> ConnectionRefresh:
        store = plan.inventory.store
        before = previous(store, plan.identifier)
        changes = compare(before, snapshot) if before is not None else ()
        if (before is None or changes) and not self.has_changed:
            self.has_changed = True
            self.how.before_change()
        event = store.record(snapshot, self.how.now())
        return ConnectionRefresh(plan, event.outcome, snapshot, changes, event=event)

    def fail(self, plan: Plan, failure: StageFailure) -> ConnectionRefresh:
        result = cleaned(failure.result, self.redaction.redactor)
        store = plan.inventory.store
        try:
            event = store.record_failure(plan.identifier, reason_of(result), self.how.now())
            return ConnectionRefresh(plan, FAILED, previous(store, plan.identifier), failure=result, event=event)
        except EnvironmentFault as fault:
            return _not_recorded(plan, fault)


def _not_recorded(plan: Plan, fault: EnvironmentFault) -> ConnectionRefresh:
    return ConnectionRefresh(plan, FAILED, failure=StageFailure(Failure.NOT_RECORDED, str(fault)).result)


def previous(store: Store, connection: str) -> Snapshot | None:
    """The schema that is recorded now, its columns in the order of the system where that is known; None when there is none."""
    try:
        current = store.current(connection)
    except NotASchema:
        return None
    return None if current is None else store.in_order(connection, current)
