"""MySQL and MariaDB on a query: it is run in a transaction that only reads, under a limit of no rows."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from idmxml.drivers.sql_described import Described

BINARY_CHARACTERS: Final = 63
UNSIGNED: Final = 32
BYTES: Final = {"utf8mb4": 4, "utf8": 3, "utf8mb3": 3, "utf16": 4, "utf32": 4, "ucs2": 2}
TEXTS: Final = frozenset({"string", "var_string", "varchar"})
BLOBS: Final = frozenset({"blob", "tiny_blob", "medium_blob", "long_blob"})
NAMES: Final = {"long": "int", "longlong": "bigint", "short": "smallint", "tiny": "tinyint"}


def described_by_mysql(raw: Any, query: str) -> Iterable[Described]:
    """The columns of a query. ``raw`` is a connection of PyMySQL."""
    from pymysql.cursors import SSCursor

    with raw.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.execute("SET SESSION sql_select_limit = 0")
    raw.rollback()  # what is set holds from the next transaction on
    names = type_names()
    with raw.cursor(SSCursor) as cursor:
        cursor.execute(query)
        fields = getattr(getattr(cursor, "_result", None), "fields", None) or ()
        described = [Described(each.name, _type(each, names)) for each in fields]
        cursor.fetchall()
    return described


def type_names() -> Mapping[int, str]:
    """The names of types by their numbers; the first one counts of several."""
    from pymysql.constants import FIELD_TYPE

    names: dict[int, str] = {}
    for name, number in vars(FIELD_TYPE).items():
        if name.isupper():
            names.setdefault(number, name.lower())
    return names


def _type(field: Any, names: Mapping[int, str]) -> str:
    """The type of a column as ``CREATE TABLE`` would name it."""
    name = names.get(field.type_code, "")
    if name in TEXTS | BLOBS and field.charsetnr == BINARY_CHARACTERS:
        return "blob"
    if name in BLOBS:
        return "text"
    if name in TEXTS:
        return f"varchar({field.length // _bytes(field.charsetnr)})"
    if name in {"newdecimal", "decimal"}:
        return f"decimal({field.length},{field.scale})"
    if name == "tiny" and field.length == 1:
        return "tinyint(1)"
    return NAMES.get(name, name) + (" unsigned" if field.flags & UNSIGNED and name in NAMES else "")


def _bytes(number: int) -> int:
    """The bytes that a character takes at most in the set of this number."""
    from pymysql.charset import charset_by_id

    try:
        return BYTES.get(str(getattr(charset_by_id(number), "name", "")), 1)
    except KeyError:
        return 1
