"""Schemas of Okta, which are JSON Schemas of the profiles of users and groups, to columns."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from idmxml.drivers.driver import Column, KeyKind, ValueType

TYPES: Final = {
    "boolean": ValueType.BOOL,
    "integer": ValueType.INT64,
    "number": ValueType.DOUBLE,
}
FORMATS: Final = {"date-time": ValueType.DATE_TIME}
ARRAY: Final = "array"
UNIQUE: Final = frozenset({"unique_validated", "pending_uniqueness"})
PARTS: Final = ("base", "custom")
DEFAULT: Final = "default"


class NoSchemaError(Exception):
    """The answer is no schema of a profile."""


def profile_columns(stored: Any) -> Iterator[Column]:
    """The columns ``profile.<attribute>`` of a schema: of its base, then those that the organisation added."""
    definitions = _mapping(stored).get("definitions")
    parts = [each for each in (_mapping(definitions).get(name) for name in PARTS) if isinstance(each, Mapping)]
    if not parts:
        raise NoSchemaError
    for part in parts:
        for name, attribute in _mapping(part.get("properties")).items():
            if name and name.isprintable():
                yield _column(f"profile.{name}", _mapping(attribute))


def schema_names(stored: Any) -> tuple[str, ...]:
    """The names of the schemas of user types, that of the default type first: the last part of the address of each."""
    names = [_name(each) for each in stored if isinstance(each, Mapping)] if isinstance(stored, list) else []
    return tuple(dict.fromkeys((DEFAULT, *sorted(filter(None, names)))))


def tells_all_schemas(stored: Any) -> bool:
    """Whether the answer that lists the types of users tells the schema of each."""
    return isinstance(stored, list) and all(isinstance(each, Mapping) and (_is_default(each) or _name(each)) for each in stored)


def _is_default(user_type: Mapping[str, Any]) -> bool:
    return user_type.get("default") is True


def _name(user_type: Mapping[str, Any]) -> str:
    link = _mapping(_mapping(user_type.get("_links")).get("schema")).get("href")
    name = link.rstrip("/").rpartition("/")[2] if isinstance(link, str) else ""
    return name if name.isascii() and name.isalnum() and not _is_default(user_type) else ""


def joined(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Each column once, the last one told counting, in the order in which they were told first."""
    return tuple({each.identifier: each for each in columns}.values())


def _column(name: str, attribute: Mapping[str, Any]) -> Column:
    is_many = attribute.get("type") == ARRAY
    values = _mapping(attribute.get("items")) if is_many else attribute
    kind = FORMATS.get(_text(values.get("format")), TYPES.get(_text(values.get("type")), ValueType.STRING))
    length, title = values.get("maxLength"), _text(attribute.get("title"))
    is_unique = _text(attribute.get("unique")).casefold() in UNIQUE and not is_many
    return Column(
        name,
        kind,
        length if isinstance(length, int) and not isinstance(length, bool) and length > 0 else 0,
        KeyKind.UNIQUE if is_unique else KeyKind.NONE,
        is_multivalued=is_many,
        display_name=title if title.isprintable() else "",
    )


def _mapping(stored: Any) -> Mapping[str, Any]:
    return stored if isinstance(stored, Mapping) else {}


def _text(stored: Any) -> str:
    return stored if isinstance(stored, str) else ""
