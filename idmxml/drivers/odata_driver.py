"""Services of OData, versions 2 to 4: tables for the entity sets and navigation properties that ``$metadata`` tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from idmxml.drivers.driver import (
    ALL,
    COMPLETE_ONLY,
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
    skipped,
)
from idmxml.drivers.http_answers import Answer
from idmxml.drivers.http_login import Login, anonymous, by_account, by_request, by_token, given, is_given, read_http_address
from idmxml.drivers.http_session import JSON, Session, connected
from idmxml.drivers.odata_answers import ACCEPT_METADATA, METADATA, metadata_of
from idmxml.drivers.odata_metadata import Metadata
from idmxml.drivers.odata_tables import named_tables
from idmxml.snapshots.snapshot import count_words

LOGIN_HINT: Final = "give Login and Password, BearerToken, or ClientId, ClientSecret and AuthenticationUrl"
MOST_TRIED: Final = 5
"""How many entity sets are queried; large services have hundreds."""


@dataclass(frozen=True, slots=True)
class ODataDriver:
    """Reads the metadata, and queries the first entity sets for one entity each."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at the service: reach it, log in, read an entity, and the metadata."""
        settings.remaining()
        address, login = read_http_address(settings, "Server"), _login(settings)
        if mode is Mode.INCREMENTAL:
            yield COMPLETE_ONLY
            return
        with Session(settings, address, login) as session:
            yield from session.connect()
            answer = session.fetch(METADATA, ACCEPT_METADATA, Stage.READ)
            yield session.logged_in()
            metadata = _metadata(session, answer)
            read = _read(session, metadata)
            yield read
            tables = tuple(named_tables(metadata, settings.table, ALL))
            yield passed(Stage.SCHEMA, count_words(tables), *_unknown(tables))
            tried = read.status == "passed"
            yield passed(Stage.COMPLETE) if tried else skipped(Stage.COMPLETE, Skip.NOT_TRIED)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The tables of the entity sets and of their navigation properties."""
        settings.remaining()
        if wanted.is_nothing:
            return ()
        address, login = read_http_address(settings, "Server"), _login(settings)
        with connected(settings, address, login) as session:
            metadata = _metadata(session, session.fetch(METADATA, ACCEPT_METADATA, Stage.READ))
        return wanted.among(named_tables(metadata, settings.table, wanted))


def _login(settings: Settings) -> Login:
    """The login: a token that is given counts before one that is fetched, and that before an account."""
    if is_given(settings, "BearerToken"):
        return by_token(settings, "BearerToken")
    if is_given(settings, "ClientId") or is_given(settings, "AuthenticationUrl"):
        form = {
            "grant_type": "client_credentials",
            "client_id": given(settings, "ClientId"),
            "client_secret": given(settings, "ClientSecret"),
        }
        return by_request(settings, "AuthenticationUrl", "ClientId", form)
    if is_given(settings, "Login") or is_given(settings, "Password"):
        return by_account(settings)
    return anonymous(settings, "Login", LOGIN_HINT)


def _metadata(session: Session, answer: Answer) -> Metadata:
    metadata = metadata_of(session, answer, Stage.READ)
    if not metadata.sets:
        message = "the metadata of the service holds no entity set"
        raise StageFailure(Failure.SCHEMA_FAILED, message, setting=session.address.setting)
    return metadata


def _read(session: Session, metadata: Metadata) -> StageResult:
    """That entities may be read. A service may ask for more than a query holds, which tells nothing of rights."""
    sets = metadata.sets[:MOST_TRIED]
    answers = [(each.name, session.answer(f"/{quote(each.name)}?$top=1", JSON, Stage.READ)) for each in sets]
    readable = [name for name, answer in answers if answer.is_success and not answer.is_page]
    if readable:
        warnings = (f"'{name}' can't be read: status {answer.status}" for name, answer in answers if answer.status == 403)
        return passed(Stage.READ, f"{', '.join(readable)} readable", *warnings)
    failing = [answer for _name, answer in answers if answer.status == 403 or answer.is_passing]
    if len(failing) == len(answers):
        raise session.failed(failing[0], Stage.READ)
    return skipped(Stage.READ, Skip.NOT_TRIED, "the service answers no simple query of its entity sets")


def _unknown(tables: tuple[Table, ...]) -> Iterator[str]:
    for each in tables:
        if not each.columns:
            yield f"the metadata does not tell all of the types of '{each.identifier}', so its columns are not known"
