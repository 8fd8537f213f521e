"""A repository to its normalized elements: read, spelt in one way, expanded, normalized, and laid out in files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from idmxml.expansion.expand import PARTIAL, Expansion, expand
from idmxml.expansion.item import Item
from idmxml.expansion.read import read_content
from idmxml.options import CheckOptions
from idmxml.pipeline import Repository, repository_at
from idmxml.reports.manifest_json import Input, objects_of
from idmxml.source.content import Unread, content_of
from idmxml.source.repository import MEGABYTE, Discovery, discover
from idmxml.writer.comments import Place, comments_in
from idmxml.writer.normal_form import Key, NormalForm, in_order
from idmxml.writer.order import layout
from idmxml.writer.places import Places
from idmxml.writer.spelling import all_spelled
from idmxml.writer.xml_text import document_text, element_text, text_with_notes

SINGLE: Final = "Configuration.xml"


@dataclass(frozen=True, slots=True)
class CompileOptions:
    """How to compile, as the command line has it."""

    keep_scaffoldings: bool = False
    explicit_defaults: bool = False
    comments: bool = False
    single_file: bool = False

    @property
    def as_data(self) -> Mapping[str, object]:
        """The options for the manifest."""
        return {
            "keep_scaffoldings": self.keep_scaffoldings,
            "explicit_defaults": self.explicit_defaults,
            "comments": self.comments,
            "single_file": self.single_file,
        }


class WrittenFile(NamedTuple):
    """The content of a written file, and the objects in it for the manifest, each as JSON; without comments."""

    data: bytes
    objects: Sequence[str]


@dataclass(frozen=True)
class Compiled:
    """A compiled repository: ``items`` are its normalized elements in order, ``placed`` the same by file."""

    repository: Repository
    discovery: Discovery
    options: CompileOptions
    inputs: tuple[Input, ...]
    faults: tuple[str, ...]
    comments: Mapping[Place, Sequence[str]]
    expansion: Expansion
    items: tuple[Item, ...]

    @property
    def root(self) -> Path:
        """The root of the repository, which paths are relative to."""
        return self.repository.root

    @cached_property
    def placed(self) -> Mapping[str, Sequence[Item]]:
        """The elements of each written file, files sorted by path."""
        folder = layout()["configuration"]
        if self.options.single_file:
            return {f"{folder}/{SINGLE}": self.items}
        return {f"{folder}/{path}": found for path, found in Places(self.items).files(self.items).items()}

    @cached_property
    def written(self) -> Mapping[str, WrittenFile]:
        """What is written of each file."""
        return {path: self._written(path, items) for path, items in self.placed.items()}

    def _written(self, path: str, items: Sequence[Item]) -> WrittenFile:
        texts = [element_text(each) for each in items]
        objects = objects_of(path, items, texts)
        if self.comments:
            texts = [self._with_notes(item, text) for item, text in zip(items, texts, strict=True)]
        return WrittenFile(document_text(items, texts).encode(), objects)

    def _with_notes(self, item: Item, text: str) -> str:
        """The text of an element with its comments; ``text`` is that without."""
        return text_with_notes(item, self.notes) if any(self.notes(each) for each in item.walk()) else text

    def notes(self, item: Item) -> Sequence[str]:
        """The comments that stand before an element written by hand."""
        place = item.origin
        if place.chain and (place.path, place.line) == (place.chain[0].path, place.chain[0].line):
            return ()
        return self.comments.get((place.path, place.line, place.column), ())


def compile_repository(path: Path, options: CheckOptions, wanted: CompileOptions) -> Compiled:
    """The compiled repository that ``path`` belongs to, the whole of it; UsageError when it is not there."""
    repository = repository_at(path, options)
    return compile_files(repository, discover(repository.paths, repository.root, repository.options.exclude), wanted)


def compile_files(repository: Repository, discovery: Discovery, wanted: CompileOptions) -> Compiled:
    """The compiled repository, of the files that were found in it."""
    limit = int(repository.options.max_file_size * MEGABYTE)
    reading = _Reading(discovery, limit, every_comment=wanted.comments)
    written = _spelled_in_order(reading.items)
    expansion = expand(written)
    found = written if wanted.keep_scaffoldings or not expansion.results else expansion.items()
    items = _normal(_all_spelled(found, expansion), wanted, _open_keys(expansion, wanted))
    return Compiled(
        repository, discovery, wanted, tuple(reading.inputs), tuple(reading.faults), reading.comments, expansion, items
    )


class _Reading:
    """The files of a repository as they are read: elements, comments, and what can't be read."""

    def __init__(self, discovery: Discovery, limit: int, *, every_comment: bool) -> None:
        self.items: list[Item] = []
        self.inputs: list[Input] = []
        self.comments: dict[Place, Sequence[str]] = {}
        self.faults = [f"'{each.path}' can't be looked into ({each.reason})" for each in discovery.unreadable]
        for each in discovery.files:
            content = content_of(each, limit)
            found = read_content(each.path, content)
            self.items += found.items
            if not isinstance(content, Unread):
                self.inputs.append(Input.of(each.path, content))
                self.comments.update(comments_in(each.path, content, every=every_comment))
            if found.fault is not None:
                self.faults.append(f"'{each.path}' can't be read in full ({found.fault})")


def _spelled_in_order(items: Sequence[Item]) -> list[Item]:
    """The elements in one spelling and in an order that does not depend on their files."""
    return in_order(all_spelled(items))


def _normal(found: Sequence[Item], wanted: CompileOptions, open_keys: frozenset[Key]) -> tuple[Item, ...]:
    form = NormalForm(wanted.explicit_defaults, open_keys)
    return tuple(in_order(form.of(each) for each in found))


def _all_spelled(found: Sequence[Item], expansion: Expansion) -> Sequence[Item]:
    """The elements with what was generated spelt in one way too."""
    return all_spelled(found) if expansion.results else found


def _open_keys(expansion: Expansion, wanted: CompileOptions) -> frozenset[Key]:
    """The kinds and keys of what scaffoldings generate that stay in the output."""
    staying = (each for each in expansion.results if wanted.keep_scaffoldings or each.status == PARTIAL)
    made = (each for result in staying for item in result.items for each in item.walk())
    return frozenset((each.kind, each.key) for each in made if each.kind is not None and each.key is not None)
