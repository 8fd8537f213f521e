"""Writes files so that whoever reads them, or kills us, finds the old or the new one, whole."""

import os
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import quote

from idmxml.errors import EnvironmentFault

OWN: Final = ".idmxml"
CACHE: Final = (OWN, "cache")
IGNORE: Final = "*\n"
RESERVED: Final = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})


def file_stem(identifier: str) -> str:
    """The name of the files of a connection, without ending: its identifier, made safe for every file system."""
    stem = quote(identifier, safe=" ()+,'@&")
    stem = f"%{ord(stem[0]):02X}{stem[1:]}" if stem[:1] == "." else stem
    return f"{stem}%" if stem.upper() in RESERVED else stem


def replace_file(root: Path, file: Path, data: bytes) -> None:
    """Write ``file`` below ``root``. Drafts lie in the cache, which version control ignores; EnvironmentFault on failure."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = _draft(_drafts(root), file, data)
        try:
            draft.replace(file)
        except OSError:  # the cache lies on another disk, or is no folder to write to
            draft.unlink(missing_ok=True)
            _draft(file.parent, file, data).replace(file)
    except OSError as error:
        raise EnvironmentFault(f"{file} can't be written: {error.strerror or type(error).__name__}") from None


def _draft(folder: Path, file: Path, data: bytes) -> Path:
    with tempfile.NamedTemporaryFile("wb", dir=folder, prefix=f".{file.name}.", suffix=".draft", delete=False) as draft:
        draft.write(data)
        draft.flush()
        os.fsync(draft.fileno())
    made = Path(draft.name)
    made.chmod(0o644)
    return made


def _drafts(root: Path) -> Path:
    """The folder of drafts; the cache gets the file that keeps it out of version control."""
    cache = root.joinpath(*CACHE)
    folder = cache / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    ignore = cache / ".gitignore"
    if not ignore.exists():
        ignore.write_text(IGNORE, encoding="utf-8")
    return folder
