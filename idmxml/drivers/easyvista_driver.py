"""EasyVista through its REST API: the employees, and a table for each view that the settings name.

EasyVista can't be run by the tests, which hold the driver to a service that answers as its API is documented. The service
lists no columns. Those of a view are read off its first records; employees have whatever column a mapping asks for, so none
are told of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from idmxml.drivers.driver import (
    CHANGES_NOT_DOCUMENTED,
    Column,
    Failure,
    Mode,
    Settings,
    Stage,
    StageFailure,
    StageResult,
    Table,
    Wanted,
    passed,
)
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.drivers.http_answers import Answer
from idmxml.drivers.http_login import HttpAddress, Login, by_account, given, read_http_address
from idmxml.drivers.http_session import JSON, Session, connected
from idmxml.snapshots.snapshot import count_words

PAGE: Final = "easyvista"
VIEWS: Final = "ExportSettingsOptions"
EMPLOYEES: Final = "Employees"
MOST_ROWS: Final = 20
LIMIT: Final = "max_rows"
ACCOUNT_HINT: Final = "check 'Account', and that 'Server' is the address of EasyVista without a path"
VIEW_HINT: Final = "copy the address of the view from EasyVista again"


@dataclass(frozen=True, slots=True)
class View:
    """What is read: the name of an entity, the full name of its setting, and where it is; an empty path is not looked at."""

    name: str
    setting: str
    path: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EasyVistaDriver:
    """Asks for an employee, and for the first records of each view."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at the service: reach it, log in, read an employee, and the views."""
        address, login = _access(settings)
        views = tuple(_views(settings, address))
        with Session(settings, replace(address, path=""), login) as session:
            yield from session.connect()
            answer = _ask_employees(session, address)
            yield session.logged_in()
            _judge_employees(session, answer)
            found = {each.name: _columns(session, each) for each in views if each.path}
            elsewhere = (f"'{each.setting}' leads to another server, so it was not tried" for each in views if not each.path)
            yield passed(Stage.READ, f"{', '.join([EMPLOYEES, *found])} readable", *elsewhere)
            empty = (f"the view '{name}' has no records, so its columns are not known" for name in found if not found[name])
            yield passed(Stage.SCHEMA, count_words(_tables(settings, views, found)), *empty)
        yield passed(Stage.COMPLETE) if mode is Mode.COMPLETE else CHANGES_NOT_DOCUMENTED

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The employees, whose columns are not told, and the views with the columns of their first records."""
        address, login = _access(settings)
        views = tuple(each for each in _views(settings, address) if wanted.wants(settings.table(each.name)))
        if wanted.is_nothing:
            return ()
        with connected(settings, replace(address, path=""), login) as session:
            _judge_employees(session, _ask_employees(session, address))
            found = {each.name: _columns(session, each, _mapped(settings, wanted, each)) for each in views if each.path}
        return wanted.among(_tables(settings, views, found))


def _access(settings: Settings) -> tuple[HttpAddress, Login]:
    settings.remaining()
    address = read_http_address(settings, "Server")
    given(settings, "Account")
    return address, by_account(settings)


def _views(settings: Settings, address: HttpAddress) -> Iterator[View]:
    """The views of the settings, each entity once; those of another server get no path, as its password is not for them."""
    options = settings.values.get(VIEWS) or {}
    if not isinstance(options, Mapping):
        raise settings.wrong(VIEWS, "is not an object of entities and their addresses")
    seen = {EMPLOYEES.casefold()}
    for name, value in options.items():
        part = replace(settings, values={"": value}, prefix=settings.full_name(f"{VIEWS}.{name}"))
        if not name or not name.isprintable():
            raise settings.wrong(VIEWS, "has an entity without a name that a table can have")
        where = read_http_address(part, "")
        if name.casefold() in seen:
            continue
        seen.add(name.casefold())
        is_own = (where.scheme, where.host, where.port) == (address.scheme, address.host, address.port)
        yield View(name, part.full_name(""), _path(where, part.text("")) if is_own else "")


def _path(address: HttpAddress, text: str) -> str:
    """The path of a view that asks for a few records."""
    query = urlsplit(text.strip()).query
    limit = "" if LIMIT in parse_qs(query) else f"{LIMIT}={MOST_ROWS}"
    return f"{address.path}?{'&'.join(filter(None, (query, limit)))}"


def _ask_employees(session: Session, address: HttpAddress) -> Answer:
    account = quote(session.settings.text("Account").strip(), safe="")
    return session.answer(f"{address.path}/api/v1/{account}/employees?{LIMIT}=1", JSON, Stage.READ)


def _judge_employees(session: Session, answer: Answer) -> None:
    """StageFailure when employees can't be read."""
    setting = session.settings.full_name("Account")
    if answer.is_absent:
        message = f"the service has no employees at this address, for this account (status {answer.status})"
        raise StageFailure(Failure.NOT_FOUND, message, setting=setting, hint=ACCOUNT_HINT)
    _records(session, answer, session.address.setting)


def _mapped(settings: Settings, wanted: Wanted, view: View) -> frozenset[str]:
    return wanted.columns_of(settings.table(view.name))


def _columns(session: Session, view: View, mapped: frozenset[str] = frozenset()) -> tuple[Column, ...]:
    """The names that the first records of a view have; none when it has no records.

    Where records leave names out, further ones may have others, so those of mappings count as well.
    """
    answer = session.answer(view.path, JSON, Stage.READ)
    if answer.is_absent or answer.status == 400:
        message = f"the service has no view at the address of '{view.name}' (status {answer.status})"
        raise StageFailure(Failure.NOT_FOUND, message, setting=view.setting, hint=VIEW_HINT)
    if answer.status == 403:
        message = f"the service denies this account the view '{view.name}'"
        raise StageFailure(Failure.NO_RIGHT, message, setting=session.login.setting)
    records = _records(session, answer, view.setting)[:MOST_ROWS]
    names = dict.fromkeys(name for each in records for name in each if name and name.isprintable())
    leaves_out = any(each.keys() != records[0].keys() for each in records)
    more = sorted(mapped - names.keys()) if names and leaves_out else ()
    return tuple(map(Column, (*names, *more)))


def _records(session: Session, answer: Answer, setting: str) -> list[Mapping[str, Any]]:
    stored = session.read_json(answer, Stage.READ)
    found = stored.get("records") if isinstance(stored, Mapping) else None
    if not isinstance(found, list):
        message = "the answer holds no records"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=setting)
    return [each for each in found if isinstance(each, Mapping)]


def _tables(settings: Settings, views: tuple[View, ...], found: Mapping[str, tuple[Column, ...]]) -> tuple[Table, ...]:
    """The fixed tables, and one for each view; without columns where those are not known."""
    return (
        *fixed_tables(settings, PAGE),
        *(Table(settings.table(each.name), found.get(each.name, ())) for each in views),
    )
