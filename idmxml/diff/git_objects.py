"""Files of a git revision, read from git's objects without a checkout, by the plumbing of the git executable."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from idmxml.errors import EnvironmentFault, UsageError

FILE_MODES: Final = frozenset({"100644", "100755", "100664"})
# Nothing is fetched from a remote, no lock is taken, nothing is asked, and faults are told in English as ours are.
QUIETLY: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


@dataclass(frozen=True)
class Tree:
    """The files of a commit: the object of each by path, relative to the top of the repository, with ``/``.

    ``folder`` is where git was asked, ``top`` that of the repository, ``prefix`` leads from there to ``folder``; ``skipped``
    are links and submodules.
    """

    commit: str
    folder: Path
    top: Path
    prefix: str
    blobs: Mapping[str, str]
    skipped: tuple[str, ...]

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder of the commit, the top as a point."""
        return frozenset(parent.as_posix() for each in self.blobs for parent in PurePosixPath(each).parents)


def tree_of(revision: str, folder: Path) -> Tree | None:
    """The files of a revision of the git repository around ``folder``; None when there is no such revision, or repository.

    EnvironmentFault when there is no git.
    """
    if not revision or revision.startswith("-") or "\0" in revision:
        return None
    commit = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if commit is None:
        return None
    name = commit.decode("ascii").strip()
    listing = _git(folder, "ls-tree", "-r", "-z", "--full-tree", name)
    if listing is None:
        raise EnvironmentFault(f"git can't list the files of {revision}")
    blobs, skipped = _read_listing(listing)
    prefix = _line(folder, "--show-prefix")
    top = Path(os.path.abspath(folder / _line(folder, "--show-cdup")))  # noqa: PTH100  keeps links
    return Tree(name, folder, top, prefix, blobs, tuple(skipped))


def _line(folder: Path, word: str) -> str:
    return (_git(folder, "rev-parse", word) or b"").decode("utf-8", "surrogateescape").rstrip("\r\n")


def _read_listing(listing: bytes) -> tuple[dict[str, str], list[str]]:
    blobs: dict[str, str] = {}
    skipped: list[str] = []
    for line in listing.split(b"\0"):
        facts, tab, path = line.partition(b"\t")
        if tab:
            mode, _, name = facts.decode("ascii").split(" ")
            told = path.decode("utf-8", "surrogateescape")
            if mode in FILE_MODES:
                blobs[told] = name
            else:
                skipped.append(told)
    return blobs, skipped


def read_blobs(tree: Tree, paths: Sequence[str]) -> Mapping[str, bytes]:
    """The contents of files of a tree by path; EnvironmentFault when git does not have one of them here."""
    if not paths:
        return {}
    asked = "".join(f"{tree.blobs[path]}\n" for path in paths)
    answer = _git(tree.folder, "cat-file", "--batch", given=asked.encode("ascii"))
    if answer is None:
        raise EnvironmentFault(f"git can't read the files of {tree.commit}")
    found: dict[str, bytes] = {}
    start = 0
    for path in paths:
        end = answer.index(b"\n", start)
        words = answer[start:end].split(b" ")
        if len(words) != 3:
            raise EnvironmentFault(f"git does not have the content of {path} at {tree.commit[:10]} here; fetch it first")
        size = int(words[2])
        found[path] = answer[end + 1 : end + 1 + size]
        start = end + size + 2
    return found


def _git(folder: Path, *words: str, given: bytes = b"") -> bytes | None:
    """What git answers; None when it refuses."""
    done = _run(folder, *words, given=given)
    return done.stdout if done.returncode == 0 else None


def _run(folder: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603  the words are ours, and no shell sees them
            ["git", "-C", str(folder), *words],  # noqa: S607  git is found as users find it
            input=given,
            capture_output=True,
            check=False,
            env={**os.environ, **QUIETLY},
        )
    except FileNotFoundError:
        raise EnvironmentFault("git, which could know it as a revision, is not installed") from None
    except OSError as error:
        raise EnvironmentFault(f"git can't be run: {error.strerror}") from None


def unknown_revision(word: str, folder: Path) -> UsageError:
    """What to say of a word that names neither a path below ``folder`` nor a revision of the repository around it."""
    asked = _run(folder, "rev-parse", "--is-shallow-repository")
    nowhere = f"there is no file or folder '{word}', and no git"
    if asked.returncode != 0:
        return UsageError(f"{nowhere} repository to read it from: {_reason(asked.stderr)}")
    shallow = "; the clone is shallow, 'git fetch --unshallow' brings older ones" if asked.stdout.strip() == b"true" else ""
    return UsageError(f"{nowhere} revision of that name here{shallow}")


def _reason(told: bytes) -> str:
    """The first line of what git says of a fault."""
    lines = told.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "git refuses"
