"""A session with a directory server through ldap3: reached, encrypted, logged in, and searched with limits of time.

Certificates are always verified: no setting of the directories says otherwise. Encrypted sessions begin with TLS, as LDAPS
does; a port that can't, or an address that begins with ``ldap://``, is encrypted by StartTLS.
"""

import os
import time
import traceback
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Self

from idmxml.drivers.directory_answers import BUSY, SIZE_LIMIT, SUCCESS, TIME_LIMIT, answer_failure, login_failure
from idmxml.drivers.directory_requests import (
    ANONYMOUS,
    ANYTHING,
    BASE,
    BASIC,
    NEGOTIATE,
    Access,
    Answer,
    Control,
    Entry,
    Search,
)
from idmxml.drivers.driver import dependency_failure, require
from idmxml.drivers.network_addresses import LONGEST_WAIT, reach
from idmxml.drivers.tls_verification import tls_failure, verifying_context
from idmxml.errors import EnvironmentFault
from idmxml.stages import Failure, Skip, Stage, StageFailure, StageResult, passed, skipped, without_telling

if TYPE_CHECKING:
    from ldap3 import Connection

PAGING: Final = "1.2.840.113556.1.4.319"
PAGE: Final = 500
START_TLS_SECONDS: Final = 2.0
"""How long a port that does not begin with TLS is waited for, to see whether it knows StartTLS."""
ATTEMPTS: Final = 3


def connect(access: Access) -> Generator[StageResult, None, "Session"]:
    """Reach, encrypt and log in, stage by stage; returns the session, which its owner closes."""
    session = Session(access)
    try:
        yield session.reach()
        yield session.open()
        yield session.login()
    except BaseException:
        session.close()
        raise
    return session


def connected(access: Access) -> "Session":
    """The session, without telling its stages."""
    return without_telling(connect(access))


