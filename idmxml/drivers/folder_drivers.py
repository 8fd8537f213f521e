"""Shared folders and home folders: the folders have to be there. Their tables lie in ``schemas/fixed-tables``."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.driver import COMPLETE_ONLY, Mode, Settings, Stage, StageResult, Table, Wanted, passed, skipped
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.drivers.found_files import file_failure, stat_of
from idmxml.phrases import counted
from idmxml.stages import Skip

FOLDERS: Final = "InputDirectories"
SHARED, HOME = "sharedfolder", "homefolder"


@dataclass(frozen=True, slots=True)
class SharedFolderDriver:
    """Looks whether the folders can be listed; the export scans them for rights."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look into each folder."""
        return _check(settings, mode, SHARED)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The three tables of every such connection."""
        return _discover(settings, wanted, SHARED)


@dataclass(frozen=True, slots=True)
class HomeFolderDriver:
    """Looks whether the folders can be listed; the export tells the names of those inside."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look into each folder."""
        return _check(settings, mode, HOME)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The table of every such connection."""
        return _discover(settings, wanted, HOME)


def _check(settings: Settings, mode: Mode, page: str) -> Iterator[StageResult]:
    settings.remaining()
    if mode is Mode.INCREMENTAL:
        yield COMPLETE_ONLY
        return
    if settings.has("Login"):
        yield skipped(Stage.LOGIN, Skip.NOT_TRIED, "the folders are looked at by the account that runs this command")
    count = _look(settings)
    yield passed(Stage.READ, f"{counted(count, 'folder')} can be listed")
    yield passed(Stage.SCHEMA, counted(len(fixed_tables(settings, page)), "documented table"))
    yield passed(mode.stage)


def _discover(settings: Settings, wanted: Wanted, page: str) -> tuple[Table, ...]:
    settings.remaining()
    tables = wanted.among(fixed_tables(settings, page))
    if tables:
        _look(settings)
    return tables


def _look(settings: Settings) -> int:
    """The number of folders; StageFailure when there is none, or one can't be listed."""
    folders = settings.texts(FOLDERS)
    if not folders:
        raise settings.wrong(FOLDERS, "lists no folder")
    for place in range(len(folders)):
        name = f"{FOLDERS}[{place}]"
        settings.remaining()
        path = settings.path(name)
        stat_of(settings, name, path, is_folder=True)
        try:
            with os.scandir(path) as entries:
                next(entries, None)
        except OSError as error:
            raise file_failure(settings, name, path, error) from None
    return len(folders)
