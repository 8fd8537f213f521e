"""SCIM 2 by both revisions of the package: tables for the resource types, and for the memberships of each.

The first revision adds ``/v2`` to the address itself and knows dialects; the second takes the address as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from idmxml.drivers.driver import (
    ALL,
    COMPLETE_ONLY,
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
from idmxml.drivers.http_answers import Answer, status_failure
from idmxml.drivers.http_login import (
    HttpAddress,
    Login,
    anonymous,
    by_account,
    by_request,
    by_token,
    given,
    is_given,
    read_http_address,
)
from idmxml.drivers.http_session import Session, connected
from idmxml.drivers.scim_schema import (
    FIRST,
    FIRST_OF_CYBERARK,
    SECOND,
    Naming,
    ResourceType,
    Schemas,
    named_tables,
    resource_types,
    schemas_of,
    types_of_schemas,
)
from idmxml.settings.secret import MASK
from idmxml.snapshots.snapshot import count_words

ACCEPT: Final = "application/scim+json, application/json"
VERSION: Final = "/v2"
VERSIONED: Final = re.compile(r"/[Vv][0-9]")
RFC, SALESFORCE, CYBERARK = "rfc", "salesforce", "cyberark"
MOST_TRIED: Final = 10
LONG_AFTER: Final = 'meta.lastModified gt "2999-12-31T23:59:59Z"'
TOKEN_HINT: Final = "check the account; when the service wants a token, name the address that gives it in 'OAuth2Url'"  # noqa: S105
LOGIN_HINT: Final = "give OAuthToken, or Login and Password"
FILTER_HINT: Final = "correct the part of the filter for this entity"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of ``Filter``: what it filters, and the query that does."""

    entity: str
    query: str


@dataclass(frozen=True, slots=True)
class Access:
    """How a revision of the package gets at a service, and names what it finds."""

    address: HttpAddress
    login: Login
    naming: Naming
    parts: tuple[Part, ...]
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class ScimDriver:
    """The first revision of the package, with its dialects."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at the service, and query what the mode needs."""
        if mode is Mode.INCREMENTAL and _dialect(settings) == CYBERARK:
            yield COMPLETE_ONLY
            return
        yield from _check(settings, _first(settings), mode)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables of the entities and of their members."""
        return _discover(settings, _first(settings), wanted)


@dataclass(frozen=True, slots=True)
class Scim2Driver:
    """The second revision of the package."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at the service, and query what the mode needs."""
        yield from _check(settings, _second(settings), mode)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables of the resource types and of their associations."""
        return _discover(settings, _second(settings), wanted)


def _dialect(settings: Settings) -> str:
    dialect = settings.text("ScimSyntax", RFC).strip().casefold() or RFC
    if dialect not in {RFC, SALESFORCE, CYBERARK}:
        raise settings.wrong("ScimSyntax", "is neither RFC, Salesforce nor CyberArk")
    return dialect


def _first(settings: Settings) -> Access:
    settings.remaining()
    address = first_address(settings)
    return Access(address, _login(settings), first_naming(settings), tuple(_url_filters(settings)))


def first_address(settings: Settings) -> HttpAddress:
    """Where the service of the first revision is, the version it adds itself included."""
    address = read_http_address(settings, "Server")
    if address.path.casefold().endswith(VERSION):
        raise settings.wrong("Server", "ends with /v2, which the export adds itself", "remove /v2 from its end")
    return replace(address, path=address.path + VERSION)


def first_naming(settings: Settings) -> Naming:
    """How the first revision names what it exports, by its dialect."""
    return FIRST_OF_CYBERARK if _dialect(settings) == CYBERARK else FIRST


def _second(settings: Settings) -> Access:
    settings.remaining()
    address = read_http_address(settings, "Server")
    if not VERSIONED.search(address.path):
        raise settings.wrong(
            "Server", "has no version in its path", "add the version of the service, as in https://host/scim/v2"
        )
    extra = {name.lower(): settings.text(name) for name in ("Scope", "Resource") if is_given(settings, name)}
    return Access(address, _login(settings, extra), SECOND, tuple(_expressions(settings)), is_second=True)


def _login(settings: Settings, extra: Mapping[str, str] | None = None) -> Login:
    """The login: a token that is given counts before one that is fetched, and that before an account."""
    if is_given(settings, "OAuthToken"):
        return by_token(settings, "OAuthToken")
    if is_given(settings, "OAuth2Url"):
        return by_request(settings, "OAuth2Url", *_form(settings, extra or {}))
    if is_given(settings, "Login") or is_given(settings, "Password"):
        return replace(by_account(settings), hint=TOKEN_HINT)
    if is_given(settings, "ApplicationId"):
        hint = "the address that gives tokens can't be found from here: give it, or OAuthToken"
        failure = settings.missing("OAuth2Url")
        raise StageFailure(failure.failure, failure.message, setting=failure.setting, hint=hint)
    return anonymous(settings, "OAuthToken", LOGIN_HINT)


def _form(settings: Settings, extra: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The setting that names the account, and the form that asks for its token (RFC 6749, 4.3 and 4.4)."""
    form = dict(extra)
    if is_given(settings, "ApplicationId"):
        form.update(client_id=given(settings, "ApplicationId"), client_secret=given(settings, "ApplicationKey"))
    if is_given(settings, "Login"):
        account = {"username": given(settings, "Login"), "password": given(settings, "Password")}
        return "Login", {"grant_type": "password", **account, **form}
    given(settings, "ApplicationId")
    return "ApplicationId", {"grant_type": "client_credentials", **form}


