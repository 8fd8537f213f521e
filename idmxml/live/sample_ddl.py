"""Statements that create tables, in the SQL of any vendor, to tables with types, keys and what their columns point to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from idmxml.drivers.driver import Column, Failure, KeyKind, StageFailure, Table, ValueType, require

if TYPE_CHECKING:
    from idmxml.live.samples import Sample

LARGEST: Final = 16 << 20
DIALECTS: Final = {
    "Usercube.SQL.SQLServer@0000001": "tsql",
    "Usercube.SQL.MySQL@0000001": "mysql",
    "Usercube.SQL.Oracle@0000001": "oracle",
    "Usercube.SQL.PostgreSQL@0000001": "postgres",
}
OTHER_DIALECTS: Final = (None, "tsql", "postgres", "mysql", "oracle", "sqlite")
TYPES: Final = {
    ValueType.BOOL: "BOOLEAN BIT BOOL",
    ValueType.BYTE: "TINYINT UTINYINT",
    ValueType.INT16: "SMALLINT USMALLINT SMALLSERIAL",
    ValueType.INT32: "INT UINT MEDIUMINT UMEDIUMINT SERIAL YEAR",
    ValueType.INT64: "BIGINT UBIGINT BIGSERIAL",
    ValueType.DOUBLE: "FLOAT DOUBLE DECIMAL UDECIMAL MONEY SMALLMONEY",
    ValueType.DATE_TIME: "DATE DATE32 DATETIME DATETIME2 SMALLDATETIME TIMESTAMP TIMESTAMPTZ TIMESTAMPLTZ TIMESTAMPNTZ",
    ValueType.GUID: "UUID UNIQUEIDENTIFIER",
    ValueType.BINARY: "BLOB TINYBLOB MEDIUMBLOB LONGBLOB IMAGE VARBINARY BINARY",
}
BY_NAME: Final = {name: kind for kind, names in TYPES.items() for name in names.split()}
LONGEST: Final = 1 << 30


def ddl_tables(sample: "Sample") -> tuple[Table, ...]:
    """The tables that the statements create; views and other statements are passed over."""
    sqlglot = require("sqlglot", "samples")
    if sample.file.stat().st_size > LARGEST:
        raise StageFailure(Failure.FILE_FORMAT, f"{sample.file.name} is larger than a sample needs to be")
    try:
        text = sample.file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise StageFailure(Failure.FILE_ENCODING, f"{sample.file.name} is no UTF-8 text") from None
    dialect = DIALECTS.get(sample.section.connection.package)
    found = [each for each in _parsed(sqlglot, text, dialect) if isinstance(each, sqlglot.exp.Create) and each.kind == "TABLE"]
    return tuple(_table(sqlglot.exp, each, sample) for each in found if isinstance(each.this, sqlglot.exp.Schema))


def _parsed(sqlglot: Any, text: str, dialect: str | None) -> list[Any]:
    """The statements, in the first dialect that reads them."""
    fault = ""
    for each in (dialect,) if dialect else OTHER_DIALECTS:
        try:
            return list(sqlglot.parse(text, dialect=each))
        except (sqlglot.errors.SqlglotError, RecursionError) as error:
            fault = fault or str(error).partition("\n")[0]
    raise StageFailure(Failure.FILE_FORMAT, f"its statements can't be read: {fault}")


def _table(exp: Any, create: Any, sample: "Sample") -> Table:
    schema = create.this
    name = schema.this.name
    keys = dict(_keys(exp, schema))
    pointed = dict(_foreign(exp, schema, sample))
    columns = tuple(
        Column(
            each.name,
            _type(each),
            _length(exp, each),
            keys.get(each.name.casefold(), KeyKind.NONE),
            foreign_column=pointed.get(each.name.casefold(), ""),
        )
        for each in schema.find_all(exp.ColumnDef)
    )
    return Table(sample.table(name), columns)


def _type(column: Any) -> ValueType:
    return BY_NAME.get(column.kind.this.name, ValueType.STRING) if column.kind is not None else ValueType.STRING


def _length(exp: Any, column: Any) -> int:
    """The length of a text column, 0 when it has none."""
    if column.kind is None or _type(column) is not ValueType.STRING:
        return 0
    sizes = [each.this.name for each in column.kind.expressions if isinstance(each, exp.DataTypeParam)]
    return int(sizes[0]) if sizes and sizes[0].isdecimal() and int(sizes[0]) < LONGEST else 0


def _keys(exp: Any, schema: Any) -> Iterator[tuple[str, KeyKind]]:
    """The columns that are keys by lower case name; those of a unique key of several columns are none by themselves."""
    for kind, own, own_kind in (
        (exp.UniqueColumnConstraint, exp.UniqueColumnConstraint, KeyKind.UNIQUE),
        (exp.PrimaryKeyColumnConstraint, exp.PrimaryKey, KeyKind.PRIMARY),
    ):
        for column in schema.find_all(exp.ColumnDef):
            if any(isinstance(each.kind, kind) for each in column.constraints):
                yield column.name.casefold(), own_kind
        for each in schema.find_all(own):
            names = [name.name for name in (each.expressions or getattr(each.this, "expressions", None) or [])]
            if own_kind is KeyKind.PRIMARY or len(names) == 1:
                yield from ((name.casefold(), own_kind) for name in names)


def _foreign(exp: Any, schema: Any, sample: "Sample") -> Iterator[tuple[str, str]]:
    """What columns point to, by lower case name, as ``Table:Column``."""
    for column in schema.find_all(exp.ColumnDef):
        for each in column.find_all(exp.Reference):
            yield from _pointed(exp, [column.name], each, sample)
    for each in schema.find_all(exp.ForeignKey):
        if each.args.get("reference") is not None:
            yield from _pointed(exp, [name.name for name in each.expressions], each.args["reference"], sample)


def _pointed(exp: Any, names: list[str], reference: Any, sample: "Sample") -> Iterator[tuple[str, str]]:
    target = reference.find(exp.Table)
    columns = [each.name for each in getattr(reference.this, "expressions", [])]
    if target is not None and len(columns) == len(names):
        for name, column in zip(names, columns, strict=True):
            yield name.casefold(), f"{sample.table(target.name)}:{column}"
