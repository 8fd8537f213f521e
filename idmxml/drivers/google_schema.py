"""The description that Google's discovery service gives of the directory, to the tables of users and groups."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from idmxml.drivers.driver import Column, KeyKind, Table, ValueType
from idmxml.drivers.google_login import directory

TYPES: Final = {
    ("boolean", ""): ValueType.BOOL,
    ("integer", "int32"): ValueType.INT32,
    ("integer", "uint32"): ValueType.INT64,
    ("string", "int64"): ValueType.INT64,
    ("string", "uint64"): ValueType.INT64,
    ("string", "date-time"): ValueType.DATE_TIME,
    ("number", "double"): ValueType.DOUBLE,
    ("number", "float"): ValueType.DOUBLE,
}
Properties = Mapping[str, Mapping[str, Any]]
Schemas = Mapping[str, Properties]


def schemas_of(stored: Any) -> Schemas:
    """The properties of each schema in a description, by name; what is none is passed over."""
    listed = stored.get("schemas") if isinstance(stored, Mapping) else None
    return {
        str(name): {str(key): each for key, each in sorted(_properties(schema).items()) if isinstance(each, Mapping)}
        for name, schema in sorted(listed.items() if isinstance(listed, Mapping) else ())
    }


def _properties(schema: Any) -> Mapping[str, Any]:
    found = schema.get("properties") if isinstance(schema, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def google_tables(schemas: Schemas, mapped: Mapping[str, frozenset[str]]) -> Iterator[Table]:
    """The tables, without the name of the connection before theirs.

    ``mapped`` are the columns that mappings read, by table: those count that lie in a property whose parts are not described,
    such as the schemas that a domain adds.
    """
    for name, resource in directory()["resources"].items():
        keys = resource["keys"]
        columns = _columns(schemas, resource["schema"], mapped.get(name, frozenset()))
        with_keys = (replace(each, key=KeyKind.named(keys.get(each.identifier, ""))) for each in columns)
        yield Table(name, tuple(with_keys))
    members = directory()["members"]
    yield Table(members["table"], tuple(map(Column, members["columns"])))


def _columns(schemas: Schemas, schema: str, mapped: frozenset[str]) -> Iterator[Column]:
    for name, stored in schemas.get(schema, {}).items():
        single = stored.get("items", {}) if stored.get("type") == "array" else stored
        single = single if isinstance(single, Mapping) else {}
        is_open = single.get("type") == "any"
        is_many = single is not stored or (is_open and name not in directory()["single"])
        whole = Column(name, _type(single), is_multivalued=is_many)
        parts = schemas.get(str(single.get("$ref") or (directory()["parts"].get(name, "") if is_open else "")), {})
        yield whole
        for part, inner in parts.items():
            several = is_many or inner.get("type") == "array"
            yield Column(f"{name}:{part}", _type(inner), is_multivalued=several)
        if not parts and single.get("type") in {"any", "object"}:
            yield from (Column(each) for each in sorted(mapped) if each.startswith(f"{name}:") and each != f"{name}:")


def _type(stored: Mapping[str, Any]) -> ValueType:
    return TYPES.get((str(stored.get("type", "")), str(stored.get("format", ""))), ValueType.STRING)
