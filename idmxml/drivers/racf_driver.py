"""Unload files of RACF: a table for each documented record type, as ``schemas/fixed-tables`` lists them without columns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.driver import (
    COMPLETE_ONLY,
    Failure,
    Mode,
    Settings,
    Stage,
    StageFailure,
    StageResult,
    Table,
    Wanted,
    passed,
)
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.drivers.found_files import find_file
from idmxml.drivers.text_files import TextFile, size_words

PAGE: Final = "racf"
RECORD: Final = re.compile(r"^(\d{4}) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RacfDriver:
    """Reads the beginning of the file, to see that it holds records. An export writes the documented record types it finds.

    All of those are given as tables, as records of some types may stand far behind in a large file.
    """

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Find the file, and records in it."""
        settings.remaining()
        if mode is Mode.INCREMENTAL:
            yield COMPLETE_ONLY
            return
        file = _file(settings)
        yield passed(Stage.READ, f"{file.shown}, {size_words(file.size)}")
        types = _types(file)
        tables = {each.identifier for each in fixed_tables(settings, PAGE)}
        known = [each for each in types if settings.table(each) in tables]
        none = "none of the first records is of a type that is exported"
        yield passed(Stage.SCHEMA, f"first records: {', '.join(known) or 'of other types'}", *(() if known else (none,)))
        yield passed(mode.stage, f"reads {file.shown}")

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables of the documented record types."""
        settings.remaining()
        tables = wanted.among(fixed_tables(settings, PAGE))
        if tables:
            _types(_file(settings))
        return tables


def _file(settings: Settings) -> TextFile:
    return TextFile(settings, "Path", find_file(settings, "Path"), "Encoding")


def _types(file: TextFile) -> list[str]:
    """The record types of the first records, sorted; StageFailure when there is none."""
    found = sorted(set(RECORD.findall(file.beginning().text)))
    if not found:
        message = f"{file.shown} is no unload file: none of its first lines begins with a record type of four digits"
        raise StageFailure(Failure.FILE_FORMAT, message, setting="Path")
    return found
