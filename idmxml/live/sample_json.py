"""JSON samples to tables: what services of SCIM tell of themselves, and answers of services that list objects."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from idmxml.drivers.driver import Column, Failure, Settings, StageFailure, Table, ValueType
from idmxml.drivers.http_login import read_http_address
from idmxml.drivers.scim_driver import first_address, first_naming
from idmxml.drivers.scim_schema import SECOND, named_tables, resource_types, schemas_of, types_of_schemas

if TYPE_CHECKING:
    from idmxml.live.samples import Sample

LARGEST: Final = 64 << 20
MOST_OBJECTS: Final = 1000
LISTS: Final = ("value", "Resources", "result", "results", "items", "data", "records", "Entities", "entities")
WRAPPERS: Final = ("d",)
"""Names under which answers of OData, up to version 3, hold all they tell."""
ANNOTATIONS: Final = re.compile(r".*@odata\..*|odata\..*|__(metadata|deferred)")
"""Names that tell of a value instead of being one, in answers of OData."""
METADATA: Final = "$Version"
"""What every metadata document of OData in JSON has at its top."""
SECOND_PAGE: Final = "scim-v2.0"
SCIM_DEPTH: Final = 4
"""How deep schemas lie in what a sample gathers: under a key, in an answer, in its list of resources."""
INT32: Final = 1 << 31


def json_tables(sample: "Sample") -> tuple[Table, ...]:
    """The tables of a JSON file."""
    sample.judge_size(LARGEST)
    try:
        stored = json.loads(sample.file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise StageFailure(Failure.FILE_FORMAT, f"{sample.file.name} is no JSON: {error}") from None
    if isinstance(stored, Mapping) and METADATA in stored:
        hint = "get it as XML, as $metadata gives it when 'application/xml' is asked for"
        raise StageFailure(Failure.FILE_FORMAT, f"{sample.file.name} is metadata in JSON, which is not read", hint=hint)
    told = list(_told_by_scim(stored, SCIM_DEPTH))
    if any(map(_is_scim_schema, told)):
        return _scim_tables(sample, told)
    lists = dict(_lists(stored, sample.file.stem))
    return tuple(Table(sample.table(name), _columns(objects)) for name, objects in lists.items())


def _objects(stored: Any) -> list[Mapping[str, Any]]:
    """The objects of an answer, whichever way it wraps them; the answer itself when it wraps none."""
    if isinstance(stored, Mapping):
        for name in LISTS:
            if isinstance(stored.get(name), list):
                return _objects(stored[name])
        inner = next((stored[name] for name in WRAPPERS if isinstance(stored.get(name), Mapping | list)), None)
        return [stored] if inner is None or len(stored) > 1 else _objects(inner)
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


def _told_by_scim(stored: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """The schemas and resource types of SCIM in one answer, or in several that a list or an object gathers."""
    if isinstance(stored, Mapping) and (_is_scim_schema(stored) or _is_resource_type(stored)):
        yield stored
    elif depth and isinstance(stored, Mapping | list):
        for each in stored.values() if isinstance(stored, Mapping) else stored:
            yield from _told_by_scim(each, depth - 1)


def _is_scim_schema(stored: Mapping[str, Any]) -> bool:
    return isinstance(stored.get("attributes"), list) and str(stored.get("id", "")).startswith("urn:")


def _is_resource_type(stored: Mapping[str, Any]) -> bool:
    return isinstance(stored.get("endpoint"), str) and str(stored.get("schema", "")).startswith("urn:")


def _scim_tables(sample: "Sample", told: list[Mapping[str, Any]]) -> tuple[Table, ...]:
    """The tables that a look at the service itself gives, as the package names them."""
    settings = sample.settings
    is_second = sample.page == SECOND_PAGE
    naming = SECOND if is_second else first_naming(settings)
    schemas = schemas_of(told)
    types = resource_types(told, _base(settings, is_second=is_second)) or types_of_schemas(schemas)
    if not types:
        why = "no resource type is known for the schemas of"
        hint = "gather what /ResourceTypes and /Schemas answer in one list: [answer, answer]"
        raise StageFailure(Failure.SCHEMA_FAILED, f"{why} {sample.file.name}", hint=hint)
    return tuple(named_tables(types, schemas, naming, sample.table_of_service, sample.plan.wanted))


def _base(settings: Settings, *, is_second: bool) -> str:
    """The path of the service, empty when the settings don't give it."""
    try:
        return (read_http_address(settings, "Server") if is_second else first_address(settings)).path
    except StageFailure:
        return ""


def _columns(objects: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns that objects have between them, in the order of first appearance; inner objects give ``name:part``."""
    kinds: dict[str, set[ValueType]] = {}
    several: set[str] = set()
    for each in objects:
        for name, value, is_many in _values(each):
            kinds.setdefault(name, set()).update(() if value is None else (_kind(value),))
            several.update({name} if is_many else ())
    inner = {name[:place] for name in kinds for place, letter in enumerate(name) if letter == ":"}
    told = {name: found for name, found in kinds.items() if found or name not in inner}  # empty at times, inner ones at others
    return tuple(Column(name, _joined(found), is_multivalued=name in several) for name, found in told.items())


def _values(stored: Mapping[str, Any], before: str = "", *, is_many: bool = False) -> Iterator[tuple[str, Any, bool]]:
    for key, value in stored.items():
        name = f"{before}:{key}" if before else str(key)
        if ANNOTATIONS.fullmatch(str(key)):
            continue
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
