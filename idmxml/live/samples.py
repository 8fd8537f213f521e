"""A sample file to a schema, for systems out of reach: the tables it tells, named as the export would name them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from idmxml.drivers.driver import ALL, Settings, Table
from idmxml.drivers.local_paths import LocalPaths
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.facts.table_names import table_names
from idmxml.live.plans import Plan
from idmxml.settings.connections import ConnectionSettings
from idmxml.snapshots.snapshot import Snapshot
from idmxml.stages import Failure, StageFailure

READ_BY_DRIVER: Final = {"csv": "Path", "excel": "Path", "ldif": "LDIFFile", "racf": "Path"}
"""The setting that names the file, for packages that read files themselves."""
SUFFIXES: Final = {
    "csv": (".csv", ".txt", ".tsv", ".gz"),
    "excel": (".xlsx", ".xls", ".xlsm", ".xlsb"),
    "ldif": (".ldif", ".ldf"),
    "json": (".json",),
    "ddl": (".sql", ".ddl"),
    "edmx": (".edmx", ".xml", ".csdl"),
}
SERVICES: Final = frozenset({"odata", "scim", "scim-v2.0"})
"""Packages that read services which describe themselves: what they export is called as it is there."""
QUERIES: Final = ("SqlCommand", "SqlFile")
"""Settings that give the query of a connection to a database."""
HINTS: Final = {
    Failure.FILE_ENCODING: "save the sample as UTF-8",
    Failure.FILE_HEADER: "correct the header of the sample: each name once, in its first line",
}
ENTRIES: Final = {"activedirectory": "entries", "ldap": "entries", "openldap": "entry"}
"""The suffix of the table of entries, for packages that read directories."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample file, and the connection whose schema it tells."""

    file: Path
    plan: Plan

    @property
    def section(self) -> ConnectionSettings:
        """The connection with its settings."""
        return self.plan.section

    @property
    def settings(self) -> Settings:
        """The settings of the connection, with the secrets at hand."""
        return self.plan.settings(self.plan.at_hand)

    @property
    def connection(self) -> str:
        """The identifier of the connection."""
        return self.section.connection.identifier

    @property
    def page(self) -> str:
        """The settings page of its package, empty when there is none."""
        package = self.section.connection.known_package
        return package.page if package is not None else ""

    @property
    def file_settings(self) -> Settings:
        """Settings for the drivers that read files, with nothing but the encoding they assume."""
        return Settings(self.connection, self.section.connection.package, {"Path": str(self.file)}, paths=LocalPaths())

    def judge_size(self, most: int) -> None:
        """StageFailure when the file has more than so many bytes."""
        if self.file.stat().st_size > most:
            raise StageFailure(Failure.FILE_FORMAT, f"{self.file.name} is larger than a sample needs to be")

    @property
    def _is_of_query(self) -> bool:
        """Whether the connection exports what one query gives, and the sample is of rows."""
        given = self.section.values()
        return self.page == "sql" and any(map(given.get, QUERIES)) and _kind_by_name(self.file) != "ddl"

    def table(self, name: str) -> str:
        """The table for what the sample calls ``name``: that of the export when it is one, else named like the connection."""
        own = self.connection
        if name.casefold() == own.casefold() or name.casefold().startswith(f"{own.casefold()}_"):
            return own + name[len(own) :]
        package = self.section.connection.known_package
        names = table_names(package) if package is not None else None
        if (names is not None and names.alone and not names.is_open) or self._is_of_query:
            return own
        if self.page in ENTRIES:
            return f"{own}_{ENTRIES[self.page]}"
        known = {each.casefold(): each for each in names.suffixes} if names is not None else {}
        return f"{own}_{known.get(name.casefold(), name)}"

    def table_of_service(self, name: str) -> str:
        """The table for what a service calls ``name``: that of the export where the package reads such services."""
        return self.file_settings.table(name) if self.page in SERVICES else self.table(name)


def read_sample(file: Path, plan: Plan) -> Snapshot:
    """The schema that a sample holds, marked with its name; UsageError when it holds none."""
    sample = Sample(file.absolute(), plan)
    try:
        tables = _by_driver(plan, sample) or _by_kind(sample)
    except StageFailure as failure:
        raise UsageError(f"the sample can't be used: {failure.message}; {failure.hint}") from None
    except OSError as error:
        raise EnvironmentFault(f"the sample '{file}' can't be read: {(error.strerror or str(error)).lower()}") from None
    if not tables:
        raise UsageError(f"the sample '{file}' tells no table")
    double = [each.identifier for each in tables]
    if len(set(double)) != len(double):
        name = next(each for each in double if double.count(each) > 1)
        raise UsageError(f"the sample tells the table '{name}' twice; name the file like the table, such as '{name}.csv'")
    return Snapshot(plan.identifier, tables, sample=file.name)


def _kind_by_name(file: Path) -> str | None:
    suffix = file.suffix.casefold()
    return next((kind for kind, suffixes in SUFFIXES.items() if suffix in suffixes), None)


def _kind(file: Path) -> str:
    found = _kind_by_name(file)
    if found is None:
        known = ", ".join(each for suffixes in SUFFIXES.values() for each in suffixes)
        raise UsageError(f"'{file.name}' is no sample: its name has to end with one of {known}")
    return found


def _by_driver(plan: Plan, sample: Sample) -> tuple[Table, ...]:
    """The tables as the driver of the package reads them, when the sample is a file of its kind."""
    setting = READ_BY_DRIVER.get(sample.page)
    is_other = sample.page != "racf" and _kind_by_name(sample.file) not in {sample.page, None}
    if setting is None or plan.driver is None or is_other:
        return ()
    settings = sample.settings
    values = {**settings.values, setting: str(sample.file), "IsFileNameRegex": False}
    return plan.driver.discover(replace(settings, values=values, paths=LocalPaths()), ALL)


def _by_kind(sample: Sample) -> tuple[Table, ...]:
    from idmxml.live.sample_ddl import ddl_tables
    from idmxml.live.sample_edmx import edmx_tables
    from idmxml.live.sample_json import json_tables
    from idmxml.live.sample_tables import csv_tables, excel_tables, ldif_tables

    readers: dict[str, Callable[[Sample], tuple[Table, ...]]] = {
        "csv": csv_tables,
        "excel": excel_tables,
        "ldif": ldif_tables,
        "json": json_tables,
        "ddl": ddl_tables,
        "edmx": edmx_tables,
    }
    try:
        return readers[_kind(sample.file)](sample)
    except StageFailure as failure:
        hint = HINTS.get(failure.failure, failure.hint)  # no setting has a part in it
        raise StageFailure(failure.failure, failure.message, hint=hint) from None
