"""Resources, role definitions and role assignments of an Azure subscription, in three fixed tables.

The paths at the Azure Resource Manager lie in ``schemas/azure-management.json``, the tables in ``schemas/fixed-tables``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from idmxml.drivers.driver import (
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
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.drivers.http_answers import Answer
from idmxml.drivers.http_login import HttpAddress, Login, given, read_http_address
from idmxml.drivers.http_session import JSON, Session, connected
from idmxml.drivers.microsoft_login import AUTHORITY, by_application, tenant_authority
from idmxml.facts.files import read_stored
from idmxml.snapshots.snapshot import count_words

PAGE: Final = "azure"
API, SCOPE, SUBSCRIPTION = "AzurePathApi", "AzurePath", "SubscriptionId"
UNKNOWN: Final = frozenset({400, 404})
"""Statuses by which a subscription is told not to be there, or not to be one."""
RIGHT_HINT: Final = "give the application the role Reader on the subscription"


@dataclass(frozen=True, slots=True)
class AzureDriver:
    """``authority`` is the service that gives tokens."""

    authority: str = AUTHORITY

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Get a token, find the subscription, and ask for each list that the export reads."""
        settings.remaining()
        address, login = self._access(settings)
        if mode is Mode.INCREMENTAL:
            yield COMPLETE_ONLY
            return
        with Session(settings, address, login) as session:
            yield from session.connect()
            answer = session.answer(_path(settings, _paths()["subscription"]), JSON, Stage.READ)
            yield session.logged_in()
            _found(session, answer)
            for name, path in _paths()["lists"].items():
                _readable(session, name, session.answer(_path(settings, path), JSON, Stage.READ))
            yield passed(Stage.READ, f"{', '.join(_paths()['lists'])} readable")
            yield passed(Stage.SCHEMA, count_words(fixed_tables(settings, PAGE)))
        yield passed(mode.stage)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The three tables of every such connection, once its subscription is found."""
        settings.remaining()
        address, login = self._access(settings)
        tables = wanted.among(fixed_tables(settings, PAGE))
        if tables:
            with connected(settings, address, login) as session:
                _found(session, session.answer(_path(settings, _paths()["subscription"]), JSON, Stage.READ))
        return tables

    def _access(self, settings: Settings) -> tuple[HttpAddress, Login]:
        address = read_http_address(settings, API)
        given(settings, SUBSCRIPTION)
        return address, by_application(settings, SCOPE, tenant_authority(settings, self.authority))


@lru_cache(maxsize=1)
def _paths() -> Mapping[str, Any]:
    paths: Mapping[str, Any] = read_stored("azure-management.json")
    return paths


def _path(settings: Settings, pattern: str) -> str:
    return pattern.replace("{subscription}", quote(given(settings, SUBSCRIPTION).strip(), safe=""))


def _found(session: Session, answer: Answer) -> None:
    """StageFailure when the answer is not the subscription."""
    if answer.status in UNKNOWN:
        setting = session.settings.full_name(SUBSCRIPTION)
        hint = f"check the identifier; a subscription without any role for the application is not found either: {RIGHT_HINT}"
        raise StageFailure(Failure.NOT_FOUND, "the tenant has no such subscription", setting=setting, hint=hint)
    _denied(session, answer, "the subscription")
    _object(session, answer)


def _readable(session: Session, name: str, answer: Answer) -> None:
    """StageFailure when the answer is not the list that a table is made from."""
    _denied(session, answer, f"what the table {name} is made from")
    if not isinstance(_object(session, answer).get("value"), list):
        raise _malformed(session)


def _denied(session: Session, answer: Answer, what: str) -> None:
    if answer.status == 403:
        message = f"the application may not read {what}"
        raise StageFailure(Failure.NO_RIGHT, message, setting=session.login.setting, hint=RIGHT_HINT)


def _object(session: Session, answer: Answer) -> Mapping[str, Any]:
    stored = session.read_json(answer, Stage.READ)
    if not isinstance(stored, Mapping):
        raise _malformed(session)
    return stored


def _malformed(session: Session) -> StageFailure:
    return StageFailure(Failure.MALFORMED_ANSWER, "the answer is not what Azure gives", setting=session.address.setting)
