"""The list of further sites of SharePoint, as ``CsvUrls`` names it: ``<path>¤<column>¤<separator>``."""

import csv
from typing import Final

from idmxml.drivers.dotnet_encodings import marked_codec
from idmxml.drivers.driver import Failure, Settings, Stage, StageFailure
from idmxml.drivers.found_files import start_of, stat_of
from idmxml.drivers.http_login import is_given

NAME: Final = "CsvUrls"
MARK: Final = "\u00a4"
LONGEST_HEADER: Final = 1 << 16
FORM_HINT: Final = f"write <path>{MARK}<column>{MARK}<separator>"
ELSEWHERE: Final = f"'{NAME}' leads to a path of another machine, so the list of further sites is not looked at"


def look_at_sites(settings: Settings) -> tuple[str, ...]:
    """What to say of the list; StageFailure when it is there, and lacks the column."""
    if not is_given(settings, NAME):
        return ()
    parts = settings.text(NAME).split(MARK)
    if len(parts) != 3 or not all(parts):
        raise settings.wrong(NAME, "is not made of three parts", FORM_HINT)
    path, column, separator = parts
    if settings.paths.find(path) is None or "\0" in path:
        return (ELSEWHERE,)
    if column.strip().casefold() not in _header(settings, path, separator):
        message = f"the file of '{settings.full_name(NAME)}' has no such column"
        raise StageFailure(Failure.FILE_HEADER, message, setting=settings.full_name(NAME), stage=Stage.READ)
    return ()


def _header(settings: Settings, path: str, separator: str) -> frozenset[str]:
    """The names in the first line, without regard to case; bytes that are no UTF-8 are passed over."""
    file = settings.local(path, NAME)
    stat_of(settings, NAME, file)
    start = start_of(settings, NAME, file, LONGEST_HEADER)
    if not start:
        message = f"the file of '{settings.full_name(NAME)}' is empty"
        raise StageFailure(Failure.FILE_EMPTY, message, setting=settings.full_name(NAME), stage=Stage.READ)
    text = start.decode(marked_codec(start) or "utf-8", "replace").removeprefix("\ufeff")
    first = next(iter(text.splitlines()), "")
    try:
        names = next(csv.reader([first], delimiter=separator), [])
    except (TypeError, csv.Error):  # a separator of several characters
        names = first.split(separator)
    return frozenset(each.strip().strip('"').casefold() for each in names)
