"""Writes several files so that each is either the old or the new one, whole, and none is changed unless all can be."""

import os
from collections.abc import Mapping
from pathlib import Path

from idmxml.errors import EnvironmentFault

NEW_FILE = 0o644


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write the files, folders included; EnvironmentFault when one of them can't be written, before any is changed.

    A file that is a link stays one, and what it leads to is written.
    """
    drafts: dict[Path, Path] = {}
    file = Path()
    try:
        for given, content in contents.items():
            file = Path(os.path.realpath(given))
            drafts[file] = _draft(file)
            drafts[file].write_bytes(content)
        for file, draft in drafts.items():
            draft.replace(file)
    except OSError as error:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise EnvironmentFault(f"{file} can't be written: {error.strerror}") from None


def _draft(file: Path) -> Path:
    """An empty file beside ``file``, with its rights."""
    import tempfile  # most commands write nothing

    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and not os.access(file, os.W_OK):
        raise PermissionError(13, "it is read-only", str(file))
    mode = file.stat().st_mode & 0o777 if file.exists() else NEW_FILE
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
        path = Path(draft.name)
    path.chmod(mode)
    return path
