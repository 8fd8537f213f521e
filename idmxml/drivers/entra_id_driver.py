"""Microsoft Entra ID through Microsoft Graph: its metadata tells the columns, and its delta queries are tried.

The documentation gives no value for ``MicrosoftAuthorityPath``. A whole address is taken as that of the authority, with ``{0}``
for the tenant, as programs of .NET write it; of anything else, neither the login nor what needs one is tried.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from idmxml.drivers.driver import (
    Column,
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
from idmxml.drivers.graph_schema import (
    OBJECTS,
    Entity,
    are_all_told,
    entities_of,
    exported,
    extension_columns,
    extensions_of_mappings,
    graph_tables,
    with_mapped,
)
from idmxml.drivers.http_answers import Answer, status_failure
from idmxml.drivers.http_login import HttpAddress, Login, anonymous, is_given, read_http_address
from idmxml.drivers.http_session import JSON, Body, Session, connected
from idmxml.drivers.microsoft_login import AUTHORITY, authority_of_pattern, by_application, tenant_authority
from idmxml.drivers.odata_answers import ACCEPT_METADATA, METADATA, metadata_of
from idmxml.drivers.odata_metadata import Metadata
from idmxml.snapshots.snapshot import count_words

GRAPH: Final = "MicrosoftGraphPathApi"
SCOPE: Final = "MicrosoftGraphPath"
AUTHORITY_PATTERN: Final = "MicrosoftAuthorityPath"
NOTHING: Final = Body(b"{}", {"Content-Type": "application/json"})
RIGHT_HINT: Final = (
    "give the application the permission Directory.Read.All of Microsoft Graph, and have an administrator consent"
)
UNKNOWN_AUTHORITY: Final = (
    f"'{AUTHORITY_PATTERN}' is no whole address, and its form is not documented, so no login is tried from here"
)
LATEST: Final = "$deltatoken=latest"
"""A delta query that gives no objects, but the link that asks for changes from now on."""
LINKS: Final = ("@odata.deltaLink", "@odata.nextLink")


@dataclass(frozen=True, slots=True)
class EntraIdDriver:
    """``authority`` is the service that gives tokens where the settings name none."""

    authority: str = AUTHORITY

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Get a token, read an object of each entity that is exported by default, and make a delta query for each."""
        settings.remaining()
        address, login = read_http_address(settings, GRAPH), self._login(settings)
        with Session(settings, address, login or _public(settings)) as session:
            yield from session.connect()
            if login is None:
                yield skipped(Stage.LOGIN, Skip.NOT_TRIED, UNKNOWN_AUTHORITY)
                yield skipped(Stage.READ, Skip.NOT_TRIED)
                yield _schema(session, _metadata(session))
                yield skipped(mode.stage, Skip.NOT_TRIED)
                return
            answers = _answers(session)
            yield session.logged_in()
            yield (read := _read(session, answers))
            yield _schema(session, _metadata(session), _extensions(session))
            readable = [each for each, answer in answers.items() if answer.is_success]
            yield passed(mode.stage, read.detail) if mode is Mode.COMPLETE else _incremental(session, readable)

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The table of directory objects, and those of their members and owners."""
        settings.remaining()
        if wanted.is_nothing:
            return ()
        address, login = read_http_address(settings, GRAPH), self._login(settings)
        objects = settings.table(OBJECTS)
        with connected(settings, address, login or _public(settings)) as session:
            metadata = _metadata(session)
            extensions = _extensions(session) if login is not None and wanted.wants(objects) else None
        if extensions is None:
            extensions = extensions_of_mappings(wanted.columns_of(objects))
        tables = graph_tables(settings, metadata, extensions)
        return tuple(with_mapped(each, wanted.columns_of(each.identifier)) for each in wanted.among(tables))

    def _login(self, settings: Settings) -> Login | None:
        """The login; None when its authority can't be told."""
        authority: HttpAddress | None = tenant_authority(settings, self.authority)
        if is_given(settings, AUTHORITY_PATTERN):
            authority = authority_of_pattern(settings, AUTHORITY_PATTERN)
        return None if authority is None else by_application(settings, SCOPE, authority)


def _public(settings: Settings) -> Login:
    """No login, which the metadata needs none of."""
    return anonymous(settings, AUTHORITY_PATTERN, "write the whole address of the authority that gives tokens")