def _url_filters(settings: Settings) -> Iterator[Part]:
    """The parts of a filter ``<Entity>|?<query>``; the older form, which lists attributes, filters nothing."""
    for part in settings.text("Filter", "").split("*"):
        entity, bar, query = part.partition("|")
        if bar and "?" in query and ";" not in entity:
            yield Part(entity.strip(), urlencode(parse_qsl(query.partition("?")[2], keep_blank_values=True), quote_via=quote))


def _expressions(settings: Settings) -> Iterator[Part]:
    text = settings.text("Filter", "").strip()
    for part in text.split("*") if text else ():
        entity, _bar, expression = (each.strip() for each in part.partition("|"))
        if not entity or not expression:
            raise settings.wrong("Filter", "is not made of <ResourceType>|<expression>, with an asterisk between two")
        yield Part(entity, urlencode({"filter": expression}, quote_via=quote))


def _check(settings: Settings, access: Access, mode: Mode) -> Iterator[StageResult]:
    with Session(settings, access.address, access.login) as session:
        yield from session.connect()
        config = _config(session)
        yield session.logged_in()
        types, schemas = _described(session, Stage.READ)
        yield _read(session, types)
        tables = tuple(named_tables(types, schemas, access.naming, settings.table, ALL))
        yield passed(Stage.SCHEMA, count_words(tables), *_untold(types, schemas))
        if mode is Mode.COMPLETE:
            yield _complete(session, access, types)
        else:
            yield _incremental(session, access, types, config)


def _discover(settings: Settings, access: Access, wanted: Wanted) -> tuple[Table, ...]:
    if wanted.is_nothing:
        return ()
    with connected(settings, access.address, access.login) as session:
        types, schemas = _described(session, Stage.SCHEMA)
    tables = named_tables(types, schemas, access.naming, settings.table, wanted)
    return wanted.among(tables)


def _config(session: Session) -> Mapping[str, Any]:
    """What the service can do; nothing when it does not tell."""
    answer = session.answer("/ServiceProviderConfig", ACCEPT, Stage.LOGIN)
    if answer.is_absent or answer.status == 403:
        return {}
    stored = session.read_json(answer, Stage.LOGIN)
    return stored if isinstance(stored, Mapping) else {}


def _described(session: Session, stage: Stage) -> tuple[tuple[ResourceType, ...], Schemas]:
    """The resource types and schemas that the service tells."""
    answer = session.answer("/ResourceTypes", ACCEPT, stage)
    types = () if answer.is_absent else resource_types(session.read_json(answer, stage), session.address.path)
    schemas = schemas_of(session.fetch_json("/Schemas", ACCEPT, stage))
    types = types or types_of_schemas(schemas)
    if not types:
        message = "the service tells no resource types"
        raise StageFailure(Failure.SCHEMA_FAILED, message, setting=session.address.setting)
    return types, schemas