class Session:
    """One connection to one server. Its methods raise ``StageFailure``, and no exception of ldap3."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.is_encrypted = access.is_encrypted
        self.uses_start_tls = access.starts_plain
        self._connection: Connection | None = None
        self._fault: BaseException | None = None

    def close(self) -> None:
        """End the connection, whatever its state."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.socket.settimeout(1)
                connection.unbind()
            except Exception:  # noqa: BLE001, S110  it is over in any case
                pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def reach(self) -> StageResult:
        """Whether the port answers."""
        access = self.access
        reach(access.address.host, access.port, access.settings.remaining(access.times.connect), access.server_setting)
        return passed(Stage.REACH, f"port {access.port} answers")

    def open(self) -> StageResult:
        """Connect, encrypted when the settings say so."""
        access = self.access
        if not self.is_encrypted:
            self._open()
            return skipped(Stage.TLS, Skip.NOT_APPLICABLE, "the settings ask for no encryption")
        try:
            self._open()
        except StageFailure as failure:
            if failure.failure is not Failure.TLS_FAILED or self.uses_start_tls or access.address.scheme == "ldaps":
                raise
            return self._open_by_start_tls(failure)
        way = ", by StartTLS" if self.uses_start_tls else ""
        return passed(Stage.TLS, f"certificate verified{way}")

    def _open_by_start_tls(self, failure: StageFailure) -> StageResult:
        self.uses_start_tls = True
        try:
            self._open(min(self.access.times.connect or START_TLS_SECONDS, START_TLS_SECONDS))
        except StageFailure as second:
            raise (second if second.failure is Failure.CERTIFICATE else failure) from None
        warning = (
            f"port {self.access.port} does not begin with TLS, only StartTLS works there; "
            "should the agent fail, address the port for LDAPS, usually 636"
        )
        return passed(Stage.TLS, "certificate verified, by StartTLS", warning)

    def _open(self, longest: float = LONGEST_WAIT) -> None:
        from ldap3.core.exceptions import LDAPException

        self.close()
        self._fault = None
        connection = _new_connection(self)
        try:
            connection.open(read_server_info=False)
            connection.socket.settimeout(min(self._patience(), longest))
            if self.is_encrypted and self.uses_start_tls:
                connection.start_tls(read_server_info=False)
        except (LDAPException, OSError) as error:
            raise self._opening_failure(error) from None
        self._connection = connection

    def _opening_failure(self, error: Exception) -> StageFailure:
        access = self.access
        stage = Stage.TLS if self.is_encrypted else Stage.REACH
        if isinstance(self._fault or error, TimeoutError):
            message = "the server does not answer" + (" when TLS is to begin" if self.is_encrypted else "")
            return StageFailure(Failure.TIMEOUT, message, setting=access.server_setting, stage=stage)
        if self.is_encrypted:
            return tls_failure(self._fault or error, access.server_setting)
        return StageFailure(Failure.UNREACHABLE, "the connection did not come about", setting=access.server_setting)

    def wrap(self, connection: Any) -> None:
        """Encrypt the socket of a connection of ldap3, which calls this."""
        try:
            connection.socket.settimeout(min(self.access.settings.remaining(self.access.times.connect), LONGEST_WAIT))
            connection.socket = verifying_context().wrap_socket(connection.socket, server_hostname=self.access.address.host)
            connection.socket.settimeout(self._patience())
        except Exception as error:
            self._fault = error
            raise

    def _patience(self) -> float:
        return min(self.access.settings.remaining(self.access.times.request), LONGEST_WAIT)

    def login(self) -> StageResult:
        """Log in as the settings say."""
        access = self.access
        if access.way == NEGOTIATE:
            return self._login_by_kerberos()
        self._guarded(Stage.LOGIN, self._bind)
        if access.way == ANONYMOUS:
            return passed(Stage.LOGIN, "anonymous")
        unsafe = () if self.is_encrypted else ("the password went over the network unencrypted",)
        return passed(Stage.LOGIN, "the password was accepted", *unsafe)

    def _login_by_kerberos(self) -> StageResult:
        """Log in by Kerberos. Where the agent would sign its traffic by it, which ldap3 can't do, StartTLS takes that place."""
        _require_kerberos()
        way = "by Kerberos"
        try:
            self._guarded(Stage.LOGIN, self._bind)
        except StageFailure as failure:
            if self.is_encrypted or failure.setting != self.access.ssl_setting:
                raise
            self._sign_by_start_tls()
            way = "by Kerberos, with StartTLS in place of the agent's signing"
        return passed(Stage.LOGIN, way, "it was the account of this command, not that of the agent")

    def _sign_by_start_tls(self) -> None:
        self.is_encrypted = self.uses_start_tls = True
        try:
            self._open(START_TLS_SECONDS)
        except StageFailure:
            message = (
                "the server demands signed traffic, which the agent gives by Kerberos, and this command can give by TLS alone"
            )
            hint = f"try the check with '{self.access.ssl_setting}' set to true; the agent may well do without"
            raise StageFailure(Failure.LOGIN_REFUSED, message, setting=self.access.ssl_setting, hint=hint) from None
        self._guarded(Stage.LOGIN, self._bind)

    def _bind(self) -> None:
        connection = self._ready()
        connection.bind(read_server_info=False)
        result = connection.result
        if result["result"] != SUCCESS:
            text = str(result.get("message") or "")
            raise login_failure(int(result["result"]), text, self.access.login_setting, self.access.ssl_setting)

    def _ready(self) -> "Connection":
        connection = self._connection
        if connection is None:
            raise StageFailure(Failure.CUT_OFF, "the connection is closed")
        connection.socket.settimeout(self._patience())
        return connection

    def _guarded(self, stage: Stage, action: Any) -> Any:
        """The value of ``action``, with faults of ldap3 turned into failures of ``stage``."""
        from ldap3.core.exceptions import LDAPException

        try:
            return action()
        except TimeoutError:
            raise StageFailure(Failure.TIMEOUT, "the server gave no answer in time", stage=stage) from None
        except (LDAPException, OSError) as error:
            raise _session_failure(error, stage, self.access) from None
        except Exception as error:
            if not _is_of_library(error):
                raise
            raise _foreign_failure(error, stage) from None

    def search(self, search: Search, stage: Stage, setting: str = "") -> Answer:
        """The answer of the server. StageFailure for any other code than success or a limit of size.

        ``setting`` is the full name of the one that says what to search.
        """
        answer = self.answer(search, stage)
        if answer.code not in {SUCCESS, SIZE_LIMIT}:
            raise answer_failure(answer.code, stage, setting)
        return answer

    def answer(self, search: Search, stage: Stage) -> Answer:
        """The answer, whatever its code. A request that timed out is sent again when the settings say so."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer: Answer = self._guarded(stage, lambda: self._search(search))
            except StageFailure as failure:
                if failure.failure is not Failure.TIMEOUT or not self._may_retry(attempt):
                    raise
            else:
                if answer.code not in {TIME_LIMIT, *BUSY} or not self._may_retry(attempt):
                    return answer
            self._wait_and_reopen()
        raise StageFailure(Failure.TIMEOUT, "the server gave no answer in time", stage=stage)

    def _may_retry(self, attempt: int) -> bool:
        return self.access.times.retry_delay is not None and attempt < ATTEMPTS

    def _wait_and_reopen(self) -> None:
        delay = self.access.times.retry_delay or 0.0
        time.sleep(self.access.settings.remaining(delay) if delay else 0.0)
        self._open()
        self._guarded(Stage.LOGIN, self._bind)

    def _search(self, search: Search) -> Answer:
        if not search.is_paged:
            return self._one_search(search, search.controls, search.limit)
        entries: list[Entry] = []
        cookie: bytes | None = b""
        answer = Answer(SUCCESS)
        while cookie is not None:
            size = min(PAGE, search.limit - len(entries)) if search.limit else PAGE
            control = _paging(size, cookie)
            answer = self._one_search(search, (*search.controls, control), 0)
            entries.extend(answer.entries)
            cookie = _cookie(answer, PAGING) or None
            if answer.code != SUCCESS or (search.limit and len(entries) >= search.limit):
                break
        return replace(answer, entries=tuple(entries))

    def _one_search(self, search: Search, controls: Sequence[Control], limit: int) -> Answer:
        connection = self._ready()
        seconds = self.access.times.request
        connection.search(
            search.base,
            search.filter,
            search.scope,  # type: ignore[arg-type]
            dereference_aliases="NEVER",
            attributes=list(search.attributes),
            size_limit=limit,
            time_limit=max(int(seconds), 1) if seconds else 0,
            controls=list(controls) or None,
        )
        found = connection.response or ()
        entries = tuple(_entry(each) for each in found if each.get("type") == "searchResEntry")
        result = connection.result
        return Answer(int(result["result"]), entries, result.get("controls") or {})

    def root(self) -> Entry:
        """The root DSE, which tells what the server is and can do; StageFailure when the server hides it."""
        search = Search("", ANYTHING, BASE, ("*", "+"), is_paged=False)
        answer = self.search(search, Stage.READ, self.access.server_setting)
        if not answer.entries:
            message = "the server does not show its root entry, which tells what it can do"
            raise StageFailure(Failure.NO_RIGHT, message, setting=self.access.server_setting)
        return answer.entries[0]


def _new_connection(session: Session) -> "Connection":
    import ldap3

    class VerifiedTls(ldap3.Tls):
        """Verifies certificates and names itself, as ldap3 does not know addresses in certificates on every Python."""

        def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002
            session.wrap(connection)

    access = session.access
    server = ldap3.Server(
        access.address.host,
        access.port,
        use_ssl=session.is_encrypted and not session.uses_start_tls,
        tls=VerifiedTls(),
        get_info=ldap3.NONE,
        connect_timeout=min(access.settings.remaining(access.times.connect), LONGEST_WAIT),
    )
    login: dict[str, Any] = {"authentication": ldap3.ANONYMOUS}
    if access.way == BASIC:
        login = {"authentication": ldap3.SIMPLE, "user": access.account.login, "password": access.account.password}
    elif access.way == NEGOTIATE:
        login = {"authentication": ldap3.SASL, "sasl_mechanism": ldap3.KERBEROS}
    return ldap3.Connection(
        server, client_strategy=ldap3.SYNC, check_names=False, auto_referrals=False, return_empty_attributes=False, **login
    )


def _require_kerberos() -> None:
    try:
        require("winkerberos" if os.name == "nt" else "gssapi", "kerberos")
    except EnvironmentFault as fault:
        raise dependency_failure(fault, "AuthType Negotiate logs in by Kerberos, and ", Stage.LOGIN) from None


def _session_failure(error: Exception, stage: Stage, access: Access) -> StageFailure:
    from ldap3.core.exceptions import LDAPInvalidFilterError, LDAPObjectClassError

    if isinstance(error, LDAPInvalidFilterError):
        return StageFailure(Failure.SETTING_WRONG, "the filter is not a well-formed LDAP filter", stage=stage)
    if stage is Stage.LOGIN and access.way == NEGOTIATE:
        return _foreign_failure(error, stage)
    if isinstance(error, LDAPObjectClassError) or not isinstance(error, OSError):
        kind = type(error).__name__
        if kind.startswith(("LDAPSocket", "LDAPSession")):
            return StageFailure(Failure.CUT_OFF, "the server ended the connection before it had answered", stage=stage)
        return StageFailure(Failure.MALFORMED_ANSWER, f"the answer of the server can't be understood ({kind})", stage=stage)
    return StageFailure(Failure.CUT_OFF, "the connection broke before the server had answered", stage=stage)


def _foreign_failure(error: Exception, stage: Stage) -> StageFailure:
    if stage is Stage.LOGIN:
        hint = (
            "get a ticket with kinit, or run this command as an account of the domain; the agent logs in with its own account"
        )
        return StageFailure(Failure.LOGIN_REFUSED, "no login by Kerberos came about", hint=hint, stage=stage)
    kind = type(error).__name__
    return StageFailure(Failure.MALFORMED_ANSWER, f"the answer of the server can't be understood ({kind})", stage=stage)


def _is_of_library(error: Exception) -> bool:
    """Whether it arose in the libraries, whose decoders fail in many ways on bytes that are no LDAP."""
    modules = (str(frame.f_globals.get("__name__", "")) for frame, _line in traceback.walk_tb(error.__traceback__))
    return not {"ldap3", "pyasn1"}.isdisjoint(each.partition(".")[0] for each in modules)


def _paging(size: int, cookie: bytes) -> Control:
    from ldap3.protocol.rfc2696 import paged_search_control

    control: Any = paged_search_control(criticality=True, size=size, cookie=cookie or None)
    return control  # type: ignore[no-any-return]


def _cookie(answer: Answer, control: str) -> bytes:
    value = answer.controls.get(control, {}).get("value") or {}
    return value.get("cookie") or b"" if isinstance(value, Mapping) else b""


def _entry(found: Mapping[str, Any]) -> Entry:
    raw = found.get("raw_attributes") or {}
    return Entry(str(found.get("dn", "")), {str(name).lower(): tuple(values) for name, values in raw.items()})
