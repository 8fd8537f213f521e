"""Types of databases, by the texts that name them, as types of columns with the length of their values."""

import re
from typing import Final

from idmxml.snapshots.snapshot import ValueType

TYPE: Final = re.compile(r"\s*(?P<name>[^()]*?)\s*(?:\((?P<arguments>[^)]*)\))?(?P<rest>[^()]*)\s*")
LONGEST: Final = (1 << 31) - 1
ONE_BIT_WORDS: Final = 1
INT64_DIGITS: Final = 18
INT32_DIGITS: Final = 9
DECIMALS: Final = frozenset({"numeric", "decimal", "number", "dec", "newdecimal", "smallmoney", "money"})
TEXTS: Final = frozenset(
    {
        "char",
        "varchar",
        "nchar",
        "nvarchar",
        "character",
        "charactervarying",
        "nationalcharacter",
        "nationalcharactervarying",
        "varchar2",
        "nvarchar2",
        "varstring",
        "string",
        "bpchar",
        "univarchar",
        "unichar",
        "sysname",
        "name",
        "citext",
        "nationalvarchar",
        "varyingcharacter",
        "nativecharacter",
        "long_varchar",
        "long_nvarchar",
    }
)
BY_NAME: Final[dict[str, ValueType]] = {
    **dict.fromkeys(("bool", "boolean"), ValueType.BOOL),
    **dict.fromkeys(("tinyint", "tiny", "unsignedtinyint", "tinyintunsigned"), ValueType.BYTE),
    **dict.fromkeys(("smallint", "short", "int2", "smallserial", "year"), ValueType.INT16),
    **dict.fromkeys(
        ("int", "integer", "int4", "long", "int24", "mediumint", "serial", "smallintunsigned", "unsignedsmallint"),
        ValueType.INT32,
    ),
    **dict.fromkeys(
        ("bigint", "int8", "longlong", "bigserial", "bigintunsigned", "intunsigned", "integerunsigned", "unsignedint", "oid"),
        ValueType.INT64,
    ),
    **dict.fromkeys(
        (
            "float",
            "real",
            "double",
            "doubleprecision",
            "float4",
            "float8",
            "binaryfloat",
            "binarydouble",
            "binary_float",
            "binary_double",
        ),
        ValueType.DOUBLE,
    ),
    **dict.fromkeys(
        (
            "date",
            "datetime",
            "datetime2",
            "smalldatetime",
            "timestamp",
            "timestamptz",
            "datetimeoffset",
            "timestampwithtimezone",
            "timestampwithouttimezone",
            "timestampwithlocaltimezone",
            "bigdatetime",
            "newdate",
            "timestamptzlocal",
        ),
        ValueType.DATE_TIME,
    ),
    **dict.fromkeys(("uuid", "uniqueidentifier", "guid"), ValueType.GUID),
    **dict.fromkeys(
        ("binary", "varbinary", "blob", "bytea", "image", "raw", "longraw", "tinyblob", "mediumblob", "longblob", "rowversion"),
        ValueType.BINARY,
    ),
}


def typed(text: str) -> tuple[ValueType, int]:
    """The type and length for a type as a database names it, such as ``character varying(50)``; a text for unknown ones."""
    match = TYPE.fullmatch(text)
    if match is None:
        return ValueType.STRING, 0
    name = "".join((match["name"] + match["rest"]).lower().split()).replace('"', "")
    arguments = [int(each) for each in re.findall(r"-?\d+", match["arguments"] or "")]
    if name in TEXTS:
        length = arguments[0] if arguments else 0
        return ValueType.STRING, length if 0 < length < LONGEST else 0
    if name in DECIMALS:
        return _decimal(name, arguments), 0
    if name in {"bit", "varbit", "bitvarying"}:
        return (ValueType.BOOL if name == "bit" and arguments in ([], [1]) else ValueType.BINARY), 0
    if name == "tinyint" and arguments == [ONE_BIT_WORDS]:
        return ValueType.BOOL, 0
    return BY_NAME.get(name, ValueType.STRING), 0


def _decimal(name: str, arguments: list[int]) -> ValueType:
    """A number without digits behind the point is a whole one, as far as it fits."""
    precision, scale = [*arguments, 0, 0][:2] if arguments else (0, 1)
    if name.endswith("money") or not arguments or scale > 0 or precision > INT64_DIGITS:
        return ValueType.DOUBLE
    return ValueType.INT32 if 0 < precision <= INT32_DIGITS else ValueType.INT64
