"""The objects of a configuration as frozen, typed values: what scripts get from ``idmxml.load_model``."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an object is declared: a file relative to the model's root, with ``/``, and the line and column of its tag.

    Lines and columns count from 1, columns in characters.
    """

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What every object has.

    ``identifier`` is empty where none is given. ``names`` are the texts of DisplayName by the number of their language.
    ``consolidation`` is the ConsolidationMode of an element that changes a generated one, None for all others. ``attributes``
    are all attributes as they are written.
    """

    identifier: str
    place: Place
    names: Mapping[int, str] = field(hash=False)
    consolidation: str | None
    attributes: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Declared):
    """A property of an entity type.

    ``type`` is its type by name, such as String or ForeignKey. Of a navigation property, ``target`` is the entity type it
    leads to, ``is_collection`` whether to many, and ``association`` what says so; None where that isn't known, and for
    scalars. ``column`` is the storage column, None without any.
    """

    entity_type: str
    type: str
    is_key: bool
    column: int | None
    target: str | None
    is_collection: bool | None
    association: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityType(Declared):
    """An entity type, with its properties in the order of the file."""

    properties: tuple[Property, ...]

    def property(self, identifier: str) -> Property | None:
        """The property of this identifier; None when there is none."""
        return next((each for each in self.properties if each.identifier == identifier), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Association(Declared):
    """An association of two navigation properties, written EntityType:Property. The flags tell which of them lead to many."""

    property1: str
    property2: str
    is_property1_collection: bool
    is_property2_collection: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedProperty(Declared):
    """A property that is read from a column of a table."""

    column: str
    is_primary_key: bool
    is_unique_key: bool
    format: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMapping(Declared):
    """What of an entity type is read from a connection table; ``identifier`` is the entity type."""

    connector: str | None
    table: str | None
    properties: tuple[MappedProperty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationMapping(Declared):
    """What of an association is read from a connection table; ``identifier`` is the association."""

    connector: str | None
    table: str | None
    column1: str
    column2: str
    property1: str
    property2: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector(Declared):
    """A connected system, and the agent that reaches it."""

    agent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection(Declared):
    """A connection of a connector, made with a package."""

    connector: str | None
    package: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Declared):
    """A column of a connection table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Declared):
    """A connection table; ``is_recorded`` when it stands in the recorded schemas of the repository."""

    connection: str | None
    columns: tuple[Column, ...]
    is_recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRule(Declared):
    """A rule within a resource type; ``kind`` is its tag, such as ScalarRule."""

    kind: str
    property: str | None
    binding: str | None
    expression: str | None
    single_role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType(Declared):
    """A resource type: what resources of ``target`` the owners of ``source`` get, by which rules."""

    source: str | None
    target: str | None
    policy: str | None
    category: str | None
    rules: tuple[ResourceRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Declared):
    """A single or composite role; ``kind`` is SingleRole or CompositeRole."""

    kind: str
    entity_type: str | None
    policy: str | None
    category: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Declared):
    """A task; ``kind`` is its tag. ``task`` is the one that a Step of a job runs, None for a task that stands there itself."""

    kind: str
    agent: str | None
    connector: str | None
    connection: str | None
    task: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Declared):
    """A job with its tasks, in the order of the file; ``schedule`` is its crontab expression."""

    agent: str | None
    schedule: str | None
    tasks: tuple[Task, ...]
