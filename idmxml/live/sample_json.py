"""JSON samples to tables: schemas of SCIM, and answers of services that list objects."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from idmxml.drivers.driver import Column, Failure, KeyKind, StageFailure, Table, ValueType

if TYPE_CHECKING:
    from idmxml.live.samples import Sample

LARGEST: Final = 64 << 20
MOST_OBJECTS: Final = 1000
LISTS: Final = ("value", "Resources", "result", "items", "data", "records", "Entities", "entities")
SCIM_TYPES: Final = {
    "boolean": ValueType.BOOL,
    "integer": ValueType.INT32,
    "decimal": ValueType.DOUBLE,
    "dateTime": ValueType.DATE_TIME,
    "binary": ValueType.BINARY,
}
SCIM: Final = "urn:ietf:params:scim:schemas:"
INT32: Final = 1 << 31


def json_tables(sample: "Sample") -> tuple[Table, ...]:
    """The tables of a JSON file."""
    if sample.file.stat().st_size > LARGEST:
        raise StageFailure(Failure.FILE_FORMAT, f"{sample.file.name} is larger than a sample needs to be")
    try:
        stored = json.loads(sample.file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise StageFailure(Failure.FILE_FORMAT, f"{sample.file.name} is no JSON: {error}") from None
    schemas = [each for each in _objects(stored) if _is_scim_schema(each)]
    if schemas:
        return tuple(Table(sample.table(_name(each)), tuple(_scim_columns(each))) for each in schemas)
    lists = dict(_lists(stored, sample.file.stem))
    return tuple(Table(sample.table(name), _columns(objects)) for name, objects in lists.items())


def _objects(stored: Any) -> list[Mapping[str, Any]]:
    """The objects of an answer, whichever way it wraps them; the answer itself when it wraps none."""
    if isinstance(stored, Mapping):
        for name in LISTS:
            if isinstance(stored.get(name), list):
                return _objects(stored[name])
        return [stored]
    return [each for each in stored if isinstance(each, Mapping)] if isinstance(stored, list) else []


def _lists(stored: Any, name: str) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    """The lists of objects by name: one called like the file, or several under keys of their own."""
    found = _objects(stored)
    if isinstance(stored, Mapping) and found == [stored]:
        own = {key: _objects(each) for key, each in stored.items() if isinstance(each, list)}
        if own and all(own.values()) and len(own) == len(stored):
            yield from own.items()
            return
    if found:
        yield name, found[:MOST_OBJECTS]


def _is_scim_schema(stored: Mapping[str, Any]) -> bool:
    return isinstance(stored.get("attributes"), list) and str(stored.get("id", "")).startswith("urn:")


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("name") or str(schema["id"]).rpartition(":")[2])


def _scim_columns(schema: Mapping[str, Any]) -> Iterator[Column]:
    if str(schema["id"]).startswith(f"{SCIM}core:"):
        yield Column("id", key=KeyKind.PRIMARY)
    for each in schema["attributes"]:
        name, several = str(each.get("name", "")), bool(each.get("multiValued"))
        parts = each.get("subAttributes") or []
        if not parts and name not in {"", "id"}:
            yield _scim_column(name, each, several=several)
        for part in parts:
            yield _scim_column(f"{name}:{part.get('name', '')}", part, several=several or bool(part.get("multiValued")))


def _scim_column(name: str, attribute: Mapping[str, Any], *, several: bool) -> Column:
    kind = SCIM_TYPES.get(str(attribute.get("type")), ValueType.STRING)
    key = KeyKind.UNIQUE if attribute.get("uniqueness") in {"server", "global"} else KeyKind.NONE
    return Column(name, kind, key=key, is_multivalued=several)


def _columns(objects: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns that objects have between them, in the order of first appearance; inner objects give ``name:part``."""
    kinds: dict[str, set[ValueType]] = {}
    several: set[str] = set()
    for each in objects:
        for name, value, is_many in _values(each):
            kinds.setdefault(name, set()).update(() if value is None else (_kind(value),))
            several.update({name} if is_many else ())
    return tuple(Column(name, _joined(found), is_multivalued=name in several) for name, found in kinds.items())


def _values(stored: Mapping[str, Any], before: str = "", *, is_many: bool = False) -> Iterator[tuple[str, Any, bool]]:
    for key, value in stored.items():
        name = f"{before}:{key}" if before else str(key)
        if isinstance(value, Mapping):
            yield from _values(value, name, is_many=is_many)
        elif isinstance(value, list):
            for each in value or [None]:
                if isinstance(each, Mapping):
                    yield from _values(each, name, is_many=True)
                else:
                    yield name, None if isinstance(each, list) else each, True
        elif name:
            yield name, value, is_many


def _kind(value: Any) -> ValueType:
    if isinstance(value, bool):
        return ValueType.BOOL
    if isinstance(value, int):
        return ValueType.INT32 if -INT32 <= value < INT32 else ValueType.INT64
    return ValueType.DOUBLE if isinstance(value, float) else ValueType.STRING


def _joined(kinds: set[ValueType]) -> ValueType:
    """The type that holds all values: of one kind that kind, of several numbers the widest, else text."""
    if len(kinds) == 1:
        return next(iter(kinds))
    for wider in (ValueType.INT64, ValueType.DOUBLE):
        if kinds and kinds <= {ValueType.INT32, ValueType.INT64, wider}:
            return wider
    return ValueType.STRING
