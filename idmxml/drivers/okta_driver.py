"""Okta through its management API: five fixed tables, the profiles of users and groups as the organisation defines them.

Okta can't be run by the tests, which hold the driver to a service that answers as its API is documented.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from idmxml.drivers.driver import (
    ALL,
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
from idmxml.drivers.http_login import HttpAddress, Login, by_token, given, read_http_address
from idmxml.drivers.http_session import JSON, Session, connected
from idmxml.drivers.okta_schema import NoSchemaError, joined, profile_columns, schema_names, tells_all_schemas
from idmxml.snapshots.snapshot import count_words

PAGE: Final = "okta"
KIND: Final = "SSWS"
API: Final = "/api/v1"
LISTED: Final = ("users", "groups", "apps")
"""The tables that the service lists as a whole; the others are lists of each group."""
UNTOLD: Final = {"users": ("credentials.", "_embedded.", "_links."), "groups": ("",), "apps": ("",)}
"""How attributes begin that only some rows have, as those of groups from other directories, and that are not described."""
PROFILE: Final = "profile."
MOST_TYPES: Final = 100
SCHEMA_HINT: Final = (
    "give the administrator whose token it is the right to read schemas; only the schema needs it, not the export"
)
TOKEN_HINT: Final = "have a new token made in Okta: one ends when it was not used for 30 days, or with its administrator"  # noqa: S105  advice


@dataclass(frozen=True, slots=True)
class OktaDriver:
    """Asks for one object of each list, and for the schemas of profiles."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Look at the service: reach it, log in, read an object of each list, and the schemas."""
        address, login = _access(settings)
        with Session(settings, address, login) as session:
            yield from session.connect()
            answers = {each: session.answer(f"{API}/{each}?limit=1", JSON, Stage.READ) for each in LISTED}
            yield session.logged_in()
            yield _read(session, answers)
            yield passed(Stage.SCHEMA, count_words(_tables(session, ALL)))
        yield passed(Stage.COMPLETE) if mode is Mode.COMPLETE else CHANGES_NOT_DOCUMENTED

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The five tables; those of links come without columns, as theirs are not documented."""
        address, login = _access(settings)
        if wanted.is_nothing:
            return ()
        with connected(settings, address, login) as session:
            return _tables(session, wanted)


def _access(settings: Settings) -> tuple[HttpAddress, Login]:
    settings.remaining()
    address = read_http_address(settings, "Server")
    given(settings, "ApiKey")
    return address, replace(by_token(settings, "ApiKey", KIND), hint=TOKEN_HINT)


def _read(session: Session, answers: Mapping[str, Answer]) -> StageResult:
    """That lists may be read: some, if not all of them."""
    readable = [name for name, answer in answers.items() if answer.is_success]
    for name in readable:
        if not isinstance(session.read_json(answers[name], Stage.READ), list):
            message = f"the answer for '{name}' is no list of objects"
            raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=session.address.setting)
    others = [each for each in answers.values() if not each.is_success]
    broken = next((each for each in others if each.is_passing), others[0] if not readable else None)
    if broken is not None:
        raise session.failed(broken, Stage.READ)
    denied = (f"'{name}' can't be read: status {answer.status}" for name, answer in answers.items() if name not in readable)
    return passed(Stage.READ, f"{', '.join(readable)} readable", *denied)


def _tables(session: Session, wanted: Wanted) -> tuple[Table, ...]:
    settings = session.settings
    found: list[Table] = []
    for table in wanted.among(fixed_tables(settings, PAGE)):
        suffix = settings.suffix_of(table.identifier) or ""
        columns, untold = list(table.columns), UNTOLD.get(suffix, ())
        if suffix == "users":
            names, are_all = _user_schemas(session)
            columns += [each for name in names for each in _profile(session, f"user/{name}")]
            untold += () if are_all else (PROFILE,)
        elif suffix == "groups":
            columns += _profile(session, "group/default")
        known = {each.identifier for each in columns}
        mapped = wanted.columns_of(table.identifier) - known
        columns += [Column(each) for each in sorted(mapped) if each.startswith(untold)]
        found.append(replace(table, columns=joined(columns)))
    return tuple(found)


def _user_schemas(session: Session) -> tuple[tuple[str, ...], bool]:
    """The schemas of the types of users, and whether these are all; the default one alone where types can't be listed."""
    answer = session.answer(f"{API}/meta/types/user", JSON, Stage.SCHEMA)
    if answer.is_absent or answer.status == 403:
        return schema_names(None), False
    stored = session.read_json(answer, Stage.SCHEMA)
    names = schema_names(stored)
    return names[:MOST_TYPES], tells_all_schemas(stored) and len(names) <= MOST_TYPES


def _profile(session: Session, name: str) -> list[Column]:
    """The columns of a schema; StageFailure when it can't be read."""
    answer = session.answer(f"{API}/meta/schemas/{quote(name)}", JSON, Stage.SCHEMA)
    if answer.status == 403:
        setting = session.login.setting
        message = "the service denies this account the schemas of profiles"
        raise StageFailure(Failure.NO_RIGHT, message, setting=setting, hint=SCHEMA_HINT, stage=Stage.SCHEMA)
    try:
        return list(profile_columns(session.read_json(answer, Stage.SCHEMA)))
    except NoSchemaError:
        message = "the answer is no schema of a profile"
        setting = session.address.setting
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=setting, stage=Stage.SCHEMA) from None
