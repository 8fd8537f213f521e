"""Crontab expressions as NCrontab reads them, five fields or six, to values and faults with their places."""

import calendar
import re
from dataclasses import dataclass
from typing import Final

from idmxml.model.value_spelling import whole_number

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
ITEM: Final = re.compile(r"(?P<first>\*|[A-Za-z0-9]+)(?:-(?P<last>[A-Za-z0-9]+))?(?:/(?P<step>[A-Za-z0-9]+))?")
OTHER_DIALECTS: Final = frozenset("?LW#")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an expression: what it counts, its least and greatest value, and names for its values."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


FIELDS: Final = (
    Field("seconds", 0, 59),
    Field("minutes", 0, 59),
    Field("hours", 0, 23),
    Field("day of the month", 1, 31),
    Field("month", 1, 12, MONTHS),
    Field("day of the week", 0, 6, DAYS),
)


@dataclass(frozen=True, slots=True)
class ScheduleFault:
    """Why an expression is wrong, what to do, and the characters (start, end) of it that are.

    ``is_sure`` is False for what the product may read, though hardly as it is meant.
    """

    message: str
    hint: str
    start: int
    end: int
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Schedule:
    """The values of each field, in the order of ``FIELDS``; without seconds their values are 0 alone."""

    values: tuple[frozenset[int], ...]

    @property
    def ever_runs(self) -> bool:
        """Whether there is a day that the expression names, such as no 30th of February."""
        _, _, _, days, months, _ = self.values
        return any(min(days) <= calendar.monthrange(2024, month)[1] for month in months)


def read_schedule(text: str) -> Schedule | tuple[ScheduleFault, ...]:
    """The schedule that an expression tells, or what is wrong with it."""
    parts = list(re.finditer(r"\S+", text))
    if len(parts) not in {5, 6}:
        return (_wrong_count(text, len(parts)),)
    fields = FIELDS[-len(parts) :]
    faults: list[ScheduleFault] = []
    values = [_read_field(part[0], part.start(), field, faults) for part, field in zip(parts, fields, strict=True)]
    if any(each.is_sure for each in faults):
        return tuple(each for each in faults if each.is_sure)
    schedule = Schedule((*[frozenset({0})] * (len(FIELDS) - len(values)), *values))
    if not faults and not schedule.ever_runs:
        return (
            ScheduleFault("no month has such a day", "correct day or month", parts[-3].start(), parts[-2].end(), is_sure=False),
        )
    return tuple(faults) or schedule


def _wrong_count(text: str, count: int) -> ScheduleFault:
    words = "one field" if count == 1 else f"{count} fields"
    hint = (
        "write minutes, hours, day of the month, month and day of the week, as in '30 2 * * *'; seconds may stand before them"
    )
    if text.strip().startswith("@"):
        hint = "write the fields out, as in '0 0 * * *' for @daily"
    return ScheduleFault(f"{words}, where five or six are needed", hint, 0, len(text))


def _read_field(text: str, start: int, field: Field, faults: list[ScheduleFault]) -> frozenset[int]:
    found: set[int] = set()
    for item in text.split(","):
        found |= _read_item(item, start, field, faults)
        start += len(item) + 1
    return frozenset(found)


def _read_item(text: str, start: int, field: Field, faults: list[ScheduleFault]) -> set[int]:
    match = ITEM.fullmatch(text)
    if match is None or (match["first"] == "*" and match["last"]):
        faults.append(_unreadable(text, start, field))
        return set()
    step = _read_step(match, start, faults)
    if match["first"] == "*":
        return set(range(field.low, field.high + 1, step))
    first = _read_value(match["first"], start, field, faults)
    last = _read_value(match["last"], start + match.start("last"), field, faults) if match["last"] else None
    if first is None or (match["last"] and last is None):
        return set()
    if last is None:
        last = field.high if match["step"] else first
    if last < first:
        faults.append(_reversed(text, start))
        first, last = last, first
    return set(range(first, last + 1, step))


def _read_step(match: re.Match[str], start: int, faults: list[ScheduleFault]) -> int:
    text = match["step"]
    if text is None:
        return 1
    number = whole_number(text)
    if number is None or number < 1:
        place = start + match.start("step")
        faults.append(ScheduleFault(f"the step '{text}' is not a number from 1 up", "write a number", place, place + len(text)))
        return 1
    return number


def _read_value(text: str, start: int, field: Field, faults: list[ScheduleFault]) -> int | None:
    if text.isascii() and text.isdigit():
        return _read_number(text, start, field, faults)
    for position, name in enumerate(field.names):
        if name.casefold().startswith(text.casefold()):
            return field.low + position
    faults.append(_unreadable(text, start, field))
    return None


def _read_number(text: str, start: int, field: Field, faults: list[ScheduleFault]) -> int | None:
    number = whole_number(text)
    if number is not None and field.low <= number <= field.high:
        return number
    if field.names == DAYS and number == len(DAYS):
        hint = "write 0 for Sunday, which crontab on Unix also calls 7"
        faults.append(ScheduleFault("the day of the week 7 is above 6", hint, start, start + len(text), is_sure=False))
        return 0
    told = text if number is None else number
    message = f"{told} is no {field.name}" if field.names else f"{told} is out of the range of {field.name}"
    faults.append(ScheduleFault(message, f"write a number from {field.low} to {field.high}", start, start + len(text)))
    return None


def _unreadable(text: str, start: int, field: Field) -> ScheduleFault:
    hint = (
        f"write *, a number from {field.low} to {field.high}, a range such as {field.low}-{field.high}, or a step such as */{2}"
    )
    if OTHER_DIALECTS & set(text) and not field_name(text, field):
        hint = "the signs ? L W # of other schedulers are not known; " + hint
    shown = f"'{text}' is no {field.name}" if text else f"an empty value for {field.name}"
    return ScheduleFault(shown, hint, start, start + max(len(text), 1))


def field_name(text: str, field: Field) -> bool:
    """Whether a text names a value of the field, as ``Mon`` does a day of the week."""
    return any(name.casefold().startswith(text.casefold()) for name in field.names)


def _reversed(text: str, start: int) -> ScheduleFault:
    hint = "the smaller value is taken first; list the two halves, as in 22-23,0-5, to go over the end"
    return ScheduleFault(f"the range '{text}' runs backwards", hint, start, start + len(text), is_sure=False)
