"""What a run of the command gave, as tests compare it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Outcome:
    """Exit code, standard output and standard error of one run."""

    code: int
    out: str
    err: str


class Run(Protocol):
    """Run ``idmxml`` with these words, in the folder ``cwd``, with ``environment`` added to the process's."""

    def __call__(self, *words: str | Path, cwd: Path | None = None, environment: dict[str, str] | None = None) -> Outcome: ...


class MakeRepository(Protocol):
    """Write files, given by path, into a fresh folder and return it.

    XML that is a fragment is put inside ``<ConfigurationFile>``; bytes and whole documents are written as they are.
    """

    def __call__(self, files: Mapping[str, str | bytes]) -> Path: ...


class Golden(Protocol):
    """Compare a text, byte for byte, with the file of this name below ``tests/golden``."""

    def __call__(self, name: str, text: str) -> None: ...


def contents(folder: Path) -> dict[str, bytes]:
    """The files below a folder: their content by path, with ``/``."""
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}
