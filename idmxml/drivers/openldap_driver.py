"""OpenLDAP: the entries, a table for each attribute that names other entries, and changes by syncrepl (RFC 4533)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.directory_answers import SUCCESS, UNAVAILABLE_EXTENSION, answer_failure
from idmxml.drivers.directory_requests import BASE, BASIC, Access, Answer, Entry, Search, Times
from idmxml.drivers.directory_schema import TableNames, tables_of
from idmxml.drivers.directory_session import Session, connect, connected
from idmxml.drivers.directory_settings import account, directory_address, distinguished_name, ldap_filter, scope, seconds
from idmxml.drivers.directory_stages import SAMPLE, base_stage, complete_stage, schema_stage
from idmxml.drivers.driver import Mode, Settings, Stage, StageFailure, StageResult, Table, Wanted, passed
from idmxml.drivers.subschema import read_subschema
from idmxml.stages import Failure

SYNC_REQUEST: Final = "1.3.6.1.4.1.4203.1.9.1.1"
SYNC_DONE: Final = "1.3.6.1.4.1.4203.1.9.1.3"
REFRESH_ONLY: Final = b"\x0a\x01\x01"
SHORT_LENGTH: Final = 0x80
LINK_KEYS: Final = ("entryuuid",)


@dataclass(frozen=True, slots=True)
class Target:
    """The server with what is read there."""

    access: Access
    base: str
    filter: str
    scope: str


@dataclass(frozen=True, slots=True)
class OpenLdapDriver:
    """Reads the subschema, and searches with the filter of the export as far as its first entries."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Reach the server, log in, read the base and the schema, and search, or ask for changes, as the export does."""
        target = _target(settings)
        session = yield from connect(target.access)
        with session:
            root = session.root()
            yield base_stage(session, target.base, "DistinguishedName", "the name to read under")
            schema = read_subschema(session, root)
            yield schema_stage(schema)
            if mode is Mode.COMPLETE:
                yield complete_stage(session, Search(target.base, target.filter, target.scope, limit=SAMPLE))
            else:
                yield _incremental(session, root, target)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables, from the subschema."""
        target = _target(settings)
        if wanted.is_nothing:
            return ()
        with connected(target.access) as session:
            schema = read_subschema(session, session.root())
        return tuple(tables_of(schema, TableNames(settings.table("entry"), LINK_KEYS), settings, wanted))


def _target(settings: Settings) -> Target:
    settings.remaining()
    address = directory_address(settings)
    access = Access(
        settings,
        address,
        "Server",
        "SSL",
        "Login",
        settings.flag("SSL") or address.scheme == "ldaps",
        BASIC,
        account(settings, BASIC),
        Times(seconds(settings, "TimeFormat"), seconds(settings, "TimeFormat")),
    )
    return Target(access, distinguished_name(settings, "DistinguishedName"), ldap_filter(settings), scope(settings))


def _incremental(session: Session, root: Entry, target: Target) -> StageResult:
    """Whether the server gives changes of the base entry, first from the beginning, then from the cookie it gave on."""
    if SYNC_REQUEST not in root.texts("supportedControl"):
        raise _no_sync("the server does not offer syncrepl, which incremental exports read changes by")
    cookie = b""
    for _time in range(2):
        search = Search(target.base, scope=BASE, is_paged=False, controls=((SYNC_REQUEST, True, sync_request(cookie)),))
        answer = session.answer(search, Stage.INCREMENTAL)
        if answer.code == UNAVAILABLE_EXTENSION:
            raise _no_sync("the database of the entries gives no changes by syncrepl")
        if answer.code != SUCCESS:
            raise answer_failure(answer.code, Stage.INCREMENTAL, "DistinguishedName")
        cookie = _sync_cookie(answer)
    if not cookie:
        raise _no_sync("the server answered without the cookie that the next export goes on from")
    return passed(Stage.INCREMENTAL, "syncrepl gives changes, and a cookie to go on from")


def _no_sync(message: str) -> StageFailure:
    hint = "load the overlay syncprov for the database, or use the package LDAP with complete exports"
    return StageFailure(Failure.MODE_FAILED, message, setting="Server", hint=hint, stage=Stage.INCREMENTAL)


def sync_request(cookie: bytes) -> bytes:
    """The value of the sync request control: refresh only, from ``cookie`` on, from the beginning when it is empty."""
    content = REFRESH_ONLY + (b"\x04" + _length(len(cookie)) + cookie if cookie else b"")
    return b"\x30" + _length(len(content)) + content


def _length(number: int) -> bytes:
    if number < SHORT_LENGTH:
        return bytes([number])
    digits = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes([SHORT_LENGTH | len(digits)]) + digits


def _sync_cookie(answer: Answer) -> bytes:
    """The cookie in the sync done control; empty when there is none."""
    from pyasn1.codec.ber.decoder import decode
    from pyasn1.error import PyAsn1Error

    value = answer.controls.get(SYNC_DONE, {}).get("value")
    if not isinstance(value, bytes) or not value:
        return b""
    try:
        sequence, _rest = decode(value)
        return bytes(sequence[0])
    except (PyAsn1Error, IndexError, TypeError, ValueError):
        return b""
