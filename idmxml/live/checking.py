"""Check Connection: each mode of each connection, stage by stage."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Final, TypeVar

from idmxml.drivers.driver import dependency_failure
from idmxml.errors import EnvironmentFault
from idmxml.live.parallel import Ended, Task, Watch, run_all
from idmxml.live.plans import Nothing, Plan
from idmxml.live.redaction import Redaction
from idmxml.live.secret_sources import Fetched
from idmxml.reports.visible_text import shortened
from idmxml.settings.completeness import Completeness
from idmxml.settings.overview import Way
from idmxml.settings.redaction import Redactor
from idmxml.snapshots.events import CheckEvent, Reason
from idmxml.stages import (
    Failure,
    Mode,
    ModeResult,
    Skip,
    Stage,
    StageFailure,
    StageResult,
    ordered,
    passed,
    skipped,
    stages_of,
)

T = TypeVar("T")
FAULT_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """How the modes of a connection ended; none, with ``nothing`` saying why, when there is nothing to try."""

    plan: Plan
    modes: tuple[ModeResult, ...] = ()
    nothing: Nothing | None = None

    @property
    def lacks_driver(self) -> bool:
        """Whether it was not tried because nothing here can read it, which is a fault when somebody asked for it by name."""
        return self.nothing is not None and self.nothing.is_lack_of_driver

    @property
    def is_fault_of_machine(self) -> bool:
        """Whether a library has to be installed first."""
        return any(each.failure is not None and each.failure.reason is Failure.DEPENDENCY_MISSING for each in self.modes)

    @property
    def status(self) -> str:
        """``failed`` when a mode did, ``skipped`` when nothing was tried, else ``passed``."""
        statuses = {each.status for each in self.modes}
        return "failed" if "failed" in statuses else "passed" if "passed" in statuses else "skipped"


def check_all(plans: Sequence[Plan], jobs: int, seconds: float, watch: Watch) -> Iterator[ConnectionCheck]:
    """The check of each connection, in the order in which they end, without secrets. Nothing is written."""
    for plan in plans:
        plan.ask_keyring()
    redaction = Redaction(plans)
    tried: list[Plan] = []
    for plan in plans:
        if plan.nothing is not None:
            yield ConnectionCheck(plan, nothing=plan.nothing)
        else:
            tried.append(plan)
    tasks = [Task(each.identifier, partial(_check, each)) for each in tried]
    for ended in run_all(tasks, jobs, seconds, watch):
        found = _result(tried[ended.place], ended, seconds)
        redactor = redaction.redactor
        yield replace(found, modes=tuple(_cleaned_mode(each, redactor) for each in found.modes))


def _cleaned_mode(mode: ModeResult, redactor: Redactor) -> ModeResult:
    return replace(mode, stages=tuple(cleaned(each, redactor) for each in mode.stages))


def cleaned(result: StageResult, redactor: Redactor) -> StageResult:
    """A stage without secrets in any of its texts."""
    detail, hint, *warnings = map(redactor.redact, (result.detail, result.hint, *result.warnings))
    if result.reason is Failure.DRIVER_FAULT:  # cut only now, as no part of a secret is known as one
        detail = shortened(detail, FAULT_WORDS)
    return replace(result, detail=detail, hint=hint, warnings=tuple(warnings))


def _result(plan: Plan, ended: Ended[ConnectionCheck], seconds: float) -> ConnectionCheck:
    if ended.value is not None:
        return ended.value
    failure = failure_of_end(ended, seconds)
    return ConnectionCheck(plan, tuple(ordered(mode, [failure.result]) for mode in plan.modes))


def failure_of_end(ended: Ended[T], seconds: float) -> StageFailure:
    """The failure for a task that brought no value: it broke off, or was given up after ``seconds``."""
    if ended.fault is None:
        return StageFailure(Failure.TIMEOUT, f"no answer came within {seconds:g} seconds")
    return failure_of(ended.fault)


def failure_of(fault: BaseException) -> StageFailure:
    """The failure for whatever came out of a driver."""
    if isinstance(fault, StageFailure):
        return fault
    if isinstance(fault, EnvironmentFault):
        return dependency_failure(fault)
    told = "" if isinstance(fault, UnicodeError) else f": {fault}"  # which quotes a single character, maybe of a secret
    text = f"{type(fault).__name__}{told}".rstrip(".")
    return StageFailure(Failure.DRIVER_FAULT, f"the driver broke off with {text}")


def _check(plan: Plan, deadline: float) -> ConnectionCheck:
    fetch = cache(partial(plan.fetch, deadline))  # once for all modes, when the first needs it
    return ConnectionCheck(plan, tuple(_check_mode(plan, mode, deadline, fetch) for mode in plan.modes))


def _check_mode(plan: Plan, mode: Mode, deadline: float, fetch: Callable[[], Fetched]) -> ModeResult:
    found: list[StageResult] = []
    try:
        for each in _stages(plan, mode, deadline, fetch):
            found.append(each)  # noqa: PERF402  what came before a fault is kept
    except BaseException as fault:  # noqa: BLE001  whatever a driver does is told as a stage
        found.append(failure_of(fault).result)
    return ordered(mode, found)


def _stages(plan: Plan, mode: Mode, deadline: float, fetch: Callable[[], Fetched]) -> Iterator[StageResult]:
    way = plan.way(mode)
    at_first = plan.completeness(mode)
    if at_first is not None and _is_idle(way, at_first):
        yield from _not_configured(mode, at_first)
        return
    driver = plan.certain_driver()
    settings_stage(plan, at_first)
    fetched = fetch()
    known = fetched.completeness(mode.value)
    if known is not None and _is_idle(way, known):
        yield from _not_configured(mode, known)
        return
    secret = fetched.stage(known)
    if secret.status == "failed":
        yield from (passed(Stage.SETTINGS), secret)
        return
    yield from (settings_stage(plan, known), secret)
    yield from driver.check(plan.settings(fetched.section, deadline), mode)


def _is_idle(way: Way | None, known: Completeness) -> bool:
    """Whether the settings are not made for a way to run that nothing uses."""
    return way is not None and way.is_used is False and not known.is_complete


def _not_configured(mode: Mode, known: Completeness) -> Iterator[StageResult]:
    for stage in stages_of(mode):
        detail = f"lacks {' and '.join(known.lacks)}, and no task exports so" if stage is mode.stage else ""
        yield skipped(stage, Skip.NOT_CONFIGURED, detail)


def settings_stage(plan: Plan, found: Completeness | None) -> StageResult:
    """Whether the settings suffice for a way to run; StageFailure when they do not."""
    if found is None:
        return skipped(Stage.SETTINGS, Skip.NOT_APPLICABLE, "the package reads no settings")
    if not found.has_section:
        identifier = plan.identifier
        hint = f"add 'Connections' > '{identifier}' to appsettings.agent.json"
        raise StageFailure(Failure.SETTING_MISSING, f"no section of the settings is for '{identifier}'", hint=hint)
    if found.lacks:
        lacks = " and ".join(found.lacks)
        raise StageFailure(Failure.SETTING_MISSING, f"the settings lack {lacks}")
    return passed(Stage.SETTINGS)


def events_of(check: ConnectionCheck, at: str) -> Iterable[CheckEvent]:
    """What is remembered of a check."""
    failures = ((each, each.failure) for each in check.modes)
    return [
        CheckEvent(at, each.mode.value, each.status, None if failure is None else reason_of(failure))
        for each, failure in failures
    ]


def reason_of(failure: StageResult) -> Reason:
    """A failed stage as it is remembered."""
    return Reason(failure.stage.value, failure.code, failure.detail)
