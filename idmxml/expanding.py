"""A repository with its scaffoldings expanded: what ``expand`` and ``compile`` look at."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from idmxml.errors import UsageError
from idmxml.expansion.consolidate import Meeting
from idmxml.expansion.expand import EXPANDED, PARTIAL, Expansion, Result, expand
from idmxml.expansion.read import ReadFile, read_files
from idmxml.expansion.stories import Story, names, stories
from idmxml.model.names import closest
from idmxml.options import CheckOptions
from idmxml.pipeline import Repository, repository_at
from idmxml.source.repository import MEGABYTE, Discovery, discover
from idmxml.writer.spelling import all_spelled


@dataclass(frozen=True)
class ExpandedRepository:
    """A repository, its files as they were read, and its expansion. ``asked`` is the part of it that was asked for."""

    repository: Repository
    asked: Path
    discovery: Discovery
    files: tuple[ReadFile, ...]
    expansion: Expansion

    @property
    def root(self) -> Path:
        """The root of the repository, which paths are relative to."""
        return self.repository.root

    @property
    def faults(self) -> tuple[str, ...]:
        """What could not be read, in sentences."""
        broken = [f"'{each.path}' can't be read in full ({each.fault})" for each in self.files if each.fault is not None]
        hidden = [f"'{each.path}' can't be looked into ({each.reason})" for each in self.discovery.unreadable]
        return tuple(f"{each}; what it declares is missing here; see 'idmxml check'." for each in (*broken, *hidden))

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The scaffoldings in the asked part of the repository, with those that they call."""
        return tuple(each for each in self.expansion.results if self._is_asked(each.maker.path))

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """The hand-written elements, in the asked part, that have the identity of a generated one."""
        return tuple(each for each in self.expansion.meetings if self._is_asked(each.written.origin.path))

    def _is_asked(self, path: str) -> bool:
        file = os.path.abspath(self.root / path)  # noqa: PTH100  keeps links, as paths were given
        folder = os.path.abspath(self.asked)  # noqa: PTH100  the same
        return file == folder or folder == os.path.abspath(self.root) or file.startswith(folder + os.sep)  # noqa: PTH100

    def stories(self, name: str) -> list[Story]:
        """The stories of the elements of this name; UsageError, with the nearest name, when there is none."""
        found = stories(self.expansion, name)
        if not found:
            near = closest(name, set(names(self.expansion)))
            hint = f"; did you mean '{near}'?" if near else ""
            raise UsageError(f"no element '{name}' is written or generated in {self.root}{hint}")
        return found

    def count(self) -> Mapping[str, int]:
        """How many scaffoldings there are by what became of them, and how many elements they generate, nested ones included."""
        statuses = [each.status for each in self.results]
        made = (item for each in self.results for item in each.items)
        return {
            "scaffoldings": len(statuses),
            "expanded": statuses.count(EXPANDED),
            "partial": statuses.count(PARTIAL),
            "kept": statuses.count("kept"),
            "elements": sum(each.size for each in made),
        }


def expand_repository(path: Path, options: CheckOptions) -> ExpandedRepository:
    """The expansion of the repository that ``path`` belongs to, in one spelling; UsageError when it is not there."""
    repository = repository_at(path, options)
    discovery = discover(repository.paths, repository.root, repository.options.exclude)
    files = tuple(read_files(discovery.files, int(repository.options.max_file_size * MEGABYTE)))
    items = [item for each in files for item in each.items]
    expansion = expand(all_spelled(items))
    return ExpandedRepository(repository, path, discovery, files, expansion)
