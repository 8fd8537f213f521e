"""The other files of a repository, which its configuration names by path: translations, templates, pictures."""

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path


class Companions:
    """The files below ``root`` that are no XML, hidden folders left out; looked for when first asked."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def paths(self) -> Sequence[str]:
        """Their paths relative to the root, with ``/``, sorted."""
        return tuple(sorted(_below(self._root)))

    def named(self, path: str) -> Sequence[str]:
        """The files that a path of the configuration may name.

        The folder that such paths are relative to is the one that is deployed, which may be the root or any folder below
        it; letter case does not matter, as on Windows.
        """
        wanted = _comparable(path)
        return [each for each in self.paths if each.casefold() == wanted or each.casefold().endswith("/" + wanted)]

    def called(self, path: str) -> Sequence[str]:
        """The files with the same name, in whatever folder."""
        return self.named(path.replace("\\", "/").rpartition("/")[2])

    def read(self, path: str) -> bytes | None:
        """The content of one of ``paths``; None when it can't be read."""
        try:
            return (self._root / path).read_bytes()
        except OSError:
            return None


def _comparable(path: str) -> str:
    parts = [each for each in path.replace("\\", "/").split("/") if each not in {"", "."}]
    return "/".join(parts).casefold()


def _below(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [each for each in folders if not each.startswith(".")]
        for each in files:
            if not each.startswith(".") and not each.lower().endswith(".xml"):
                yield os.path.relpath(Path(folder, each), root).replace(os.sep, "/")
