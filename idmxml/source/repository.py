"""Folders to the files of a configuration: which there are, in which order, and what could not be looked into."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISREG

from idmxml.diagnostics import Checkout

GIT = ".git"
MARKERS = ("idmxml.toml", ".idmxml", GIT)
OWN_MARKERS = MARKERS[:2]
SCHEMAS = (".idmxml", "schemas")
MANIFEST = "manifest.json"
LEAVE_OUT = "move it away, or leave it out by exclude in idmxml.toml"
_COMPILED = b'"idmxml-manifest"'
_MANIFEST_HEAD = 100
MEGABYTE = 1_000_000
"""The unit of ``max-file-size``, in bytes."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: where it lies, and its path relative to the root that reports are relative to, with ``/``."""

    file: Path
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder or file that can't be looked into, why, and what to do."""

    path: str
    reason: str
    hint: str = "check its rights"


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found below the given paths: files sorted by path, and what could not be looked into."""

    files: tuple[SourceFile, ...]
    unreadable: tuple[Unreadable, ...]


def find_root(path: Path) -> tuple[Path, bool]:
    """The root of the repository that ``path`` belongs to, and whether a marker of this tool says so.

    That is the nearest folder upwards that holds ``idmxml.toml``, ``.idmxml`` or ``.git``; else ``path`` itself, or the
    folder of a file.
    """
    start = Path(os.path.abspath(path))  # noqa: PTH100  keeps links, so that paths read as they were given
    folder = start if start.is_dir() else start.parent
    for each in (folder, *folder.parents):
        if any((each / marker).exists() for marker in MARKERS):
            return each, any((each / marker).exists() for marker in OWN_MARKERS)
    return folder, False


def checkout_of(folder: Path) -> Checkout | None:
    """The git checkout that a folder lies in, links resolved; None when it lies in none, or is the top of one."""
    real = Path(os.path.realpath(folder))
    top = next((each for each in (real, *real.parents) if (each / GIT).exists()), None)
    return Checkout(str(top), real.relative_to(top).as_posix()) if top is not None and top != real else None


def discover(paths: Iterable[Path], base: Path, exclude: tuple[str, ...] = ()) -> Discovery:
    """Every ``*.xml`` file at or below the paths; hidden folders, compiled ones and the patterns of ``exclude`` are left out.

    A pattern is matched against the path relative to ``base`` and every folder of it; ``*`` also matches ``/``. Links are
    followed, each folder once. A file given by name is taken whatever its ending.
    """
    walk = _Walk(base, exclude)
    for path in paths:
        absolute = Path(os.path.abspath(path))  # noqa: PTH100  as above
        if absolute.is_dir():
            walk.folder(absolute)
        else:
            walk.file(absolute)
    files = {each.path: each for each in walk.files}
    return Discovery(tuple(files[path] for path in sorted(files)), tuple(sorted(walk.unreadable, key=lambda each: each.path)))


class _Walk:
    def __init__(self, base: Path, exclude: tuple[str, ...]) -> None:
        self.base = base
        self.exclude = exclude
        self.files: list[SourceFile] = []
        self.unreadable: list[Unreadable] = []
        self.seen: set[tuple[int, int]] = set()
        self.start = ""

    def relative(self, path: str | Path) -> str:
        """The path relative to the base, with ``/``; the whole path when it lies on another drive."""
        try:
            return os.path.relpath(path, self.base).replace(os.sep, "/")
        except ValueError:
            return str(path).replace(os.sep, "/")

    def file(self, path: Path) -> None:
        """Take a file; a pipe, a socket or a device is left, as it may never end, and can't be read twice."""
        try:
            found = path.stat()
        except OSError as error:
            self.unreadable.append(Unreadable(self.relative(path), error.strerror or type(error).__name__))
            return
        if S_ISREG(found.st_mode):
            self.files.append(SourceFile(path, self.relative(path), found.st_size))
        else:
            self.unreadable.append(Unreadable(self.relative(path), "it is a pipe, a socket or a device", LEAVE_OUT))

    def folder(self, path: Path) -> None:
        self.start = str(path)
        waiting = [self.start]
        while waiting:
            waiting.extend(self.listing(waiting.pop()))

    def listing(self, path: str) -> Iterator[str]:
        try:
            mark = os.stat(path)  # noqa: PTH116  one call for device and number
            if (mark.st_dev, mark.st_ino) in self.seen:
                return
            self.seen.add((mark.st_dev, mark.st_ino))
            with os.scandir(path) as entries:
                found = sorted(entries, key=lambda each: each.name, reverse=True)
        except OSError as error:
            self.unreadable.append(Unreadable(self.relative(path), error.strerror or type(error).__name__))
            return
        if path != self.start and any(each.name == MANIFEST and _is_of_compiled(each.path) for each in found):
            return
        for each in found:  # backwards, so that the stack gives the first name first, and a linked folder always the same path
            if each.name.startswith(".") or (self.exclude and is_excluded(self.relative(each.path), self.exclude)):
                continue
            if _is_folder(each):
                yield each.path
            elif each.name.lower().endswith(".xml"):
                self.file(Path(each.path))


def is_excluded(path: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern matches the path, relative and with ``/``, or a folder that it lies in."""
    parts = path.split("/")
    ways = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return any(fnmatchcase(way, pattern.rstrip("/")) for pattern in patterns for way in ways)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_of_compiled(manifest: bytes) -> bool:
    """Whether a manifest is that of a compiled configuration, which repeats what the repository says."""
    return _COMPILED in manifest[:_MANIFEST_HEAD]


def _is_of_compiled(file: str) -> bool:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123  the walk has texts
            return is_of_compiled(stream.read(_MANIFEST_HEAD))
    except OSError:
        return False


def recorded_schemas(root: Path, base: Path) -> tuple[SourceFile, ...]:
    """The recorded schemas of a repository, sorted by path; PermissionError when their folder can't be read."""
    folder = root.joinpath(*SCHEMAS)
    if not folder.is_dir():
        return ()
    walk = _Walk(base, ())
    for each in sorted(each for each in folder.iterdir() if each.match("*.xml")):
        walk.file(each)
    return tuple(sorted(walk.files, key=lambda each: each.path))
