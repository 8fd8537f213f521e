"""Schemas and resource types of SCIM 2 (RFC 7643) to tables, in the two ways in which exports name them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from idmxml.drivers.driver import Column, KeyKind, Table, ValueType, Wanted
from idmxml.drivers.table_naming import each_once, with_whole_names

TYPES: Final = {
    "boolean": ValueType.BOOL,
    "integer": ValueType.INT32,
    "decimal": ValueType.DOUBLE,
    "datetime": ValueType.DATE_TIME,
    "binary": ValueType.BINARY,
}
CORE: Final = "urn:ietf:params:scim:schemas:core:2.0:"
EXTENSION: Final = ":schemas:extension:"
SERVICE: Final = frozenset({"serviceproviderconfig", "resourcetype", "schema"})
"""Schemas of SCIM itself, which describe no resources."""
COMMAND: Final = "Command"
"""A column that incremental files have beside those of the mapping."""
UNIQUE: Final = frozenset({"server", "global"})
COMMON: Final = (
    Column("id", key=KeyKind.PRIMARY),
    Column("externalId"),
    Column("meta:resourceType"),
    Column("meta:created", ValueType.DATE_TIME),
    Column("meta:lastModified", ValueType.DATE_TIME),
    Column("meta:location"),
    Column("meta:version"),
)
"""The attributes of every resource, which RFC 7643 leaves out of schemas."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How an export names its tables and columns.

    ``association`` and ``extension`` are patterns with ``{attribute}``, ``{entity}`` and ``{schema}``. ``associations`` are the
    attributes that lead to other resources, each of which has a table of its own with ``association_columns``; None where those
    are called as the mapping calls them. ``open_tables`` are tables by the entity they go with, whose columns are undocumented.
    """

    association: str
    associations: frozenset[str]
    association_columns: tuple[str, ...] | None
    extension: str
    open_tables: Mapping[str, str] = field(default_factory=dict)


FIRST: Final = Naming("members_{entity}", frozenset({"members"}), ("value", "MemberId"), "{attribute}")
SECOND: Final = Naming(
    "{attribute}_{entity}", frozenset({"members", "entitlements", "roles"}), None, "{schema}\u00a4{attribute}"
)
FIRST_OF_CYBERARK: Final = Naming(
    FIRST.association,
    FIRST.associations,
    FIRST.association_columns,
    FIRST.extension,
    {"containers": "privilegedData_Containers"},
)


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A kind of resources: the path below the address of the service, its schema and those that extend it."""

    path: str
    schema: str
    extensions: tuple[str, ...] = ()

    @property
    def entity(self) -> str:
        """The name of the entity."""
        return self.path.rpartition("/")[2]


Schemas = Mapping[str, Mapping[str, Any]]
"""Schemas by identifier in lower case."""


def resources_of(stored: Any) -> list[Mapping[str, Any]]:
    """The resources of an answer: of a list response, of a bare list, or the answer itself."""
    if isinstance(stored, Mapping):
        listed = next((each for key, each in stored.items() if str(key).casefold() == "resources"), None)
        return _objects(listed) if listed is not None else [stored] if "id" in stored or "endpoint" in stored else []
    return _objects(stored)


def _objects(stored: Any) -> list[Mapping[str, Any]]:
    return [each for each in stored if isinstance(each, Mapping)] if isinstance(stored, Sequence) else []


def resource_types(stored: Any, base: str) -> tuple[ResourceType, ...]:
    """The resource types of an answer, each path once; ``base`` is the path of the service, left out of theirs."""
    found: dict[str, ResourceType] = {}
    for each in resources_of(stored):
        path, schema = _path(each.get("endpoint"), base), _name(each.get("schema"))
        if path and schema:
            extensions = (_name(one.get("schema")) for one in _objects(each.get("schemaExtensions")))
            found.setdefault(path.casefold(), ResourceType(path, schema, tuple(filter(None, extensions))))
    return tuple(found.values())


def _path(endpoint: Any, base: str) -> str:
    text = _name(endpoint)
    if "://" in text:
        text = "/" + text.partition("://")[2].partition("/")[2]
    if base and text.casefold().startswith(f"{base}/".casefold()):
        text = text[len(base) :]
    return text.strip("/")


def _name(stored: Any) -> str:
    """A name that a service gives; empty when it can't be one."""
    return stored.strip() if isinstance(stored, str) and stored.isprintable() else ""


def schemas_of(stored: Any) -> dict[str, Mapping[str, Any]]:
    """The schemas of an answer that tell attributes, by identifier in lower case."""
    listed = ((_name(each.get("id")), each) for each in resources_of(stored))
    return {name.casefold(): each for name, each in listed if name and isinstance(each.get("attributes"), list)}


def types_of_schemas(schemas: Schemas) -> tuple[ResourceType, ...]:
    """The resource types that core schemas stand for, where a service lists none: ``User`` is at ``Users``.

    An extension is taken to be for the resource that it is called after, as ``…:extension:enterprise:2.0:User`` is.
    """
    names = [name for name in (_name(each.get("id")) for each in schemas.values()) if name]
    kinds = [(name[len(CORE) :], name) for name in names if name.casefold().startswith(CORE.casefold())]
    return tuple(
        ResourceType(f"{kind}s", name, tuple(each for each in names if _extends(each, kind)))
        for kind, name in kinds
        if kind.casefold() not in SERVICE
    )


