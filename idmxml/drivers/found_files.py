"""The file that a setting names: by its path, or by a regular expression of which the last created match counts."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from idmxml.drivers.settings import Settings
from idmxml.model.names import closest
from idmxml.settings.texts import regex_fault
from idmxml.stages import Failure, Mode, Stage, StageFailure

PATHS: Final = {Mode.COMPLETE: "Path", Mode.INCREMENTAL: "PathIncremental"}
"""The settings that name the files of exports, by mode."""
BETWEEN: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()]|/", re.DOTALL)
LITERAL: Final = re.compile(r"\\(\W)")
ANY_TEXT: Final = r"in an expression any text is written .*, as in C:/folder/hr_.*\.csv"
SPECIAL: Final = re.compile(r"[.*+?^$()\[\]{}|]")


def find_file(settings: Settings, name: str) -> Path:
    """The file that the setting ``name`` leads to, surely a file; StageFailure when there is none."""
    path = settings.local(_text(settings, name), name)
    stat_of(settings, name, path)
    return path


def find_export_file(settings: Settings, name: str) -> Path:
    """The file of an export, which the setting ``name`` gives by an expression where ``IsFileNameRegex`` says so."""
    return _last_match(settings, name) if settings.flag("IsFileNameRegex") else find_file(settings, name)


def path_setting(settings: Settings) -> str:
    """The setting whose file tells the schema of an export: that of the complete mode, or of the other when it stands alone."""
    return next((each for each in PATHS.values() if settings.has(each)), PATHS[Mode.COMPLETE])


def _text(settings: Settings, name: str) -> str:
    text = settings.text(name)
    if not text.strip():
        raise settings.missing(name)
    if "\0" in text:
        raise settings.wrong(name, "holds a character that no path can hold")
    return text


def stat_of(settings: Settings, name: str, path: Path, *, is_folder: bool = False) -> os.stat_result:
    """What the system tells of ``path``; StageFailure when nothing is there, or something else than a file (or folder)."""
    full = settings.full_name(name)
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise file_failure(settings, name, path, error) from None
    wanted = stat.S_ISDIR if is_folder else stat.S_ISREG
    if not wanted(found.st_mode):
        what = "is no folder" if is_folder else "is a folder" if stat.S_ISDIR(found.st_mode) else "is no file"
        raise StageFailure(
            Failure.FILE_MISSING, f"'{full}' leads to {settings.shown_path(name, path)}, which {what}", setting=full
        )
    return found


def file_failure(settings: Settings, name: str, path: Path, error: OSError | ValueError) -> StageFailure:
    """The failure for a file that can't be looked at or opened."""
    full = settings.full_name(name)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        near = None if settings.is_sealed(name) else closest(path.name, _names(path.parent))
        hint = f"did you mean '{near}'? Else {Failure.FILE_MISSING.hint}" if near and near != path.name else ""
        message = f"'{full}' leads to {settings.shown_path(name, path)}, which is not there"
        return StageFailure(Failure.FILE_MISSING, message, setting=full, hint=hint)
    if isinstance(error, PermissionError):
        hint = "give the account that runs this command the right to read it; the agent needs it as well"
        return StageFailure(Failure.NO_RIGHT, f"{settings.shown_path(name, path)} may not be read", setting=full, hint=hint)
    why = (getattr(error, "strerror", None) or str(error)).lower()
    return StageFailure(
        Failure.UNREACHABLE, f"{settings.shown_path(name, path)} can't be reached: {why}", setting=full, stage=Stage.READ
    )


def _names(folder: Path) -> list[str]:
    try:
        return [each.name for each in folder.iterdir()]
    except OSError:
        return []


def _last_match(settings: Settings, name: str) -> Path:
    text = _text(settings, name)
    full = settings.full_name(name)
    fault = regex_fault(text)
    if fault:
        raise settings.wrong(name, f"is no regular expression: {fault}")
    steps = _steps(text.strip().removeprefix("^"))
    plain = [_unescaped(each) for each in steps]
    fixed = next((place for place, each in enumerate(plain) if each is None), len(plain) - 1)
    fixed = min(fixed, len(plain) - 1)
    folder = settings.local("/".join(each or "" for each in plain[:fixed]) or "/", name)
    stat_of(settings, name, folder, is_folder=True)
    try:
        patterns = [_compiled(each) for each in steps[fixed:]]
    except (re.error, OverflowError, RecursionError):
        raise settings.wrong(name, "is a regular expression that can't be tried out here", ANY_TEXT) from None
    found = sorted(_matches(folder, patterns, settings), key=lambda each: (_created(each), str(each)))
    if not found:
        message = f"no file in {settings.shown_path(name, folder)} matches the expression of '{full}'"
        raise StageFailure(Failure.FILE_MISSING, message, setting=full)
    return found[-1]


def _steps(expression: str) -> list[str]:
    """The steps of a path in an expression: at a slash, or at an escaped backslash, outside of brackets of any kind."""
    parts, start, depth = [], 0, 0
    for match in BETWEEN.finditer(expression):
        word = match.group()
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 0 and word in {"/", r"\\"}:
            parts.append(expression[start : match.start()])
            start = match.end()
    return [*parts, expression[start:]]


def _unescaped(step: str) -> str | None:
    """The plain text of a step, such as ``C:``; None when it is an expression. A dot before letters is taken as a dot."""
    plain = LITERAL.sub("", step)
    return None if SPECIAL.search(plain) or re.search(r"\\\w", step) else LITERAL.sub(r"\1", step)


def _compiled(step: str) -> re.Pattern[str]:
    """The pattern of one step. Named groups are spelt otherwise in Python."""
    text = re.sub(r"\(\?<(?![=!])|\(\?'(\w+)'", lambda match: f"(?P<{match[1]}>" if match[1] else "(?P<", step)
    return re.compile(text)


def _matches(folder: Path, patterns: list[re.Pattern[str]], settings: Settings) -> Iterator[Path]:
    settings.remaining()
    whole = [each for each in _entries(folder) if patterns[0].fullmatch(each.name)]
    for each in whole or [each for each in _entries(folder) if patterns[0].search(each.name)]:
        if len(patterns) == 1:
            if each.is_file():
                yield Path(each.path)
        elif each.is_dir():
            yield from _matches(Path(each.path), patterns[1:], settings)


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _created(file: Path) -> float:
    """When a file was created; where the system does not tell, when it was written."""
    try:
        found = file.stat()
    except OSError:  # it has gone since it was found
        return 0.0
    born = getattr(found, "st_birthtime", None)
    return float(born if born is not None else found.st_ctime if os.name == "nt" else found.st_mtime)


def start_of(settings: Settings, name: str, path: Path, most: int) -> bytes:
    """At most the first ``most`` bytes of a file that the setting ``name`` leads to; StageFailure when it can't be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise file_failure(settings, name, path, error) from None
