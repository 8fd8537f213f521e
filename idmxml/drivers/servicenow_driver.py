"""ServiceNow through its Table API: a table for each of the system's, with the columns that its dictionary tells.

ServiceNow can't be run by the tests, which hold the driver to a service that answers as the Table API is documented.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from idmxml.drivers.driver import (
    Failure,
    Mode,
    Settings,
    Stage,
    StageFailure,
    StageResult,
    Table,
    VastDriver,
    Wanted,
    passed,
)
from idmxml.drivers.http_answers import Answer, status_failure
from idmxml.drivers.http_login import HttpAddress, Login, by_account, by_request, given, is_given, read_http_address
from idmxml.drivers.http_session import Session, connected
from idmxml.drivers.servicenow_dictionary import (
    COLUMN_FIELDS,
    DEFINITION_FIELDS,
    Definition,
    columns_of,
    definitions_of,
    tables_of,
    with_walks,
)
from idmxml.drivers.servicenow_tables import ADDRESS_HINT, DICTIONARY, TABLES, Rows, page_size, rows_of, try_table
from idmxml.snapshots.snapshot import count_words

FILTER, TOKENS = "Filter", "OAuth2Url"
CLIENT: Final = ("ClientId", "ClientSecret", TOKENS)
USUAL: Final = ("sys_user", "sys_user_group")
NAME: Final = re.compile(r"[a-z0-9_]+")
NAMES_AT_ONCE: Final = 50
DEEPEST: Final = 20
"""How many times a table is followed to the one it extends."""
LONG_AFTER: Final = "sys_updated_on>2999-12-31 23:59:59"
CLIENT_HINT: Final = "check Login and Password, and ClientId and ClientSecret: the service does not say which is wrong"
RIGHT_HINT: Final = (
    "give the account the right to read sys_db_object and sys_dictionary; only the schema needs it, not the export"
)
TABLE_HINT: Final = "write the name of the table in ServiceNow behind '<connection>_', as in '<connection>_sys_user'"
MOST_TOLD: Final = 5
FILTER_HINT: Final = "correct the table before #, or the query behind it"


@dataclass(frozen=True, slots=True)
class Part:
    """What ``Filter`` filters, and the query that does."""

    table: str = field(repr=False)
    query: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServiceNowDriver(VastDriver):
    """Asks the dictionary for tables and columns, and reads at most one record of a table, without its fields."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at the service: reach it, log in, read a record and the dictionary, and query as the mode does."""
        address, login = _access(settings)
        page_size(settings)
        part = _filter(settings)
        with Session(settings, address, login) as session:
            yield from session.connect()
            first = try_table(session, TABLES, Stage.LOGIN)
            yield session.logged_in()
            usual = [each for each in USUAL if try_table(session, each, Stage.READ).is_success]
            if not usual and not first.is_success:
                raise _unreadable(session, first)
            yield passed(Stage.READ, f"{', '.join(usual or [TABLES])} readable")
            yield passed(Stage.SCHEMA, count_words(_described(session, usual or [TABLES])))
            yield _complete(session, part) if mode is Mode.COMPLETE else _incremental(session, (usual or [TABLES])[0])

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables that are wanted, and with them what they inherit; every table of the system when all are."""
        address, login = _access(settings)
        page_size(settings)
        _filter(settings)
        if wanted.is_nothing:
            return ()
        with connected(settings, address, login) as session:
            names = None if wanted.tables is None else sorted(_names(settings, wanted.tables))
            found = _described(session, names)
        if wanted.tables and not found:
            message = f"the service has no table {' or '.join(repr(each) for each in sorted(wanted.tables)[:MOST_TOLD])}"
            raise StageFailure(Failure.NOT_FOUND, message, stage=Stage.SCHEMA, hint=TABLE_HINT)
        return tuple(with_walks(each, wanted.columns_of(each.identifier)) for each in found)


def _access(settings: Settings) -> tuple[HttpAddress, Login]:
    """Where the Table API is, and the login: a token for the account when a client is given, else the account itself."""
    settings.remaining()
    address = read_http_address(settings, "Server")
    account = by_account(settings)
    if not any(is_given(settings, each) for each in CLIENT):
        return address, account
    form = {
        "grant_type": "password",
        "client_id": given(settings, "ClientId"),
        "client_secret": given(settings, "ClientSecret"),
        "username": given(settings, "Login"),
        "password": given(settings, "Password"),
    }
    return address, replace(by_request(settings, TOKENS, "Login", form), hint=CLIENT_HINT)


def _filter(settings: Settings) -> Part | None:
    """The filter where it has the one form that is documented; None for none and for any other."""
    table, mark, query = settings.text(FILTER, "").strip().partition("#")
    if not mark or "#" in query or not NAME.fullmatch(table):
        return None
    return Part(table, query)


def _names(settings: Settings, tables: Iterable[str]) -> Iterator[str]:
    """The names in the system of tables of this connection."""
    for name in map(settings.suffix_of, tables):
        if name is not None and NAME.fullmatch(name):
            yield name


def _described(session: Session, names: list[str] | None) -> tuple[Table, ...]:
    """The tables of these names, all of them for None; StageFailure when the dictionary may not be read."""
    definitions = _definitions(session, names)
    lines = sorted(definitions)
    parts = [_columns(session, query) for query in _queries(lines if names is not None else None)]
    columns = columns_of((row for part in parts for row in part.found), session.settings)
    if parts and not (columns and all(each.is_whole for each in parts)):
        message = f"the dictionary of the service shows this account {'not all' if columns else 'no'} columns"
        raise StageFailure(Failure.SCHEMA_FAILED, message, setting=session.login.setting, hint=RIGHT_HINT)
    listed = lines if names is None else [each for each in names if each in definitions]
    tables = list(tables_of(listed, definitions, columns, session.settings))
    hidden = [each for each in names or () if each not in definitions and _exists(session, each)]
    tables += [Table(session.settings.table(each)) for each in hidden]
    return tuple(sorted(tables, key=lambda each: each.identifier))


def _definitions(session: Session, names: list[str] | None) -> dict[str, Definition]:
    """The definitions of tables, and of those that they extend."""
    found: dict[str, Definition] = {}
    missing: list[str] | None = names
    asked: set[str] = set()
    for _step in range(DEEPEST):
        for query in _queries(missing):
            rows = rows_of(session, TABLES, DEFINITION_FIELDS, f"{query}ORDERBYname", RIGHT_HINT)
            found.update(definitions_of(rows.found))
        asked.update(missing or ())
        missing = sorted({each.base for each in found.values() if each.base} - set(found) - asked)
        if names is None or not missing:
            break
    return found


def _columns(session: Session, query: str) -> Rows:
    whole = f"{query}active=true^elementISNOTEMPTY^ORDERBYname^ORDERBYelement"
    return rows_of(session, DICTIONARY, COLUMN_FIELDS, whole, RIGHT_HINT)


def _queries(names: list[str] | None) -> Iterator[str]:
    """The beginnings of queries that together ask for all names; one without a condition when all rows are asked for."""
    if names is None:
        yield ""
        return
    for start in range(0, len(names), NAMES_AT_ONCE):
        yield f"nameIN{','.join(names[start : start + NAMES_AT_ONCE])}^"


def _exists(session: Session, name: str) -> bool:
    """Whether a table that is not among the definitions is there, as the views of databases are, or those that are hidden."""
    answer = try_table(session, name, Stage.SCHEMA)
    return answer.is_success or answer.status == 403


def _unreadable(session: Session, answer: Answer) -> StageFailure:
    if answer.status == 403:
        return status_failure(answer, Stage.READ, session.login.setting)
    message = f"there are no tables at this address (status {answer.status})"
    return StageFailure(Failure.NOT_FOUND, message, setting=session.address.setting, hint=ADDRESS_HINT)


def _complete(session: Session, part: Part | None) -> StageResult:
    """That the filter of the settings is understood, where it has a documented form."""
    settings = session.settings
    if part is None:
        told = (f"'{FILTER}' is not <table>#<query>, so it was not tried",) if is_given(settings, FILTER) else ()
        return passed(Stage.COMPLETE, "", *told)
    answer = try_table(session, part.table, Stage.COMPLETE, part.query)
    setting = settings.full_name(FILTER)
    if answer.status in {400, 404}:
        message = f"the service does not take the table or the query of '{FILTER}'"
        raise StageFailure(Failure.MODE_FAILED, message, setting=setting, hint=FILTER_HINT, stage=Stage.COMPLETE)
    if not answer.is_success:
        raise status_failure(answer, Stage.COMPLETE, session.login.setting if answer.status == 403 else setting)
    return passed(Stage.COMPLETE, "the service takes the filter")


def _incremental(session: Session, name: str) -> StageResult:
    """That records are found by the time of their last change."""
    answer = try_table(session, name, Stage.INCREMENTAL, LONG_AFTER)
    if not answer.is_success:
        raise status_failure(answer, Stage.INCREMENTAL, session.address.setting)
    return passed(Stage.INCREMENTAL, "the service filters by the time of the last change, sys_updated_on")