def _untold(types: tuple[ResourceType, ...], schemas: Schemas) -> Iterator[str]:
    for kind in types:
        missing = next((each for each in (kind.schema, *kind.extensions) if each.casefold() not in schemas), None)
        if missing:
            yield f"the service does not tell the schema '{missing}', so the columns of '{kind.path}' are not known"


def _query(session: Session, kind: ResourceType, query: str, stage: Stage) -> Answer:
    """The answer for one resource at most."""
    more = f"&{query}" if query else ""
    return session.answer(f"/{quote(kind.path)}?startIndex=1&count=1{more}", ACCEPT, stage)


def _read(session: Session, types: tuple[ResourceType, ...]) -> StageResult:
    """That resources may be read: of some type, if not of all of them."""
    answers = [(kind, _query(session, kind, "", Stage.READ)) for kind in types[:MOST_TRIED]]
    readable = [kind.path for kind, answer in answers if answer.is_success]
    if not readable:
        _kind, answer = next((each for each in answers if each[1].status == 403), answers[0])
        raise session.failed(answer, Stage.READ)
    warnings = (f"'{kind.path}' can't be read: status {answer.status}" for kind, answer in answers if not answer.is_success)
    return passed(Stage.READ, f"{', '.join(readable)} readable", *warnings)


def _filtered(access: Access, kind: ResourceType) -> str:
    entities = {kind.path.casefold(), kind.entity.casefold()}
    return next((each.query for each in access.parts if each.entity.casefold() in entities), "")


def _complete(session: Session, access: Access, types: tuple[ResourceType, ...]) -> StageResult:
    """That the filters of the settings are understood."""
    filtered = [kind for kind in types if _filtered(access, kind)]
    for kind in filtered:
        _accepted(session, kind, _filtered(access, kind), Mode.COMPLETE)
    names = {each.casefold() for kind in types for each in (kind.path, kind.entity)}
    unknown = [each.entity for each in access.parts if each.entity.casefold() not in names]
    shown = [MASK] * len(unknown) if session.settings.is_sealed("Filter") else unknown
    warnings = [f"'Filter' names '{each}', which the service does not have" for each in shown]
    return passed(Stage.COMPLETE, f"{', '.join(each.path for each in filtered)} filtered" if filtered else "", *warnings)


def _accepted(session: Session, kind: ResourceType, query: str, mode: Mode) -> None:
    answer = _query(session, kind, query, mode.stage)
    if answer.status == 400:
        message = f"the service refuses the filter for '{kind.path}'"
        setting = session.settings.full_name("Filter")
        raise StageFailure(Failure.MODE_FAILED, message, setting=setting, hint=FILTER_HINT, stage=mode.stage)
    if not answer.is_success:
        raise status_failure(answer, mode.stage, session.address.setting)


def _incremental(session: Session, access: Access, types: tuple[ResourceType, ...], config: Mapping[str, Any]) -> StageResult:
    """That the service filters by the time of the last change; a warning only, where the export may know another way."""
    users = next((each for each in types if each.entity.casefold() == "users"), types[0])
    supported = config.get("filter")
    is_told = isinstance(supported, Mapping) and supported.get("supported") is False
    if not is_told and _query(session, users, urlencode({"filter": LONG_AFTER}, quote_via=quote), Stage.INCREMENTAL).is_success:
        return passed(Stage.INCREMENTAL, "the service filters by the time of the last change")
    message = "the service does not filter by the time of the last change, meta.lastModified"
    if not access.is_second:
        return passed(Stage.INCREMENTAL, "", f"{message}, so the export may have to read all users")
    hint = "export complete only, or have the service filter by meta.lastModified"
    raise StageFailure(Failure.MODE_FAILED, message, setting=access.address.setting, hint=hint, stage=Stage.INCREMENTAL)
