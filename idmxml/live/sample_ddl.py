"""Statements that create tables, in the SQL of any vendor, to tables with types, keys and what their columns point to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from idmxml.drivers.driver import Column, Failure, KeyKind, StageFailure, Table, ValueType, require
from idmxml.drivers.sql_types import typed

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


def ddl_tables(sample: "Sample") -> tuple[Table, ...]:
    """The tables that the statements create; views and other statements are passed over."""
    sqlglot = require("sqlglot", "samples")
    sample.judge_size(LARGEST)
    try:
        text = sample.file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise StageFailure(Failure.FILE_ENCODING, f"{sample.file.name} is no UTF-8 text") from None
    statements, dialect = _parsed(sqlglot, text, DIALECTS.get(sample.section.connection.package))
    found = [each for each in statements if isinstance(each, sqlglot.exp.Create) and each.kind == "TABLE"]
    return tuple(_table(sqlglot.exp, each, dialect, sample) for each in found if isinstance(each.this, sqlglot.exp.Schema))


def _parsed(sqlglot: Any, text: str, dialect: str | None) -> tuple[list[Any], str | None]:
    """The statements, in the first dialect that reads them, and that one."""
    fault = ""
    for each in (dialect,) if dialect else OTHER_DIALECTS:
        try:
            return list(sqlglot.parse(text, dialect=each)), each
        except (sqlglot.errors.SqlglotError, RecursionError) as error:
            fault = fault or str(error).partition("\n")[0]
    raise StageFailure(Failure.FILE_FORMAT, f"its statements can't be read: {fault}")


def _table(exp: Any, create: Any, dialect: str | None, sample: "Sample") -> Table:
    schema = create.this
    name = schema.this.name
    keys = dict(_keys(exp, schema))
    pointed = dict(_foreign(exp, schema, sample))
    columns = tuple(
        Column(
            each.name,
            *_typed(each, dialect),
            keys.get(each.name.casefold(), KeyKind.NONE),
            foreign_column=pointed.get(each.name.casefold(), ""),
        )
        for each in schema.find_all(exp.ColumnDef)
    )
    return Table(sample.table(name), columns)


def _typed(column: Any, dialect: str | None) -> tuple[ValueType, int]:
    """The type of a column and the length of its values, as they are of the same type in a database."""
    return typed(column.kind.sql(dialect=dialect)) if column.kind is not None else (ValueType.STRING, 0)


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
