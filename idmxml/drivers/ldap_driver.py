"""Directories of the LDAP page: generic LDAP, Apache Directory, Oracle and Red Hat. Tables are those that the settings list.

The schema comes from the subschema entry that RFC 4512 demands of every server. The tests read OpenLDAP itself and the schema
of 389 Directory Server (Red Hat) as recorded; Apache Directory and Oracle they can't run: those follow the same standard.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.directory_answers import NO_SUCH_OBJECT, SIZE_LIMIT, SUCCESS, UNAVAILABLE_EXTENSION, answer_failure
from idmxml.drivers.directory_requests import Access, Control, Search, Times
from idmxml.drivers.directory_schema import DirectorySchema, TableNames, entries_table, link_table
from idmxml.drivers.directory_session import Session, connect, connected
from idmxml.drivers.directory_settings import access_of, distinguished_name, ldap_filter, scope, seconds
from idmxml.drivers.directory_stages import SAMPLE, base_search, nothing_shown, schema_stage
from idmxml.drivers.driver import (
    COMPLETE_ONLY,
    Mode,
    Settings,
    Stage,
    StageFailure,
    StageResult,
    Table,
    Wanted,
    passed,
)
from idmxml.drivers.subschema import read_subschema
from idmxml.model.names import closest
from idmxml.stages import Failure

ENTRIES: Final = "entries"
PAGED, DOMAIN_SCOPE = "pagedresult", "domainscope"
DOMAIN_SCOPE_CONTROL: Final = "1.2.840.113556.1.4.1339"


@dataclass(frozen=True, slots=True)
class ListedTable:
    """An element of ``Tables``; its settings are kept for the names of what is at fault."""

    settings: Settings
    name: str
    base: str
    filter: str
    scope: str


@dataclass(frozen=True, slots=True)
class Target:
    """A server with the controls that requests to it carry."""

    access: Access
    controls: frozenset[str]
    controls_setting: str
    size_limit: int


@dataclass(frozen=True, slots=True)
class LdapDriver:
    """Reads the subschema of the servers, and searches each table as far as its first entries."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at each server: reach it, log in, read each base DN and the schema, and search as the export does."""
        settings.remaining()
        targets, tables = _targets(settings), _listed(settings)
        if mode is Mode.INCREMENTAL:
            yield COMPLETE_ONLY
            return
        unseen = {each.base.casefold() for each in tables}
        for place, target in enumerate(targets):
            session = yield from connect(target.access)
            with session:
                present = tuple(each for each in tables if _has_base(session, each))
                unseen -= {each.base.casefold() for each in present}
                yield _read(tables, present, unseen, is_last=place == len(targets) - 1)
                schema = read_subschema(session, session.root())
                yield schema_stage(schema, *_unknown_links(schema, tables))
                yield passed(Stage.COMPLETE, "", *(w for each in present for w in _search(session, target, each)))

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The listed tables, by the schema of the first server, as all of them serve the same directory."""
        settings.remaining()
        targets, listed = _targets(settings), _listed(settings)
        tables = tuple(each for each in listed if wanted.wants(settings.table(each.name)))
        if not tables:
            return ()
        with connected(targets[0].access) as session:
            schema = read_subschema(session, session.root())
        names = _names(settings, listed)
        return tuple(_table(settings, schema, names, each, wanted) for each in tables)


def _targets(settings: Settings) -> tuple[Target, ...]:
    servers = settings.sections("Servers")
    if not servers:
        raise settings.missing("Servers")
    times = Times(seconds(settings, "TimeOut"), _shortest(settings))
    limit = max(settings.number("SizeLimit", 0), 0)
    return tuple(
        Target(access_of(settings, each, times), _controls(each), each.full_name("Controls"), limit) for each in servers
    )


def _shortest(settings: Settings) -> float | None:
    given = [each for each in (seconds(settings, "TimeLimit"), seconds(settings, "TimeOut")) if each is not None]
    return min(given, default=None)


def _controls(server: Settings) -> frozenset[str]:
    names = server.texts("Controls", ())
    controls = frozenset(each.strip().casefold() for each in names)
    if not controls <= {PAGED, DOMAIN_SCOPE}:
        raise server.wrong("Controls", "holds something else than PagedResult and DomainScope")
    return controls


def _listed(settings: Settings) -> tuple[ListedTable, ...]:
    found: dict[str, ListedTable] = {}
    for each in settings.sections("Tables"):
        name = each.text("Table").strip()
        if not name:
            raise each.missing("Table")
        base, text = distinguished_name(each, "BaseDN"), ldap_filter(each)
        found.setdefault(name.casefold(), ListedTable(each, name, base, text, scope(each)))
    if not found:
        raise settings.missing("Tables")
    if ENTRIES not in found:
        raise settings.wrong("Tables", "has no element whose Table is entries", "add one: it is the table of the entries")
    return tuple(found.values())


def _has_base(session: Session, table: ListedTable) -> bool:
    """Whether the server has the base DN of a table; StageFailure when it may not be read."""
    setting = table.settings.full_name("BaseDN")
    answer = session.answer(base_search(table.base), Stage.READ)
    if answer.code == NO_SUCH_OBJECT:
        return False
    if answer.code:
        raise answer_failure(answer.code, Stage.READ, setting)
    if not answer.entries:
        raise nothing_shown(setting)
    return True


def _read(tables: tuple[ListedTable, ...], present: tuple[ListedTable, ...], unseen: set[str], *, is_last: bool) -> StageResult:
    """That the base DNs are there: each on some server, if not on all of them."""
    missing = next((each for each in tables if each.base.casefold() in unseen), None)
    if is_last and missing is not None:
        message = f"there is no entry '{missing.base}'"
        raise StageFailure(Failure.NOT_FOUND, message, setting=missing.settings.full_name("BaseDN"))
    lacking = dict.fromkeys(each.base for each in tables if each not in present)
    warnings = (f"a server has no entry '{each}'" for each in lacking)
    bases = dict.fromkeys(each.base for each in present)
    return passed(Stage.READ, f"{', '.join(bases)} readable" if bases else "", *warnings)


def _unknown_links(schema: DirectorySchema, tables: tuple[ListedTable, ...]) -> Iterator[str]:
    for each in tables:
        folded = each.name.casefold()
        if folded != ENTRIES and folded.partition(";")[0] not in schema.by_any_name:
            near = closest(each.name, (one.name for one in schema.links))
            question = f"; did you mean '{near}'?" if near else ""
            yield f"the schema has no attribute '{each.name}', which a table is named after{question}"


def _search(session: Session, target: Target, table: ListedTable) -> Iterator[str]:
    """Search as the export does; a sentence when nothing is found."""
    is_paged = PAGED in target.controls
    controls: tuple[Control, ...] = ((DOMAIN_SCOPE_CONTROL, True, None),) if DOMAIN_SCOPE in target.controls else ()
    limit = SAMPLE if is_paged or not target.size_limit else min(SAMPLE, target.size_limit)
    search = Search(table.base, table.filter, table.scope, limit=limit, is_paged=is_paged, controls=controls)
    setting = table.settings.full_name("Filter")
    answer = session.answer(search, Stage.COMPLETE)
    if answer.code == UNAVAILABLE_EXTENSION:
        message = "the server does not support the controls that requests carry"
        hint = "remove what it does not support from the list"
        raise StageFailure(Failure.MODE_FAILED, message, setting=target.controls_setting, hint=hint)
    if answer.code not in {SUCCESS, SIZE_LIMIT}:
        raise answer_failure(answer.code, Stage.COMPLETE, setting)
    if not answer.entries:
        yield f"the filter of table '{table.name}' finds no entry that this account may see, so the export of it would be empty"


def _table(settings: Settings, schema: DirectorySchema, names: TableNames, listed: ListedTable, wanted: Wanted) -> Table:
    identifier = settings.table(listed.name)
    if identifier == names.entries:
        return entries_table(schema, names, wanted.columns_of(identifier))
    return link_table(schema, names, identifier, listed.name)


def _names(settings: Settings, tables: tuple[ListedTable, ...]) -> TableNames:
    """The names of tables, that of the entries spelt as the settings do."""
    return TableNames(next(settings.table(each.name) for each in tables if each.name.casefold() == ENTRIES))
