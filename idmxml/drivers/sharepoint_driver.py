"""SharePoint: its eight fixed tables, and as much of the login as is sure.

The documentation does not say how the export logs in. A site that asks for NTLM or HTTP Basic, as those on premises do, gets
the account by it. Where one asks for something else, as SharePoint Online does, neither the login nor what needs one is tried.
Nor is it documented how an incremental export finds changes, so that mode is not tried. The requests lie in
``schemas/sharepoint-requests.json``, the tables in ``schemas/fixed-tables``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from idmxml.drivers.driver import (
    CHANGES_NOT_DOCUMENTED,
    Failure,
    Mode,
    Settings,
    Skip,
    Stage,
    StageFailure,
    StageResult,
    Table,
    Wanted,
    passed,
    require,
    skipped,
)
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.drivers.http_answers import Answer, status_failure
from idmxml.drivers.http_login import Login, anonymous, by_account, given, is_given, read_http_address
from idmxml.drivers.http_session import Session
from idmxml.drivers.sharepoint_sites import look_at_sites
from idmxml.facts.files import read_stored
from idmxml.snapshots.snapshot import count_words
from idmxml.stages import without_telling

PAGE: Final = "sharepoint"
EXTRA: Final = "sharepoint"
ACCEPT: Final = "application/json;odata=verbose"
LEVELS: Final = ("site", "list", "listitem")
USUAL_LEVEL, USUAL_MILLISECONDS = "ListItem", 300_000
SCHEME: Final = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s|,|$)")
LOGIN_HINT: Final = "check Login and Password, and give Domain when the login has none in it"
RIGHT_HINT: Final = "make the account an owner of the site"
OTHER_LOGIN: Final = (
    "the site asks for another login than NTLM or HTTP Basic, and how the export logs in there is not documented"
)
NO_LOGIN: Final = "the site answers without a login"


@dataclass(frozen=True, slots=True)
class SharePointDriver:
    """Logs in where the site asks for it in a way that is sure, and reads what the scan of the root site begins with."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Reach the site, log in, and read one of each kind of object the scan reads."""
        with _session(settings) as session:
            level = _level(settings)
            yield from session.connect()
            answer = _entered(session)
            yield _login_stage(session, answer)
            if answer is not None:
                yield _read(session, answer, level)
            else:
                yield skipped(Stage.READ, Skip.NOT_TRIED)
            yield passed(Stage.SCHEMA, count_words(fixed_tables(settings, PAGE)))
            if mode is Mode.INCREMENTAL:
                yield CHANGES_NOT_DOCUMENTED
            else:
                yield passed(mode.stage) if answer is not None else skipped(mode.stage, Skip.NOT_TRIED)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The eight tables of every such connection, once its site is found."""
        with _session(settings) as session:
            _level(settings)
            tables = wanted.among(fixed_tables(settings, PAGE))
            if tables:
                without_telling(session.connect())
                _entered(session)
        return tables


def _session(settings: Settings) -> Session:
    """A session without a login as yet; StageFailure when settings are missing or wrong."""
    settings.remaining()
    address = read_http_address(settings, "Server")
    for name in ("Login", "Password"):
        given(settings, name)
    milliseconds = settings.number("TimeOut", USUAL_MILLISECONDS)
    if milliseconds <= 0:
        milliseconds = USUAL_MILLISECONDS
    return Session(settings, address, anonymous(settings, "Login", LOGIN_HINT), milliseconds / 1000)


def _level(settings: Settings) -> int:
    name = settings.text("Scanlevel", USUAL_LEVEL).strip().casefold() or LEVELS[-1]
    if name not in LEVELS:
        raise settings.wrong("Scanlevel", "is neither Site, List nor ListItem")
    return LEVELS.index(name)


@lru_cache(maxsize=1)
def _requests() -> Mapping[str, Any]:
    stored: Mapping[str, Any] = read_stored("sharepoint-requests.json")
    return stored


def _entered(session: Session) -> Answer | None:
    """The answer about the account, logged in as the site asks for; None when it asks for what is not documented."""
    path = _requests()["account"]
    answer = session.any_answer(path, ACCEPT, Stage.LOGIN)
    if answer.status == 401:
        login = _login(session, {each.casefold() for each in SCHEME.findall(answer.headers.get("www-authenticate", ""))})
        if login is None:
            return None
        session.use(login)
        return session.answer(path, ACCEPT, Stage.LOGIN)
    is_open = answer.is_success and not answer.is_page
    if not is_open and (answer.status == 403 or answer.is_success or 300 <= answer.status < 400):
        return None
    if not is_open:
        raise status_failure(answer, Stage.LOGIN, session.address.setting)
    return answer


def _login(session: Session, schemes: set[str]) -> Login | None:
    settings, name = session.settings, session.settings.full_name("Login")
    user = given(settings, "Login")
    if is_given(settings, "Domain"):
        user = f"{given(settings, 'Domain').strip()}\\{user}"
    if "ntlm" in schemes:
        require("spnego", EXTRA)
        from idmxml.drivers.ntlm_login import NtlmExchange

        exchange = NtlmExchange(user, given(settings, "Password"), session.address.host)
        return Login(name, "the password was accepted", hint=LOGIN_HINT, exchange=exchange)
    if "basic" in schemes:
        filled = replace(settings, values={**settings.values, "Login": user})
        return replace(by_account(filled), hint=LOGIN_HINT)
    return None


def _login_stage(session: Session, answer: Answer | None) -> StageResult:
    if answer is None:
        return skipped(Stage.LOGIN, Skip.NOT_TRIED, OTHER_LOGIN)
    return session.logged_in() if session.has_login else skipped(Stage.LOGIN, Skip.NOT_TRIED, NO_LOGIN)


def _read(session: Session, answer: Answer, level: int) -> StageResult:
    """That the account may read the root site, and what the scan of it needs at a level."""
    if answer.status != 403:
        session.read_json(answer, Stage.READ)
    names: list[str] = []
    for each in _requests()["parts"]:
        if LEVELS.index(each["level"].casefold()) <= level:
            _look(session, each["name"], each["path"])
            names.append(each["name"])
    return passed(Stage.READ, f"{', '.join(names)} readable", *look_at_sites(session.settings))


def _look(session: Session, name: str, path: str) -> None:
    answer = session.answer(path, ACCEPT, Stage.READ)
    if answer.status == 403:
        message = f"the account may not read {name}"
        raise StageFailure(Failure.NO_RIGHT, message, setting=session.login.setting, hint=RIGHT_HINT)
    if not isinstance(session.read_json(answer, Stage.READ), Mapping):
        message = f"the answer is not what SharePoint gives for {name}"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=session.address.setting)
