"""Microsoft Exchange: its two fixed tables, and whether its server can be reached.

The export runs a script in remote PowerShell, under the account of the agent by Kerberos. That is not tried from here. A script
of somebody's own may write other columns, so none are told of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from idmxml.drivers.driver import Mode, Settings, Skip, Stage, StageResult, Table, Wanted, passed, skipped
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.drivers.http_login import anonymous, read_http_address
from idmxml.drivers.http_session import Session
from idmxml.snapshots.snapshot import count_words
from idmxml.stages import without_telling

PAGE: Final = "microsoftexchange"
SCRIPT, USUAL_SCRIPT = "PowerShellScriptPath", "export-exchange.ps1"
OTHER_ACCOUNT: Final = "the agent logs in to remote PowerShell by its own account, which can't be tried from here"
OWN_SCRIPT: Final = f"'{SCRIPT}' names a script other than Export-Exchange.ps1, so the columns are not known"


@dataclass(frozen=True, slots=True)
class ExchangeDriver:
    """Looks whether the address of remote PowerShell can be reached and encrypted."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Reach the server."""
        with _session(settings) as session:
            tables = _tables(settings)
            yield from session.connect()
        yield skipped(Stage.LOGIN, Skip.NOT_TRIED, OTHER_ACCOUNT)
        yield skipped(Stage.READ, Skip.NOT_TRIED)
        yield passed(Stage.SCHEMA, count_words(tables), *(() if all(each.columns for each in tables) else (OWN_SCRIPT,)))
        yield skipped(mode.stage, Skip.NOT_TRIED)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The two tables of every such connection, once its server is reached."""
        with _session(settings) as session:
            tables = wanted.among(_tables(settings))
            if tables:
                without_telling(session.connect())
        return tables


def _session(settings: Settings) -> Session:
    settings.remaining()
    address = read_http_address(settings, "Server")
    return Session(replace(settings, proxy=None), address, anonymous(settings, "Server", ""))


def _tables(settings: Settings) -> tuple[Table, ...]:
    """The tables, without columns where a script of somebody's own writes them."""
    script = settings.text(SCRIPT, USUAL_SCRIPT).replace("\\", "/").rpartition("/")[2].strip().casefold()
    tables = fixed_tables(settings, PAGE)
    return tables if script in {USUAL_SCRIPT, ""} else tuple(replace(each, columns=()) for each in tables)