def _metadata(session: Session) -> Metadata:
    metadata = metadata_of(session, session.fetch(METADATA, ACCEPT_METADATA, Stage.SCHEMA), Stage.SCHEMA)
    if not entities_of(metadata):
        message = "the metadata of the service tells of no directory objects"
        hint = "check that the address is that of Microsoft Graph with its version"
        raise StageFailure(Failure.SCHEMA_FAILED, message, setting=session.address.setting, hint=hint)
    return metadata


def _extensions(session: Session) -> tuple[Column, ...] | None:
    """The attributes that the tenant adds; None when they are not told to this application."""
    answer = session.answer(f"/{exported().extensions_path}", JSON, Stage.SCHEMA, NOTHING)
    if answer.is_success or answer.is_passing:
        stored = session.read_json(answer, Stage.SCHEMA)
        return extension_columns(stored) if are_all_told(stored) else None
    return None


def _schema(session: Session, metadata: Metadata, extensions: tuple[Column, ...] | None = None) -> StageResult:
    tables = tuple(graph_tables(session.settings, metadata, extensions or ()))
    untold = (
        "the attributes that the tenant adds are not told to the application; those that mappings name are taken as they are"
    )
    is_told = extensions is not None or session.login.request is None
    return passed(Stage.SCHEMA, count_words(tables), *(() if is_told else (untold,)))


def _answers(session: Session) -> Mapping[Entity, Answer]:
    return {each: session.answer(f"/{each.collection}?{each.query}", JSON, Stage.READ) for each in exported().entities}


def _read(session: Session, answers: Mapping[Entity, Answer]) -> StageResult:
    """That objects may be read: of some entity that is exported by default, if not of all of them."""
    for answer in answers.values():
        if answer.is_success or answer.is_passing:
            session.read_json(answer, Stage.READ)
    readable = [each.name for each, answer in answers.items() if answer.is_success]
    if not readable:
        refused = next((each for each in answers.values() if each.status == 403), next(iter(answers.values())))
        raise _refused(session, refused, Stage.READ)
    warnings = (
        f"'{each.name}' can't be read: status {answer.status}; mappings that name no entities in C0 need it"
        for each, answer in answers.items()
        if not answer.is_success
    )
    return passed(Stage.READ, f"{', '.join(readable)} readable", *warnings)


def _refused(session: Session, answer: Answer, stage: Stage) -> StageFailure:
    if answer.status == 403:
        failure = status_failure(answer, stage, session.login.setting)
        return StageFailure(failure.failure, failure.message, setting=failure.setting, hint=RIGHT_HINT, stage=stage)
    return status_failure(answer, stage, session.address.setting)


def _incremental(session: Session, entities: list[Entity]) -> StageResult:
    """That changes can be asked for: of some entity that can be read, if not of all of them."""
    answers = {each: session.answer(f"/{each.collection}/delta?{LATEST}", JSON, Stage.INCREMENTAL) for each in entities}
    for answer in answers.values():
        if answer.is_success or answer.is_passing:
            _with_link(session, answer)
    followed = [each.name for each, answer in answers.items() if answer.is_success]
    if not followed:
        refused = next(iter(answers.values()))
        if refused.status == 403:
            raise _refused(session, refused, Stage.INCREMENTAL)
        message = f"the service does not answer delta queries (status {refused.status})"
        setting = session.address.setting
        raise StageFailure(Failure.MODE_FAILED, message, setting=setting, stage=Stage.INCREMENTAL)
    warnings = (
        f"changes of '{each.name}' can't be asked for: status {answer.status}"
        for each, answer in answers.items()
        if not answer.is_success
    )
    return passed(Stage.INCREMENTAL, f"changes of {', '.join(followed)} can be asked for", *warnings)


def _with_link(session: Session, answer: Answer) -> None:
    """StageFailure when an answer has no link that asks for more changes."""
    stored = session.read_json(answer, Stage.INCREMENTAL)
    if not isinstance(stored, Mapping) or not any(isinstance(stored.get(each), str) for each in LINKS):
        message = "a delta query is answered without a link that asks for changes"
        setting = session.address.setting
        raise StageFailure(Failure.MALFORMED_ANSWER, message, setting=setting, stage=Stage.INCREMENTAL)
