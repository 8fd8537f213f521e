"""Google Workspace through the Admin SDK: users and groups as Google's discovery service describes them, and members.

Paths and reasons of refusals lie in ``schemas/google-directory.json``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

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
from idmxml.drivers.google_login import USER, by_service_account, directory
from idmxml.drivers.google_schema import google_tables, schemas_of
from idmxml.drivers.http_answers import Answer, loose_object, status_failure
from idmxml.drivers.http_login import HttpAddress, Login, http_address
from idmxml.drivers.http_session import JSON, Session, connected
from idmxml.snapshots.snapshot import count_words

SIZE: Final = "PageSize"
SMALLEST, LARGEST, USUAL = 1, 500, 50
RIGHT_HINT: Final = "give the user a role of administrator that may read users and groups"
DISABLED_HINT: Final = "enable the Admin SDK in the project of the service account"


@dataclass(frozen=True, slots=True)
class GoogleWorkspaceDriver:
    """``service`` is the address of the Admin SDK, empty for the public one."""

    service: str = ""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Get a token, read a user and a group, the description of both, and a member of the group."""
        settings.remaining()
        if mode is Mode.INCREMENTAL:
            yield COMPLETE_ONLY
            return
        _page_size(settings)
        address, login = self._access(settings)
        with Session(settings, address, login) as session:
            yield from session.connect()
            answers = {name: session.answer(each["path"], JSON, Stage.READ) for name, each in directory()["resources"].items()}
            yield session.logged_in()
            rows = {name: _rows(session, name, answer, Stage.READ) for name, answer in answers.items()}
            yield passed(Stage.READ, f"{', '.join(rows)} readable")
            yield passed(Stage.SCHEMA, count_words(_tables(session, ALL)))
            yield _complete(session, rows["Groups"])

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The three tables of every such connection."""
        settings.remaining()
        if wanted.is_nothing:
            return ()
        _page_size(settings)
        address, login = self._access(settings)
        with connected(settings, address, login) as session:
            return wanted.among(_tables(session, wanted))

    def _access(self, settings: Settings) -> tuple[HttpAddress, Login]:
        login = by_service_account(settings)
        return http_address(settings, "", self.service or directory()["service"]), login


def _page_size(settings: Settings) -> None:
    if not SMALLEST <= settings.number(SIZE, USUAL) <= LARGEST:
        raise settings.wrong(SIZE, f"is not between {SMALLEST} and {LARGEST}")


def _tables(session: Session, wanted: Wanted) -> tuple[Table, ...]:
    settings = session.settings
    stored = session.fetch_json(directory()["discovery"], JSON, Stage.SCHEMA)
    schemas = schemas_of(stored)
    if not all(schemas.get(each["schema"]) for each in directory()["resources"].values()):
        message = "Google's description of the directory holds no users and groups"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, stage=Stage.SCHEMA)
    own = {name: wanted.columns_of(settings.table(name)) for name in directory()["resources"]}
    return tuple(replace(each, identifier=settings.table(each.identifier)) for each in google_tables(schemas, own))


def _rows(session: Session, table: str, answer: Answer, stage: Stage) -> list[Any]:
    """The rows of an answer; StageFailure when they are not given."""
    resource = directory()["resources"].get(table) or directory()["members"]
    if answer.status == 403:
        raise _denied(session, table, answer, stage)
    stored = session.read_json(answer, stage)
    rows = stored.get(resource["list"], []) if isinstance(stored, Mapping) else None
    if not isinstance(rows, list):
        message = f"the answer is not what Google gives for the table {table}"
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=session.address.setting, stage=stage)
    return rows


def _denied(session: Session, table: str, answer: Answer, stage: Stage) -> StageFailure:
    reasons = set(_reasons(answer))
    if reasons & set(directory()["throttled"]):
        return status_failure(replace(answer, status=429), stage, session.address.setting)
    if reasons & set(directory()["disabled"]):
        message = "the project of the service account has no access to the Admin SDK"
        return StageFailure(Failure.NO_RIGHT, message, setting=session.login.setting, hint=DISABLED_HINT, stage=stage)
    message = f"the user may not read what the table {table} is made from"
    setting = session.settings.full_name(USER)
    return StageFailure(Failure.NO_RIGHT, message, setting=setting, hint=RIGHT_HINT, stage=stage)


def _reasons(answer: Answer) -> Iterator[str]:
    """The reasons that a refusal gives."""
    error = (loose_object(answer) or {}).get("error")
    for part in ("errors", "details"):
        listed = error.get(part) if isinstance(error, Mapping) else None
        yield from (
            str(each.get("reason")) for each in (listed if isinstance(listed, list) else ()) if isinstance(each, Mapping)
        )


def _complete(session: Session, groups: list[Any]) -> StageResult:
    """That the members of groups may be read; nothing is tried where there is no group."""
    group = next((each.get("id") for each in groups if isinstance(each, Mapping)), None)
    if not isinstance(group, str):
        return passed(Stage.COMPLETE, "there is no group whose members could be read")
    members = directory()["members"]
    answer = session.answer(members["path"].replace("{group}", quote(group, safe="")), JSON, Stage.COMPLETE)
    _rows(session, members["table"], answer, Stage.COMPLETE)
    return passed(Stage.COMPLETE, f"{members['table']} readable")
