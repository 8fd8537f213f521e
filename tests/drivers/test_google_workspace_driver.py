"""The driver of Google Workspace against services that answer as the Admin SDK and Google's tokens do."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from google_service import (
    ACCOUNT,
    DESCRIPTION,
    NEVER_TOLD,
    TOKEN,
    USER,
    Google,
    Tokens,
    denied,
    key_file,
    key_text,
    public_key_text,
    refused,
    told,
)
from http_service import Asked, Authorities, Told, refused_address, service
from jsonschema import Draft202012Validator
from service_faults import PAGE, connection_faults, run
from unknown_curve import key_of_unknown_curve

from idmxml.drivers.driver import ALL, Column, KeyKind, Settings, Table, ValueType, Wanted
from idmxml.drivers.google_workspace_driver import GoogleWorkspaceDriver
from idmxml.errors import EnvironmentFault
from idmxml.facts.files import read_stored
from idmxml.stages import Failure, Mode, Stage, StageFailure, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
COMPLETE = frozenset({Mode.COMPLETE})
FILE = "CredentialsFilePath"
DISCOVERY = "/$discovery/rest"
SECRET_LINE = key_text().splitlines()[3]
USERS = (
    Column("aliases", is_multivalued=True),
    Column("creationTime", ValueType.DATE_TIME),
    Column("customSchemas"),
    Column("emails", is_multivalued=True),
    Column("emails:address", is_multivalued=True),
    Column("emails:primary", ValueType.BOOL, is_multivalued=True),
    Column("gender"),
    Column("id", key=KeyKind.PRIMARY),
    Column("name"),
    Column("name:familyName"),
    Column("name:givenName"),
    Column("primaryEmail", key=KeyKind.UNIQUE),
    Column("suspended", ValueType.BOOL),
)
GROUPS = (
    Column("directMembersCount", ValueType.INT64),
    Column("email", key=KeyKind.UNIQUE),
    Column("id", key=KeyKind.PRIMARY),
    Column("nonEditableAliases", is_multivalued=True),
)
TABLES = (
    Table("GW_Users", USERS),
    Table("GW_Groups", GROUPS),
    Table("GW_Members", (Column("value"), Column("MemberId"))),
)


class Files:
    """Credentials files in a folder, the usual one with tokens from a service."""

    def __init__(self, folder: Path, tokens: str) -> None:
        self.folder = folder
        self.tokens = tokens

    def settings(self, text: str | None = None, **values: object) -> Settings:
        path = self.folder / f"{len(list(self.folder.iterdir()))}.json"
        path.write_text(key_file(self.tokens) if text is None else text, encoding="utf-8")
        given = {FILE: str(path), "User": USER, "PageSize": "100", **values}
        return Settings("GW", "Usercube.GoogleWorkspace@0000001", given, deadline=time.monotonic() + 30)


@pytest.fixture(scope="module")
def files(stack: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("keys"), stack.enter_context(service(Tokens())))


def setting_faults(files: Files, stack: ExitStack) -> Iterator[FailingCase]:
    def case(name: str, failure: Failure, setting: str, text: str | None = None, **values: object) -> FailingCase:
        return FailingCase(name, files.settings(text, **values), failure, setting)

    def tokens(answer: Told) -> str:
        return key_file(stack.enter_context(service(Tokens(answer))))

    other = key_file(files.tokens, private_key=key_text(generate_private_key(65537, 2048)))
    yield case("no user", Failure.SETTING_MISSING, "User", User=" ")
    yield case("page size", Failure.SETTING_WRONG, "PageSize", PageSize="501")
    yield case("no file", Failure.FILE_MISSING, FILE, **{FILE: str(files.folder / "none.json")})
    yield case("no JSON", Failure.FILE_FORMAT, FILE, "{")
    yield case("other kind", Failure.FILE_FORMAT, FILE, '{"type": "authorized_user"}')
    yield case("no key", Failure.FILE_FORMAT, FILE, key_file(files.tokens, private_key=None))
    yield case("odd key", Failure.FILE_FORMAT, FILE, key_file(files.tokens, private_key=key_text()[:300]))
    yield case("unknown key", Failure.FILE_FORMAT, FILE, key_file(files.tokens, private_key=key_of_unknown_curve()))
    yield case("public key", Failure.FILE_FORMAT, FILE, key_file(files.tokens, private_key=public_key_text()))
    yield case("odd address", Failure.FILE_FORMAT, FILE, key_file(files.tokens, token_uri="tokens"))  # noqa: S106
    yield case("other key", Failure.LOGIN_REFUSED, FILE, other)
    yield case("other account", Failure.LOGIN_REFUSED, FILE, key_file(files.tokens, client_email="x@y.z"))
    yield case("other user", Failure.LOGIN_REFUSED, "User", User="nobody@contoso.com")
    yield case("not delegated", Failure.LOGIN_REFUSED, FILE, tokens(refused("unauthorized_client", "Client is…", 401)))
    yield case("clock", Failure.LOGIN_REFUSED, FILE, tokens(refused("invalid_grant", "Invalid JWT: in a reasonable timeframe")))
    yield case("new error", Failure.LOGIN_REFUSED, FILE, tokens(refused("invalid_grant", "Else")))
    yield case("odd error", Failure.LOGIN_REFUSED, FILE, tokens(Told(400, b"[]")))
    yield case("tokens throttled", Failure.THROTTLED, FILE, tokens(Told(429)))
    yield case("tokens odd", Failure.MALFORMED_ANSWER, FILE, tokens(PAGE))
    yield case("tokens refused", Failure.REFUSED, FILE, key_file(refused_address()))


@pytest.fixture(scope="module")
def cases(stack: ExitStack, files: Files, authorities: Authorities) -> dict[str, DriverCase]:
    plain = GoogleWorkspaceDriver(stack.enter_context(service(Google())))
    encrypted = GoogleWorkspaceDriver(stack.enter_context(service(Google(), authorities.own())))
    secrets = (NEVER_TOLD, TOKEN, SECRET_LINE, ACCOUNT)
    faults = tuple(setting_faults(files, stack))
    found = (
        DriverCase("plain", plain, files.settings(), TABLES, COMPLETE, faults, secrets),
        DriverCase("encrypted", encrypted, files.settings(), TABLES, COMPLETE, (), secrets),
    )
    return {str(each): each for each in found}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
@pytest.mark.parametrize("name", ["plain", "encrypted"])
def test_driver_keeps_the_contract(name: str, requirement: Callable[[DriverCase], None], cases: dict[str, DriverCase]) -> None:
    run(requirement, cases[name])


def test_faults_on_the_way_are_told(stack: ExitStack, files: Files, authorities: Authorities) -> None:
    made: list[str] = []

    def make(address: str) -> Settings:
        made.append(address)
        return files.settings()

    faults = [*connection_faults(make, Google(), stack, authorities, "")]
    for fault, address in zip(faults, made, strict=True):
        case = DriverCase(
            fault.name, GoogleWorkspaceDriver(address), files.settings(), failing=(fault,), secrets=(SECRET_LINE,)
        )
        for requirement in REQUIREMENTS:
            if requirement.__name__ in {"tells_faults", "keeps_to_the_time", "survives_any_value"}:
                run(requirement, case)


DISABLED = (Failure.NO_RIGHT, FILE)
ODD = (Failure.MALFORMED_ANSWER, "")


@pytest.mark.parametrize(
    ("path", "answer", "expected", "stage"),
    [
        ("/users", told({}, 401), (Failure.LOGIN_REFUSED, FILE), Stage.LOGIN),
        ("/users", denied("forbidden"), (Failure.NO_RIGHT, "User"), Stage.READ),
        ("/groups", Told(403), (Failure.NO_RIGHT, "User"), Stage.READ),
        ("/groups", denied("accessNotConfigured"), DISABLED, Stage.READ),
        ("/groups", told({"error": {"details": [{"reason": "SERVICE_DISABLED"}, 7]}}, 403), DISABLED, Stage.READ),
        ("/users", denied("quotaExceeded"), (Failure.THROTTLED, ""), Stage.READ),
        ("/users", Told(429), (Failure.THROTTLED, ""), Stage.READ),
        ("/users", Told(503), (Failure.CUT_OFF, ""), Stage.READ),
        ("/users", PAGE, ODD, Stage.READ),
        ("/users", told({"users": 7}), ODD, Stage.READ),
        (DISCOVERY, Told(404), (Failure.NOT_FOUND, ""), Stage.SCHEMA),
        (DISCOVERY, PAGE, ODD, Stage.SCHEMA),
        (DISCOVERY, told({"schemas": {"User": 7, "Group": {"properties": []}}}), ODD, Stage.SCHEMA),
        (DISCOVERY, told([]), ODD, Stage.SCHEMA),
        ("/groups/g%2F1/members", denied("forbidden"), (Failure.NO_RIGHT, "User"), Stage.COMPLETE),
        ("/groups/g%2F1/members", told({"members": {}}), ODD, Stage.COMPLETE),
    ],
)
def test_answers_that_are_faults(path: str, answer: Told, expected: tuple[Failure, str], stage: Stage, files: Files) -> None:
    with service(Google({path: answer})) as address, pytest.raises(StageFailure) as raised:
        list(GoogleWorkspaceDriver(address).check(files.settings(), Mode.COMPLETE))
    assert ((raised.value.failure, raised.value.setting), raised.value.stage) == (expected, stage)
    assert NEVER_TOLD not in repr(raised.value.result)


@pytest.mark.parametrize(
    ("groups", "complete"),
    [({"groups": [{"id": "g/1"}]}, "Members readable"), ({}, "there is no group whose members could be read")],
)
def test_stages_of_a_service_that_works(groups: object, complete: str, files: Files) -> None:
    with service(Google({"/groups": told(groups)})) as address:
        driver = GoogleWorkspaceDriver(address)
        found = {mode: ordered(mode, driver.check(files.settings(), mode)) for mode in Mode}
    details = [each.detail for each in found[Mode.COMPLETE].stages[4:]]
    assert details == ["a token was given and accepted", "Users, Groups readable", "3 tables, 19 columns", complete]
    assert found[Mode.INCREMENTAL].status == "skipped"


def test_columns_of_properties_that_are_open_are_those_of_mappings(files: Files) -> None:
    columns = frozenset({"customSchemas:badge", "customSchemas:", "gender:type", "name:middle", "other:x", "id"})
    with service(Google()) as address:
        found = GoogleWorkspaceDriver(address).discover(files.settings(), Wanted(None, {"GW_Users": columns}))
    added = {each.identifier for each in found[0].columns} - {each.identifier for each in USERS}
    assert added == {"customSchemas:badge", "gender:type"}


def test_discovery_asks_for_the_description_alone(files: Files) -> None:
    asked: list[str] = []

    def answering(request: Asked) -> Told:
        asked.append(request.path)
        return Google()(request)

    with service(answering) as address:
        GoogleWorkspaceDriver(address).discover(files.settings(), ALL)
    assert asked == [DISCOVERY]


def test_description_in_another_order_gives_the_same(files: Files) -> None:
    turned = json.loads(json.dumps(DESCRIPTION), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    with service(Google({DISCOVERY: told(turned)})) as address:
        assert GoogleWorkspaceDriver(address).discover(files.settings(), ALL) == TABLES


def test_fault_of_the_file_belongs_to_the_secrets(files: Files) -> None:
    with pytest.raises(StageFailure) as raised:
        GoogleWorkspaceDriver().discover(files.settings(key_file("", private_key=f"{SECRET_LINE}")), ALL)
    result = raised.value.result
    assert (result.stage, result.setting) == (Stage.SECRET, FILE)
    assert result.detail == f"'{FILE}' leads to no credentials file of a service account: its private_key can't be used"


@pytest.mark.parametrize("module", ["jwt", "cryptography"])
def test_library_that_is_missing_is_told_with_its_command(module: str, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EnvironmentFault, match=re.escape("pip install 'idmxml[google]'")):
        GoogleWorkspaceDriver().discover(files.settings(), ALL)


def test_data_follows_its_schema() -> None:
    validator = Draft202012Validator(read_stored("google-directory.schema.json"))
    assert [each.message for each in validator.iter_errors(read_stored("google-directory.json"))] == []
