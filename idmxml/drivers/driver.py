"""What a driver is: the contract that ours and those of others keep.

How to write one
================

A driver is a class that is made without arguments and has the two methods of ``Driver``. It serves settings pages: the files of
``schemas/settings``, which give the names, types and defaults of its settings, so a driver declares none itself. Register it by
an entry point of the group ``idmxml.drivers`` whose name is the page, or the identifier of one package::

    [project.entry-points."idmxml.drivers"]
    csv = "idmxml.drivers.csv_driver:CsvDriver"
    "Usercube.PowershellSync@0000001" = "my_company.scripts:ScriptDriver"

An entry for a package counts before one for its page, and one of another distribution before ours.

``check(settings, mode)`` yields ``passed(stage, detail)`` for each stage it tries, in the order of ``Stage``, and raises
``StageFailure`` at the first that fails. What it does not yield is shown as skipped; ``settings`` and ``secret`` are judged
before it is called. The stage of the mode itself comes last: what the complete, or the incremental export needs in addition.

``discover(settings, wanted)`` gives the tables that the export could write, named as the documentation says:
``settings.table("entries")`` is ``<connection>_entries``. It reads structure, and at most a bounded sample of the data, in
constant memory, and keeps nothing of the data. Columns stand in the order of the system. It raises ``StageFailure`` as
``check`` does.

A driver of systems with thousands of tables derives from ``VastDriver``: all of them are asked for only when somebody wants
them, and not also when one that is wanted is missing.

Both get ``Settings``: typed values, secrets sealed until ``settings.text`` hands one to the library that needs it, paths of
the agent made local by ``settings.path``, and ``settings.remaining()`` seconds for any wait. Nothing else of the machine is
to be read: no environment variables, no current folder, and no clock but the monotonic one, unless what is sent has to tell the
time.

- Texts that a driver yields hold no value of a setting that may be secret; write ``settings.shown("Server")``, which knows.
- A library that not everyone has is imported where it is used, by ``require("ldap3", "ldap")``, which tells the command that
  installs it.
- Any other exception than ``StageFailure`` and ``EnvironmentFault`` is a fault of the driver, and is reported as one.
- Both methods may run in a thread of their own, beside those of other connections, and may be given up when time is over.

``idmxml.testing.driver_suite`` holds the tests that every driver has to pass.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, Protocol, runtime_checkable

from idmxml.drivers.settings import Settings
from idmxml.errors import EnvironmentFault
from idmxml.snapshots.snapshot import Column, KeyKind, Snapshot, Table, ValueType
from idmxml.stages import Failure, Mode, Skip, Stage, StageFailure, StageResult, passed, skipped

__all__ = [
    "ALL",
    "CHANGES_NOT_DOCUMENTED",
    "COMPLETE_ONLY",
    "Column",
    "Driver",
    "Failure",
    "KeyKind",
    "Mode",
    "Settings",
    "Skip",
    "Snapshot",
    "Stage",
    "StageFailure",
    "StageResult",
    "Table",
    "ValueType",
    "VastDriver",
    "Wanted",
    "dependency_failure",
    "passed",
    "require",
    "skipped",
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a schema.

    ``tables`` are the tables wanted, by their whole names in any case; None for all. ``columns`` are those that mappings
    read, by the name of their table: a driver for a system that lists no columns may take them as what is to be found.
    """

    tables: frozenset[str] | None = None
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def wants(self, table: str) -> bool:
        """Whether a table is wanted."""
        return self.tables is None or table.casefold() in _folded(self.tables)

    def among(self, tables: Iterable[Table]) -> tuple[Table, ...]:
        """Those of some tables that are wanted."""
        return tuple(each for each in tables if self.wants(each.identifier))

    @property
    def is_nothing(self) -> bool:
        """Whether no table is wanted, so that nothing has to be looked at."""
        return self.tables is not None and not self.tables

    @property
    def with_all_tables(self) -> "Wanted":
        """The same, with all tables there are."""
        return Wanted(None, self.columns)

    def columns_of(self, table: str) -> frozenset[str]:
        """The columns of a table that mappings read, whatever the case of its name."""
        return frozenset().union(*(each for name, each in self.columns.items() if name.casefold() == table.casefold()))


@lru_cache(maxsize=8)
def _folded(tables: frozenset[str]) -> frozenset[str]:
    return frozenset(map(str.casefold, tables))


ALL: Final = Wanted()


@runtime_checkable
class Driver(Protocol):
    """Looks at the systems of some packages. The module's text says what its methods have to keep."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Try what an export in ``mode`` needs, stage by stage."""

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables of the connection that are wanted, with their columns."""


class VastDriver:
    """What a driver of systems with thousands of tables derives from, so that all of them are read only for who wants all."""

    __slots__ = ()


COMPLETE_ONLY: Final = skipped(Stage.INCREMENTAL, Skip.NOT_APPLICABLE, "the package exports complete only")
"""The stage of the incremental mode, for packages that have none."""
CHANGES_NOT_DOCUMENTED: Final = skipped(Stage.INCREMENTAL, Skip.NOT_TRIED, "how the export finds changes is not documented")
"""The stage of the incremental mode, for packages of which nothing tells what to try."""


def dependency_failure(fault: EnvironmentFault, why: str = "", stage: Stage | None = None) -> StageFailure:
    """The failure for what ``require`` raised; ``why`` is what needs the library, as the sentence begins."""
    message, _semicolon, hint = str(fault).partition("; ")
    return StageFailure(Failure.DEPENDENCY_MISSING, f"{why}{message}", hint=hint, stage=stage)


def require(module: str, extra: str) -> Any:
    """The module of an optional library; EnvironmentFault with the command that installs it when it is missing.

    ``extra`` is the name under which this distribution lists the library, as in ``idmxml[excel]``.
    """
    try:
        return import_module(module)
    except ImportError as error:
        if error.name is not None and not module.startswith(error.name):
            raise EnvironmentFault(f"{module} is installed, and can't be used: {error}") from None
        raise EnvironmentFault(f"{module} is not installed; install it with: pip install 'idmxml[{extra}]'") from None
