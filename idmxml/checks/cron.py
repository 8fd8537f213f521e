"""Schedules of jobs: crontab expressions that the scheduler can read."""

from collections.abc import Iterator

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.model.context import Context
from idmxml.model.schedule import Schedule, read_schedule
from idmxml.source.entry import Entry

ATTRIBUTES = {"Job": "CronTabExpression", "SchedulingCleanDataBaseSetting": "CronTabExpression", "CronTabExpression": "CronTab"}


@rule("IDM6001", "unreadable-schedule", on=tuple(ATTRIBUTES), touch=frozenset(ATTRIBUTES.values()))
def unreadable_schedule(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A schedule is no crontab expression of five or six fields, or can hardly be meant.

    Why: the job is never started by the scheduler. The fields are seconds, which may be left out, minutes, hours, day of
    the month, month and day of the week, where Sunday is 0. What the scheduler reads in another way than it looks, such as a
    range that runs backwards, is a warning.

    Bad:
        <Job Identifier="Nightly" DisplayName_L1="Nightly" CronTabExpression="0 25 * * *"/>

    Good:
        <Job Identifier="Nightly" DisplayName_L1="Nightly" CronTabExpression="30 2 * * Mon-Fri"/>
    """
    attribute = ATTRIBUTES[entry.kind or ""]
    value = entry.get(attribute)
    if not value or not value.strip():
        return
    schedule = read_schedule(value)
    if isinstance(schedule, Schedule):
        return
    for fault in schedule:
        yield Finding(
            entry,
            f"schedule '{value.strip()}': {fault.message}",
            attribute,
            hint=fault.hint,
            part=(fault.start, fault.end),
            severity=None if fault.is_sure else Severity.WARNING,
        )
