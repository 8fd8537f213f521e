"""The beginning of a delimited text to its header, and to what is odd about it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.text_files import Beginning

MOST_RECORDS: Final = 200
SEPARATORS: Final = (",", ";", "\t", "|")


class Unreadable(Exception):
    """A header that can't be read; ``is_header`` tells whether its names are at fault rather than the form of the file."""

    def __init__(self, message: str, *, is_header: bool = False, is_separator: bool = False) -> None:
        super().__init__(message)
        self.is_header = is_header
        self.is_separator = is_separator


@dataclass(frozen=True, slots=True)
class Header:
    """The columns, trimmed, those without a name left out; and sentences on what is odd."""

    columns: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def read_header(beginning: Beginning, separator: str, trimmed: Sequence[str]) -> Header:
    """The header of a delimited text; Unreadable when there is none."""
    records = _records(beginning, separator)
    first = next(records, None)
    if first is None:
        raise Unreadable("there is no line for the header", is_header=True)
    names = [trim(each, trimmed) for each in first]
    rows = list(records)
    columns = tuple(each for each in names if each)
    _judge(names, columns, rows, trimmed)
    _judge_separator(first, rows, separator)
    return Header(columns, tuple(_warnings(names, rows)))


def trim(text: str, characters: Sequence[str]) -> str:
    """A text without the characters at its ends, one after the other, as the product trims headers and values."""
    for each in characters:
        text = text.strip(each) if each else text
    return text


def _judge(names: list[str], columns: tuple[str, ...], rows: list[list[str]], trimmed: Sequence[str]) -> None:
    if not columns:
        raise Unreadable("the header line holds no name", is_header=True)
    double = [name for name, count in Counter(columns).items() if count > 1]
    if double:
        raise Unreadable(f"the header holds the name '{double[0]}' twice", is_header=True)
    if rows and len(names) > 1 and [trim(each, trimmed) for each in rows[0]] == names:
        raise Unreadable("the header line stands twice", is_header=True)


def _judge_separator(first: list[str], rows: list[list[str]], separator: str) -> None:
    """A header of one column that another separator would split as it splits every line below it."""
    if len(first) > 1 or len(rows) < 1:
        return
    for each in SEPARATORS:
        count = first[0].count(each)
        if each != separator and count and all(len(row) == 1 and row[0].count(each) == count for row in rows):
            shown = {"\t": "a tab"}.get(each, f"'{each}'")
            raise Unreadable(
                f"every line has {count + 1} parts with {shown} between them, and only one column as it is", is_separator=True
            )


def _warnings(names: list[str], rows: list[list[str]]) -> Iterator[str]:
    unnamed = sum(not each for each in names)
    if unnamed:
        yield f"{unnamed} of {len(names)} columns have no name, and are left out"
    longer = next((place for place, row in enumerate(rows, 1) if any(row[len(names) :])), None)
    if longer is not None:
        yield f"record {longer} below the header has more values than the header has columns"


def _records(beginning: Beginning, separator: str) -> Iterator[list[str]]:
    """The first records that are whole; blank lines are none."""
    text, position = beginning.text, 0
    ends = re.compile(f"{re.escape(separator)}|\n")
    for number in range(MOST_RECORDS):
        while text.startswith("\n", position):
            position += 1
        found = _record(text, position, ends) if position < len(text) else None
        if found is None:
            return
        fields, position, is_closed = found
        is_whole = is_closed and (beginning.is_whole or position <= len(text) - 1)
        if not is_whole and number:
            return
        if not is_closed:
            raise Unreadable("the header opens a quotation mark that nothing closes")
        if not is_whole:
            raise Unreadable("no line ends within the first million characters")
        yield fields


def _record(text: str, position: int, ends: re.Pattern[str]) -> tuple[list[str], int, bool] | None:
    """The fields of the record at a position, the position behind it, and whether its quotation marks are closed."""
    fields: list[str] = []
    while True:
        quoted = ""
        if text.startswith('"', position):
            quoted, position, is_closed = _quoted(text, position + 1)
            if not is_closed:
                return [*fields, quoted], position, False
        match = ends.search(text, position)
        end = match.start() if match else len(text)
        fields.append(quoted + text[position:end])
        if match is None or match.group() == "\n":
            return fields, match.end() if match else len(text), True
        position = match.end()


def _quoted(text: str, position: int) -> tuple[str, int, bool]:
    parts: list[str] = []
    while True:
        end = text.find('"', position)
        if end < 0:
            return "".join((*parts, text[position:])), len(text), False
        parts.append(text[position:end])
        if not text.startswith('"', end + 1):
            return "".join(parts), end + 1, True
        parts.append('"')
        position = end + 2
