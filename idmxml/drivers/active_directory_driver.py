"""Active Directory and AD LDS: the entries, a table for each link attribute, and changes by DirSync.

Each pair of server and base DN is looked at on its own, and all of them have to work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.active_directory_schema import read_active_directory_schema
from idmxml.drivers.directory_answers import SUCCESS, UNAVAILABLE_EXTENSION, UNWILLING
from idmxml.drivers.directory_requests import Access, Answer, Control, Entry, Search, Times
from idmxml.drivers.directory_schema import TableNames, tables_of
from idmxml.drivers.directory_session import Session, connect, connected
from idmxml.drivers.directory_settings import access_of, distinguished_name, ldap_filter, seconds
from idmxml.drivers.directory_stages import SAMPLE, base_stage, complete_stage, schema_stage
from idmxml.drivers.driver import Mode, Settings, Stage, StageFailure, StageResult, Table, Wanted, passed
from idmxml.stages import Failure

DIRECTORY_SYNC: Final = "1.2.840.113556.1.4.841"
IS_LDS: Final = "1.2.840.113556.1.4.1851"
IS_DIRECTORY: Final = "1.2.840.113556.1.4.800"
ENTRIES: Final = "entries"
LONGEST_ANSWER: Final = 1 << 20
FAULTS_OF_RIGHTS: Final = frozenset({1, 50})


@dataclass(frozen=True, slots=True)
class Target:
    """A server with the base DN to read there."""

    access: Access
    base: str
    base_setting: str
    filter: str
    is_lds: bool


@dataclass(frozen=True, slots=True)
class ActiveDirectoryDriver:
    """Reads the schema partition, and searches with the filter of the export as far as its first entries."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at each server: reach it, log in, read the base DN and the schema, and search as the export does."""
        for target in _targets(settings):
            session = yield from connect(target.access)
            with session:
                root = session.root()
                yield base_stage(session, target.base, target.base_setting)
                schema = read_active_directory_schema(session, root)
                yield schema_stage(schema, *_kind(root, target))
                if mode is Mode.COMPLETE:
                    yield complete_stage(session, Search(target.base, target.filter, limit=SAMPLE))
                else:
                    yield _incremental(session, root, target)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables, from the schema of every server; what several have is told as the first one has it."""
        targets = _targets(settings)
        if wanted.is_nothing:
            return ()
        found: dict[str, Table] = {}
        for target in targets:
            with connected(target.access) as session:
                links_only = not wanted.wants(settings.table(ENTRIES))
                schema = read_active_directory_schema(session, session.root(), links_only=links_only)
            for each in tables_of(schema, TableNames(settings.table(ENTRIES)), settings, wanted):
                known = found.get(each.identifier)
                found[each.identifier] = each if known is None else _united(known, each)
        return tuple(found.values())


def _targets(settings: Settings) -> tuple[Target, ...]:
    servers = settings.sections("Servers")
    if not servers:
        raise settings.missing("Servers")
    times = Times(
        seconds(settings, "ConnectionTimeout"), seconds(settings, "RequestTimeout"), seconds(settings, "RetryDelay", 0.001)
    )
    text = ldap_filter(settings)
    is_lds = settings.flag("AsAdLds")
    return tuple(
        Target(
            access_of(settings, server, times), distinguished_name(server, "BaseDN"), server.full_name("BaseDN"), text, is_lds
        )
        for server in servers
    )


def _kind(root: Entry, target: Target) -> Iterator[str]:
    """A sentence when the server is not of the kind that ``AsAdLds`` says."""
    capabilities = set(root.texts("supportedCapabilities"))
    if target.is_lds and IS_DIRECTORY in capabilities and IS_LDS not in capabilities:
        yield "AsAdLds is true, and the server is a domain controller of Active Directory"
    if not target.is_lds and IS_LDS in capabilities:
        yield "the server is an instance of AD LDS, and AsAdLds is not true"


def _incremental(session: Session, root: Entry, target: Target) -> StageResult:
    """Whether DirSync gives the changes, as it gives them to the export. Nothing but names of entries is asked for."""
    if DIRECTORY_SYNC not in root.texts("supportedControl"):
        message = "the server does not offer DirSync, which incremental exports read changes by"
        raise StageFailure(Failure.MODE_FAILED, message, setting=target.access.server_setting, stage=Stage.INCREMENTAL)
    answer = session.answer(_changes(target, ()), Stage.INCREMENTAL)
    if answer.code != SUCCESS:
        raise _changes_failure(answer, root, target)
    cookie = (answer.controls.get(DIRECTORY_SYNC, {}).get("value") or {}).get("cookie")
    if not cookie:
        message = "the server answered without the cookie that the next export goes on from"
        raise StageFailure(Failure.MODE_FAILED, message, stage=Stage.INCREMENTAL)
    return passed(Stage.INCREMENTAL, "DirSync gives changes, and a cookie to go on from")


def _changes(target: Target, more: tuple[Control, ...]) -> Search:
    from ldap3.protocol.microsoft import dir_sync_control

    control: Control = dir_sync_control(  # type: ignore[no-untyped-call]
        criticality=True,
        object_security=False,
        ancestors_first=False,
        public_data_only=False,
        incremental_values=True,
        max_length=LONGEST_ANSWER,
        cookie=b"",
    )
    return Search(target.base, target.filter, attributes=("objectGUID",), is_paged=False, controls=(control, *more))


def _changes_failure(answer: Answer, root: Entry, target: Target) -> StageFailure:
    partitions = {each.replace(" ", "").casefold() for each in root.texts("namingContexts")}
    is_partition = target.base.replace(" ", "").casefold() in partitions
    if not is_partition:
        message = f"DirSync reads whole partitions, and {target.base} is none"
        hint = "set BaseDN to the name of the domain or partition, and narrow by the filter"
        return StageFailure(Failure.MODE_FAILED, message, setting=target.base_setting, hint=hint, stage=Stage.INCREMENTAL)
    if answer.code in FAULTS_OF_RIGHTS:
        hint = "give the account the right 'Replicating Directory Changes' on the domain"
        message = "the account may not read changes by DirSync"
        return StageFailure(Failure.NO_RIGHT, message, setting=target.access.login_setting, hint=hint, stage=Stage.INCREMENTAL)
    why = (
        "does not support DirSync here"
        if answer.code in {UNAVAILABLE_EXTENSION, UNWILLING}
        else f"answers with code {answer.code}"
    )
    message = f"the server {why}"
    return StageFailure(Failure.MODE_FAILED, message, setting=target.base_setting, stage=Stage.INCREMENTAL)


def _united(first: Table, second: Table) -> Table:
    known = first.by_name
    return Table(first.identifier, (*first.columns, *(each for each in second.columns if each.identifier not in known)))
