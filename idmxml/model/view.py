"""A configuration as a typed, read-only model with exact places, for scripts and reports.

    from idmxml import load_model

    model = load_model("Conf")
    for entity_type in model.entity_types:
        for each in entity_type.properties:
            print(each.place.path, each.place.line, entity_type.identifier, each.identifier, each.type, each.target)

What a release gives keeps its name and meaning in later ones; fields may be added.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from os import PathLike
from pathlib import Path
from types import MappingProxyType

from idmxml.errors import UsageError
from idmxml.facts.load import language
from idmxml.model.context import Context, standing_projections
from idmxml.model.entity_model import NEEDS, EntityModel, entity_model
from idmxml.model.filefacts import FileFacts, by_kind, facts_of
from idmxml.model.layout import Layout
from idmxml.model.objects import (
    Association,
    AssociationMapping,
    Connection,
    Connector,
    EntityMapping,
    EntityType,
    Job,
    ResourceType,
    Role,
    Table,
)
from idmxml.model.objects_made import MAKERS, Source
from idmxml.model.projection import Columns
from idmxml.options import repository_options
from idmxml.source.document import Document, read_document
from idmxml.source.encoding import EncodingFault, decode
from idmxml.source.repository import SourceFile, discover, find_root, recorded_schemas


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationModel:
    """Everything a repository declares by hand, each sort sorted by identifier and place.

    ``root`` is the folder that paths are relative to. ``incomplete`` are the files that could not be read in full; what
    stands before the fault is in the model. What scaffoldings generate is not in it; but a property knows where it leads by an
    association that one generates.
    """

    root: Path
    incomplete: tuple[str, ...]
    entity_types: tuple[EntityType, ...]
    associations: tuple[Association, ...]
    mappings: tuple[EntityMapping, ...]
    association_mappings: tuple[AssociationMapping, ...]
    connectors: tuple[Connector, ...]
    connections: tuple[Connection, ...]
    tables: tuple[Table, ...]
    resource_types: tuple[ResourceType, ...]
    roles: tuple[Role, ...]
    jobs: tuple[Job, ...]

    def entity_type(self, identifier: str) -> EntityType | None:
        """The first entity type of this identifier; None when there is none."""
        return next((each for each in self.entity_types if each.identifier == identifier), None)


def load_model(path: str | PathLike[str]) -> ConfigurationModel:
    """The model of the configuration at a path: a file or a folder, with the recorded schemas of its repository.

    Files that ``idmxml.toml`` excludes are left out. Raises UsageError when there is no such path, or the options can't be
    read. Nothing is written, and the network is not used.
    """
    place = Path(path)
    if not place.exists():
        raise UsageError(f"there is no file or folder '{place}'")
    root, _ = find_root(place)
    found = discover([place], root, repository_options(root).exclude)
    recorded = recorded_schemas(root, root)
    documents, unread = _documents((*found.files, *recorded))
    incomplete = {each.path for each in found.unreadable} | unread | {each.path for each in documents if each.fault is not None}
    model = entity_model(_context(documents))
    made = _objects(documents, model, frozenset(each.path for each in recorded))
    return ConfigurationModel(root=root, incomplete=tuple(sorted(incomplete)), **made)  # type: ignore[arg-type]


def _documents(files: Sequence[SourceFile]) -> tuple[list[Document], set[str]]:
    """The documents of files of ours, and the paths of files that can't be read at all."""
    found: list[Document] = []
    unread: set[str] = set()
    for each in files:
        try:
            text = decode(each.file.read_bytes())
        except OSError:
            unread.add(each.path)
            continue
        if isinstance(text, EncodingFault):
            unread.add(each.path)
            continue
        document = read_document(each.path, text, language())
        if document.is_ours:
            found.append(document)
    return found, unread


def _context(documents: Iterable[Document]) -> Context:
    layout = Layout((*standing_projections(), *NEEDS), language())
    return Context(language(), layout.projections, [_facts(each, layout) for each in documents])


def _facts(document: Document, layout: Layout) -> FileFacts:
    grouped = {kind: Columns(each) for kind, each in by_kind(document.entries).items()}
    return facts_of(document.path, grouped, len(document.entries), layout, language())


def _objects(documents: Iterable[Document], model: EntityModel, recorded: frozenset[str]) -> Mapping[str, tuple[object, ...]]:
    found: dict[str, list[object]] = defaultdict(list)
    for document in documents:
        source = Source(document, model, is_recorded=document.path in recorded)
        for field, each in _made(source):
            found[field].append(each)
    wanted = [each.name for each in fields(ConfigurationModel) if each.name not in {"root", "incomplete"}]
    return MappingProxyType({name: tuple(sorted(found[name], key=_order)) for name in wanted})


def _made(source: Source) -> Iterator[tuple[str, object]]:
    for entry in source.document.entries:
        maker = MAKERS.get(entry.kind or "")
        if maker is not None:
            field, make = maker
            yield field, make(entry, source)


def _order(each: object) -> tuple[object, ...]:
    return each.identifier, each.place  # type: ignore[attr-defined]
