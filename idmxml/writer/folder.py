"""Writes a whole folder at once: either the old one stays, or the new one stands in its place."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from idmxml.errors import EnvironmentFault, UsageError
from idmxml.settings.secret import MASK
from idmxml.source.repository import MANIFEST

FORMAT: Final = "idmxml-manifest"
OURS: Final = frozenset({".idmxml", MANIFEST})


def check_replaceable(folder: Path) -> None:
    """UsageError unless the folder may be written: it is not there, is empty, or holds a former output and nothing else."""
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise UsageError(f"'{folder}' is no folder; name another one")
    try:
        there = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if not each.is_dir()}
    except OSError as error:
        raise EnvironmentFault(f"{error.filename or folder} can't be read: {error.strerror}") from None
    if not there:
        return
    former = _former(folder)
    if former is None:
        raise UsageError(f"'{folder}' is not empty, and was not written by idmxml compile; name an empty or a new folder")
    listed = {str(each.get("path")) for each in former.get("files", ()) if isinstance(each, dict)}
    hidden = [".+".join(map(re.escape, each.split(MASK))) for each in listed if MASK in each]
    known = re.compile("|".join(hidden) or "(?!)")
    strange = sorted(each for each in there - listed if each.partition("/")[0] not in OURS and not known.fullmatch(each))
    if strange:
        raise UsageError(
            f"'{folder}' holds '{strange[0]}', which idmxml compile did not write; move it, or name another folder"
        )


def _former(folder: Path) -> Mapping[str, Any] | None:
    """The manifest of a former output; None when there is none."""
    try:
        stored = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return stored if isinstance(stored, dict) and stored.get("format") == FORMAT else None


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files, given by their path with ``/``, as the whole content of the folder; EnvironmentFault on failure."""
    with FolderDraft(folder) as draft:
        draft.write(contents)
        draft.commit()


class FolderDraft:
    """A folder that is written beside the one it replaces, so that this is never half of one and half of the other.

    Used in a ``with`` statement; what is not committed at its end is gone. EnvironmentFault when anything can't be written.
    """

    def __init__(self, folder: Path) -> None:
        self._target = Path(os.path.realpath(folder))
        self._draft: Path | None = None

    def __enter__(self) -> Self:
        with self._told():
            place = next(each for each in self._target.parents if each.exists())
            self._draft = Path(tempfile.mkdtemp(dir=place, prefix=f".{self._target.name}."))
            self._draft.chmod(0o755)
        return self

    def __exit__(self, *_fault: object) -> None:
        if self._draft is not None and self._draft.exists():
            shutil.rmtree(self._draft, ignore_errors=True)

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write files, given by their path with ``/``."""
        assert self._draft is not None  # noqa: S101  there is one within the statement
        with self._told():
            files = {self._draft.joinpath(*path.split("/")): data for path, data in contents.items()}
            for each in sorted({file.parent for file in files}):
                each.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                file.write_bytes(data)

    def commit(self) -> None:
        """Put what was written in the place of the folder."""
        assert self._draft is not None  # noqa: S101  there is one within the statement
        with self._told():
            self._target.parent.mkdir(parents=True, exist_ok=True)
            _swap(self._draft, self._target)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Within it, a fault of the system is told as one about the folder."""
        try:
            yield
        except OSError as error:
            place = _place(error, self._draft, self._target)
            raise EnvironmentFault(f"{place} can't be written: {error.strerror}") from None


def _place(error: OSError, draft: Path | None, target: Path) -> Path:
    """Where a fault lies; the target stands for its drafts, whose names are accidental."""
    path = Path(error.filename or target)
    if draft is not None and path.is_relative_to(draft):
        return target / path.relative_to(draft)
    return target if path.name.startswith(f".{target.name}.") else path


def _swap(draft: Path, target: Path) -> None:
    """Put the draft in the place of the target; when that fails, the target stands as it was."""
    if not target.exists():
        draft.rename(target)
        return
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.")) / target.name
    try:
        target.rename(aside)
        try:
            draft.rename(target)
        except OSError:
            aside.rename(target)
            raise
    finally:
        if target.exists():
            shutil.rmtree(aside.parent, ignore_errors=True)
