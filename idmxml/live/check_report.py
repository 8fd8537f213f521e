"""The outcome of Check Connection as text for people and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from idmxml.live.checking import ConnectionCheck
from idmxml.live.places import place_object, place_words
from idmxml.live.plans import Nothing, Plan
from idmxml.phrases import counted, listed
from idmxml.reports.table_text import table
from idmxml.reports.visible_text import visible
from idmxml.stages import ModeResult, Stage, StageResult

FORMAT = "idmxml-connection-check"
VERSION = 1
COLUMNS = tuple(each for each in Stage if each not in {Stage.COMPLETE, Stage.INCREMENTAL})
MARKS = {"passed": "ok", "failed": "FAILED", "skipped": "-"}


def check_object(root: str, checks: Sequence[ConnectionCheck], notes: Sequence[str]) -> dict[str, Any]:
    """All checks, as ``schemas/connection-check.schema.json`` describes them."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "root": root,
        "summary": {status: sum(each.status == status for each in checks) for status in ("passed", "failed", "skipped")},
        "connections": [_connection(each) for each in checks],
        "notes": list(notes),
    }


def _connection(check: ConnectionCheck) -> dict[str, Any]:
    return {
        "identifier": check.plan.identifier,
        "package": check.plan.section.connection.package,
        "status": check.status,
        "skipped": nothing_object(check.nothing),
        "modes": [
            {"mode": each.mode.value, "status": each.status, "stages": [stage_object(check.plan, one) for one in each.stages]}
            for each in check.modes
        ],
    }


def nothing_object(nothing: Nothing | None) -> dict[str, Any] | None:
    """Why nothing was tried of a connection."""
    return None if nothing is None else {"code": nothing.code, "message": nothing.message, "hint": nothing.hint or None}


def stage_object(plan: Plan, result: StageResult) -> dict[str, Any]:
    """One stage of a connection."""
    return {
        "stage": result.stage.value,
        "status": result.status,
        "code": result.code,
        "message": result.detail or None,
        "hint": result.hint or None,
        "setting": place_object(plan, result),
        "warnings": list(result.warnings),
    }


def check_text(checks: Sequence[ConnectionCheck], *, is_detailed: bool) -> str:
    """A table with a line for each mode, then failures and warnings; every stage in words when it is detailed."""
    tried = [(check, mode) for check in checks for mode in check.modes]
    parts = []
    if tried and not is_detailed:
        header = ("CONNECTION", "MODE", *(each.title.upper() for each in COLUMNS), "MODE ITSELF")
        parts.append(table(header, [_row(check, mode) for check, mode in tried]))
    for check, mode in tried:
        lines = list(_details(check, mode) if is_detailed else _remarkable(check, mode))
        if lines:
            parts.append("".join(f"{line}\n" for line in lines))
    left = [f"{visible(each.plan.identifier)}: {each.nothing.message}\n" for each in checks if each.nothing is not None]
    if left:
        parts.append("".join(left))
    return "\n".join([*parts, _summary(checks)])


def _row(check: ConnectionCheck, mode: ModeResult) -> tuple[str, ...]:
    return (check.plan.identifier, mode.mode.value, *(MARKS[each.status] for each in mode.stages))


def _details(check: ConnectionCheck, mode: ModeResult) -> Iterator[str]:
    if mode.status == "skipped":
        yield f"{visible(check.plan.identifier)}, {mode.mode.value} mode: skipped, {visible(mode.stages[-1].detail)}"
        return
    yield f"{visible(check.plan.identifier)}, {mode.mode.value} mode: {mode.status}"
    width = max(len(each.stage.title) for each in mode.stages)
    for each in mode.stages:
        mark = MARKS[each.status] if each.status != "skipped" else "skipped"
        yield f"  {each.stage.title:<{width}}  {mark:<7}  {visible(each.detail)}".rstrip()
        yield from _advice(check, each, "      ")


def _remarkable(check: ConnectionCheck, mode: ModeResult) -> Iterator[str]:
    for each in mode.stages:
        if each.status == "failed":
            yield failure_head(check.plan.identifier, each, mode.mode.value)
            yield from _advice(check, each, "  ")
        elif each.warnings:
            yield f"warning: {visible(check.plan.identifier)}, {mode.mode.value} mode, {each.stage.title}:"
            yield from _advice(check, each, "  ")


def failure_head(identifier: str, failure: StageResult, mode: str = "") -> str:
    """The line that tells a failure."""
    where = f"{visible(identifier)}, {mode} mode" if mode else visible(identifier)
    return f"failed[{failure.code}]: {where}, {failure.stage.title}: {visible(failure.detail)}"


def _advice(check: ConnectionCheck, result: StageResult, indent: str) -> Iterator[str]:
    yield from failure_lines(check.plan, result, indent)
    yield from (f"{indent}= warning: {visible(each)}" for each in result.warnings)


def failure_lines(plan: Plan, result: StageResult, indent: str = "  ") -> Iterator[str]:
    """Where the setting at fault stands, and what to do."""
    if result.status != "failed":
        return
    place = place_words(plan, result)
    if place:
        yield f"{indent}--> {visible(place)}"
    if result.hint:
        yield f"{indent}= help: {visible(result.hint)}"


def _summary(checks: Sequence[ConnectionCheck]) -> str:
    if not checks:
        return "No connection to check.\n"
    counts = [(sum(each.status == status for each in checks), status) for status in ("passed", "failed", "skipped")]
    return f"{counted(len(checks), 'connection')}: {listed([f'{count} {status}' for count, status in counts if count])}.\n"
