"""Delimited text files: one table called like the connection, its columns the names of the header line."""

from collections.abc import Iterator
from dataclasses import dataclass

from idmxml.drivers.delimited import Header, Unreadable, read_header
from idmxml.drivers.driver import Column, Failure, Mode, Settings, Stage, StageFailure, StageResult, Table, Wanted, passed
from idmxml.drivers.found_files import PATHS, find_export_file, path_setting
from idmxml.drivers.text_files import TextFile, size_words
from idmxml.phrases import counted


@dataclass(frozen=True, slots=True)
class CsvDriver:
    """Reads the beginning of the file that ``Path`` or ``PathIncremental`` names, packed by gzip or not."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Find the file of the mode, and read its header."""
        settings.remaining()
        file = _file(settings, PATHS[mode])
        yield passed(Stage.READ, f"{file.shown}, {size_words(file.size)}")
        header = _header(file)
        yield passed(Stage.SCHEMA, counted(len(header.columns), "column"), *header.warnings)
        if mode is Mode.COMPLETE or not settings.has(PATHS[Mode.COMPLETE]):
            yield passed(mode.stage, f"reads {file.shown}")
        else:
            yield passed(mode.stage, f"reads {file.shown}", *_differences(settings, header))

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The one table, from the file of the complete mode when there is one."""
        settings.remaining()
        if not wanted.wants(settings.table()):
            return ()
        header = _header(_file(settings, path_setting(settings)))
        return (Table(settings.table(), tuple(map(Column, header.columns))),)


def _file(settings: Settings, name: str) -> TextFile:
    return TextFile(settings, name, find_export_file(settings, name), "Encoding")


def _header(file: TextFile) -> Header:
    settings = file.settings
    separator = settings.text("Separator", ",")
    if not separator:
        raise settings.wrong("Separator", "is empty")
    beginning = file.beginning(max(settings.number("NumberOfLinesToSkip", 0), 0))
    try:
        return read_header(beginning, separator, settings.texts("ValuesToTrim", ()))
    except Unreadable as error:
        raise _failure(file, error) from None


def _failure(file: TextFile, error: Unreadable) -> StageFailure:
    message = f"{file.shown}: {error}"
    if error.is_separator:
        hint = "set 'Separator' to what stands between the columns"
        return StageFailure(Failure.FILE_FORMAT, message, setting="Separator", hint=hint)
    if error.is_header:
        hint = "have the header corrected; lines before it are skipped by 'NumberOfLinesToSkip'"
        return StageFailure(Failure.FILE_HEADER, message, setting=file.name, hint=hint)
    return StageFailure(Failure.FILE_FORMAT, message, setting=file.name)


def _differences(settings: Settings, header: Header) -> Iterator[str]:
    """A sentence when the file of the complete mode has other columns; silent when that one can't be read."""
    try:
        complete = _header(_file(settings, PATHS[Mode.COMPLETE]))
    except StageFailure:
        return
    lacking = [each for each in complete.columns if each not in header.columns]
    if lacking:
        listed = ", ".join(lacking[:5]) + (", …" if len(lacking) > 5 else "")
        yield f"it lacks columns that the file of the complete mode has: {listed}"
