"""Samples of rows or entries to tables: delimited text, workbooks and LDIF, where the package reads no such files itself."""

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from idmxml.drivers.csv_driver import CsvDriver
from idmxml.drivers.delimited import SEPARATORS
from idmxml.drivers.driver import ALL, Column, Failure, StageFailure, Table, require
from idmxml.drivers.excel_driver import ExcelDriver
from idmxml.drivers.ldif_driver import attributes_of
from idmxml.drivers.text_files import TextFile

if TYPE_CHECKING:
    from idmxml.live.samples import Sample

QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')


def csv_tables(sample: "Sample") -> tuple[Table, ...]:
    """The table of a delimited text, called like the file; its separator is the one that stands in its header most often."""
    settings = sample.file_settings
    text = TextFile(settings, "Path", sample.file, "Encoding").beginning().text
    header = QUOTED.sub("", text).lstrip("\n").partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    settings = replace(settings, values={**settings.values, "Separator": separator})
    (found,) = CsvDriver().discover(settings, ALL)
    file = PurePath(sample.file.name)
    name = PurePath(file.stem).stem if file.suffix.casefold() == ".gz" else file.stem
    return (replace(found, identifier=sample.table(name)),)


def excel_tables(sample: "Sample") -> tuple[Table, ...]:
    """A table for each sheet, called like it."""
    calamine: Any = require("python_calamine", "excel")
    found = ExcelDriver().discover(sample.file_settings, ALL)
    book = calamine.load_workbook(str(sample.file))
    names = [each.name for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
    pairs = zip(names, found, strict=True)
    return tuple(replace(each, identifier=sample.table(name)) for name, each in pairs if each.columns)


def ldif_tables(sample: "Sample") -> tuple[Table, ...]:
    """The table of the entries: their names and all attributes that the first of them have."""
    file = TextFile(sample.file_settings, "Path", sample.file, "Encoding")
    found = attributes_of(file)
    if not found:
        raise StageFailure(Failure.FILE_FORMAT, f"{sample.file.name} is no LDIF: it holds no entry")
    columns = tuple(Column(name, is_multivalued=several) for name, several in found if name != "dn")
    return (Table(sample.table(sample.file.stem), (Column("dn"), *columns)),)
