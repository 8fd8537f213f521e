"""Workbooks: a table for each sheet that is not ignored, called ``<connection>_<position>``, its columns the header's names."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from idmxml.drivers.delimited import trim
from idmxml.drivers.driver import (
    ALL,
    Column,
    Failure,
    Mode,
    Settings,
    Stage,
    StageFailure,
    StageResult,
    Table,
    Wanted,
    passed,
    require,
)
from idmxml.drivers.found_files import PATHS, file_failure, find_export_file, path_setting, stat_of
from idmxml.drivers.text_files import size_words
from idmxml.drivers.workbook_excerpts import FAULTS, LARGE, excerpt

MOST_ROWS: Final = 200
Cell = str | int | float | bool | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class ExcelDriver:
    """Reads the first rows of each sheet by a reader written in Rust; of a large workbook only its beginning is unpacked."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Find the workbook of the mode, and read the header of each sheet."""
        settings.remaining()
        path = find_export_file(settings, PATHS[mode])
        size = stat_of(settings, PATHS[mode], path).st_size
        shown = settings.shown_file(PATHS[mode], path)
        yield passed(Stage.READ, f"{shown}, {size_words(size)}", *_kind_warning(path))
        sheets = _sheets(settings, PATHS[mode], path)
        tables = _tables(settings, PATHS[mode], sheets, ALL)
        ignored = len(sheets) - len(tables)
        more = f", {ignored} ignored" if ignored else ""
        yield passed(Stage.SCHEMA, f"{len(tables)} of {len(sheets)} sheets{more}", *_odd(settings, sheets, tables))
        yield passed(mode.stage, f"reads {shown}")

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """A table for each sheet that is not ignored. What is wrong with others than those that are wanted is passed over."""
        settings.remaining()
        if wanted.is_nothing:
            return ()
        name = path_setting(settings)
        return _tables(settings, name, _sheets(settings, name, find_export_file(settings, name)), wanted)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet: its name, whether the export leaves it out, and its first rows as text behind the skipped lines."""

    name: str
    is_ignored: bool
    rows: tuple[tuple[str, ...], ...]


def _kind_warning(path: Path) -> tuple[str, ...]:
    return () if path.suffix.casefold() == ".xlsx" else ("only .xlsx files are documented for the export",)


def _sheets(settings: Settings, name: str, path: Path) -> list[_Sheet]:
    size = stat_of(settings, name, path).st_size
    if size == 0:
        raise StageFailure(Failure.FILE_EMPTY, f"{settings.shown_file(name, path)} is empty", setting=settings.full_name(name))
    options = settings.sections("SheetOptions")
    ignored = [each.flag("SheetIgnored") for each in options]
    skips = [max(each.number("NumberOfLinesToSkip", 0), 0) for each in options]
    calamine = require("python_calamine", "excel")
    try:
        source = excerpt(path, MOST_ROWS + max(skips, default=0)) if size > LARGE else str(path)
        workbook = calamine.load_workbook(source)
        kinds = [each for each in workbook.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
        return [
            _sheet(workbook, each.name, _at(ignored, place, otherwise=False), _at(skips, place, otherwise=0), settings)
            for place, each in enumerate(kinds)
        ]
    except (calamine.CalamineError, ValueError, KeyError, *FAULTS) as error:
        message = f"{settings.shown_file(name, path)} is no workbook that can be read: {_reason(error)}"
        raise StageFailure(Failure.FILE_FORMAT, message, setting=settings.full_name(name)) from None
    except OSError as error:
        raise file_failure(settings, name, path, error) from None


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__


def _at(values: list[Any], place: int, *, otherwise: Any) -> Any:
    return values[place] if place < len(values) else otherwise


def _sheet(workbook: Any, name: str, is_ignored: bool, skip: int, settings: Settings) -> _Sheet:  # noqa: FBT001
    settings.remaining()
    if is_ignored:
        return _Sheet(name, is_ignored=True, rows=())
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS + skip)
    texts = (tuple(_text(cell) for cell in row) for row in rows[skip:])
    return _Sheet(name, is_ignored=False, rows=tuple(texts))


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _tables(settings: Settings, name: str, sheets: list[_Sheet], wanted: Wanted) -> tuple[Table, ...]:
    trimmed = settings.texts("ValuesToTrim", ())
    read = [(place, each) for place, each in enumerate(sheets) if not each.is_ignored]
    if read and not any(any(map(any, each.rows)) for _place, each in read):
        message = "every sheet that is exported is empty"
        raise StageFailure(Failure.FILE_EMPTY, message, setting=settings.full_name(name))
    if read and not any(any(_names(each, trimmed)) for _place, each in read):
        sheet = next(each for _place, each in read if any(map(any, each.rows)))
        raise _wrong_header(sheet, "holds no name", settings, name)
    named = [(settings.table(str(place)), each) for place, each in read]
    return tuple(Table(table, _columns(each, trimmed, settings, name)) for table, each in named if wanted.wants(table))


def _names(sheet: _Sheet, trimmed: tuple[str, ...]) -> list[str]:
    return [trim(each, trimmed) for each in sheet.rows[0]] if sheet.rows else []


def _columns(sheet: _Sheet, trimmed: tuple[str, ...], settings: Settings, name: str) -> tuple[Column, ...]:
    names = _names(sheet, trimmed)
    columns = [each for each in names if each]
    double = [each for each, count in Counter(columns).items() if count > 1]
    if double:
        raise _wrong_header(sheet, f"holds the name '{double[0]}' twice", settings, name)
    if len(columns) > 1 and len(sheet.rows) > 1 and [trim(each, trimmed) for each in sheet.rows[1]] == names:
        raise _wrong_header(sheet, "stands twice", settings, name)
    return tuple(map(Column, columns))


def _wrong_header(sheet: _Sheet, fault: str, settings: Settings, name: str) -> StageFailure:
    message = f"the header of the sheet '{sheet.name}' {fault}"
    hint = "have the header corrected; lines before it are skipped by 'NumberOfLinesToSkip' of its SheetOptions"
    return StageFailure(Failure.FILE_HEADER, message, setting=settings.full_name(name), hint=hint)


def _odd(settings: Settings, sheets: list[_Sheet], tables: tuple[Table, ...]) -> Iterator[str]:
    if len(settings.sections("SheetOptions")) > len(sheets):
        yield "'SheetOptions' has more elements than the workbook has sheets"
    trimmed = settings.texts("ValuesToTrim", ())
    if sheets and not tables:
        yield "every sheet is ignored, so nothing is exported"
    for each in sheets:
        if not each.is_ignored and not any(map(any, each.rows)):
            yield f"the sheet '{each.name}' is empty"
        elif not each.is_ignored and not any(_names(each, trimmed)):
            yield f"the header of the sheet '{each.name}' holds no name, so none of its columns are exported"