def _extends(schema: str, kind: str) -> bool:
    return EXTENSION in schema.casefold() and schema.casefold().rpartition(":")[2] == kind.casefold()


def named_tables(
    types: Sequence[ResourceType], schemas: Schemas, naming: Naming, whole: Callable[[str], str], wanted: Wanted
) -> Iterator[Table]:
    """The tables, each once whatever its case, with the names that ``whole`` makes.

    Where the mapping names the columns of associations, those it does.
    """
    paths = {each.path for each in types}
    every = (table for kind in types for table in tables_of(kind, schemas, naming, types))
    for table in each_once(every):
        named = with_whole_names(table, whole)
        is_mapped = naming.association_columns is None and table.identifier not in paths
        mapped = sorted(wanted.columns_of(named.identifier) - {COMMAND}) if is_mapped else ()
        yield replace(named, columns=named.columns or tuple(map(Column, mapped)))


def tables_of(kind: ResourceType, schemas: Schemas, naming: Naming, types: Sequence[ResourceType] = ()) -> Iterator[Table]:
    """The table of a resource type and those of its associations, without the name of the connection before theirs.

    A table whose schema the service does not tell comes without columns: they are not known.
    """
    schema = schemas.get(kind.schema.casefold())
    if schema is None or any(each.casefold() not in schemas for each in kind.extensions):
        yield Table(kind.path)
    else:
        yield Table(kind.path, _columns(kind, schemas, naming))
    for name in _association_names(kind, schemas, naming):
        ends = f"{kind.path}:id", _end(kind, name, schemas, types)
        pairs = zip(naming.association_columns or (), ends, strict=False)
        columns = tuple(Column(each, foreign_column=end) for each, end in pairs)
        yield Table(naming.association.format(attribute=name, entity=kind.path), columns)
    if kind.entity.casefold() in naming.open_tables:
        yield Table(naming.open_tables[kind.entity.casefold()])


def _columns(kind: ResourceType, schemas: Schemas, naming: Naming) -> tuple[Column, ...]:
    found: dict[str, Column] = {}
    own = list(_attributes(schemas[kind.schema.casefold()], "{attribute}"))
    told = {each.identifier.casefold() for each in own}
    common = [each for each in COMMON if each.identifier.casefold() not in told]
    extensions = (each for name in kind.extensions for each in _attributes(schemas[name.casefold()], naming.extension))
    for each in (*common, *own, *extensions):
        found.setdefault(each.identifier.casefold(), each)
    return tuple(found.values())


def _attributes(schema: Mapping[str, Any], pattern: str) -> Iterator[Column]:
    identifier = _name(schema.get("id"))
    for each in _objects(schema.get("attributes")):
        name, is_many = _name(each.get("name")), each.get("multiValued") is True
        parts = _objects(each.get("subAttributes"))
        if not name:
            continue
        full = pattern.format(schema=identifier, attribute=name)
        if not parts:
            yield _column(full, each, identifier, is_many=is_many)
        for part in parts:
            inner = _name(part.get("name"))
            if inner:
                yield _column(f"{full}:{inner}", part, identifier, is_many=is_many or part.get("multiValued") is True)


def _column(name: str, attribute: Mapping[str, Any], schema: str, *, is_many: bool) -> Column:
    kind = TYPES.get(_name(attribute.get("type")).casefold(), ValueType.STRING)
    key = KeyKind.UNIQUE if _name(attribute.get("uniqueness")).casefold() in UNIQUE and not is_many else KeyKind.NONE
    if name.casefold() == "id":
        key = KeyKind.PRIMARY
    group = "" if schema.casefold().startswith(CORE.casefold()) else schema
    return Column(name, kind, key=key, is_multivalued=is_many, group=group)


def _end(kind: ResourceType, association: str, schemas: Schemas, types: Sequence[ResourceType]) -> str:
    """The column that an association leads to: that of users, where it may lead to them; empty where it can't."""
    users = next((each for each in types if each.schema.casefold() == f"{CORE}User".casefold()), None)
    listed = _objects(schemas.get(kind.schema.casefold(), {}).get("attributes"))
    parts = (part for each in listed if _name(each.get("name")) == association for part in _objects(each.get("subAttributes")))
    lists = (part.get("referenceTypes") for part in parts)
    told = [word for words in lists if isinstance(words, list) for word in words]
    return f"{users.path}:id" if users is not None and (not told or "User" in told) else ""


def _association_names(kind: ResourceType, schemas: Schemas, naming: Naming) -> Iterator[str]:
    """The attributes of a resource type that hold several values and lead to other resources."""
    seen: set[str] = set()
    for schema in (kind.schema, *kind.extensions):
        for each in _objects(schemas.get(schema.casefold(), {}).get("attributes")):
            name = _name(each.get("name"))
            if name.casefold() in naming.associations - seen and each.get("multiValued") is True:
                seen.add(name.casefold())
                yield name
