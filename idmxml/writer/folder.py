"""Writes a whole folder at once: either the old one stays, or the new one stands in its place."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

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
    with folder_draft(folder) as draft:
        draft.write(contents)
        draft.commit()


@contextmanager
def folder_draft(folder: Path) -> Iterator["FolderDraft"]:
    """A draft of the folder; what is not committed at the end of the statement is gone. EnvironmentFault on failure."""
    target = Path(os.path.realpath(folder))
    draft: Path | None = None
    try:
        with _told(None, target):
            place = next((each for each in target.parents if each.exists()), Path(target.anchor))
            place.mkdir(exist_ok=True)  # tells when it is a file, or a drive that is not there
            draft = Path(tempfile.mkdtemp(dir=place, prefix=f".{target.name}."))
            draft.chmod(0o755)
        yield FolderDraft(draft, target)
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class FolderDraft:
    """A folder that is written beside the one it replaces, so that this is never half of one and half of the other."""

    draft: Path
    target: Path

    def write(self, contents: Mapping[str, bytes]) -> None:
        """Write files, given by their path with ``/``."""
        with _told(self.draft, self.target):
            files = {self.draft.joinpath(*path.split("/")): data for path, data in contents.items()}
            for each in sorted({file.parent for file in files}):
                each.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                file.write_bytes(data)

    def commit(self) -> None:
        """Put what was written in the place of the folder."""
        with _told(self.draft, self.target):
            self.target.parent.mkdir(parents=True, exist_ok=True)
            _swap(self.draft, self.target)


@contextmanager
def _told(draft: Path | None, target: Path) -> Iterator[None]:
    """Within it, a fault of the system is told as one about the folder, as names of drafts are accidental."""
    try:
        yield
    except OSError as error:
        place = Path(error.filename or target)
        if draft is not None and place.is_relative_to(draft):
            place = target / place.relative_to(draft)
        elif place.name.startswith(f".{target.name}."):
            place = target
        raise EnvironmentFault(f"{place} can't be written: {error.strerror}") from None


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
