"""Connections of Microsoft's services through the commands: what is recorded, what is checked, and what mappings then lack."""

from pathlib import Path

import pytest
from command_run import MakeRepository, Run
from http_service import service
from microsoft_service import APPLICATION, EXTENSION, GRAPH, KEY, TENANT, TOKEN, Authority, Graph, graph_error
from recorded_connection import checked, make, modes, recorded
from sharepoint_service import DOMAIN, LOGIN, PASSWORD, Site

pytestmark = pytest.mark.live


def entra_id(address: str, authority: str) -> dict[str, object]:
    own = {"MicrosoftGraphPathApi": f"{address}/v1.0/", "MicrosoftAuthorityPath": f"{authority}/{{0}}"}
    return {"ApplicationId": APPLICATION, "ApplicationKey": KEY, "TenantId": TENANT, **own}


def names(table: str, key: str, other: str, package: str = "Usercube.AzureAD@0000001") -> dict[str, str]:
    return {"package": package, "table": table, "key": key, "other": other}


@pytest.mark.parametrize("words", [(), ("--all-tables",)])
@pytest.mark.parametrize("is_told", [True, False])
def test_attributes_that_the_tenant_adds_are_no_faults_of_mappings(
    words: tuple[str, ...], repository: MakeRepository, run: Run, *, is_told: bool
) -> None:
    denied = {"/directoryObjects/getAvailableExtensionProperties": graph_error("Authorization_RequestDenied", 403)}
    with service(Graph({} if is_told else denied)) as address, service(Authority(GRAPH)) as authority:
        root = make(repository, entra_id(address, authority), names("directoryobjects", "id", EXTENSION))
        assert run("connection", "refresh", "X", root, *words).code == 0
        found = modes(run, root)
    assert checked(run, root) == []
    assert {name: each["code"] for name, each in found.items()} == {"complete": "ok", "incremental": "ok"}


def test_mapping_of_entra_id_is_judged_by_the_metadata(repository: MakeRepository, run: Run) -> None:
    with service(Graph()) as address, service(Authority(GRAPH)) as authority:
        root = make(repository, entra_id(address, authority), names("directoryobjects", "id", "userName"))
        assert run("connection", "refresh", "X", root).code == 0
    assert checked(run, root) == [("IDM3004", "the recorded table X_directoryobjects has no column 'userName'")]
    assert '<Column Identifier="accountEnabled" Path="user" ValueType="Bool" />' in recorded(root)


def told(run: Run, root: Path) -> str:
    found = [run("connection", word, "X", root, "--format", form) for word in ("check", "refresh") for form in ("text", "json")]
    assert {each.code for each in found} == {1}
    return "".join(each.out + each.err for each in found)


def test_refused_login_is_told_without_secrets(repository: MakeRepository, run: Run) -> None:
    with service(Graph()) as address, service(Authority(GRAPH)) as authority:
        wrong = {**entra_id(address, authority), "ApplicationKey": "key-of-another-time"}
        output = told(run, make(repository, wrong, names("directoryobjects", "id", "mail")))
    assert "the client secret is wrong" in output
    assert "appsettings.agent.json:1:" in output
    assert [each for each in ("key-of-another-time", KEY, TOKEN, APPLICATION) if each in output] == []


def test_sharepoint_records_the_documented_tables(
    repository: MakeRepository, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = tmp_path / "accounts"
    accounts.write_text(f"{DOMAIN}:{LOGIN}:{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(accounts))
    with service(Site()) as address:
        settings = {"Server": address, "Login": LOGIN, "Password": PASSWORD, "Domain": DOMAIN}
        root = make(repository, settings, names("Role", "Id", "Rights", "Usercube.SharePoint@0000001"))
        assert run("connection", "refresh", "X", root).code == 0
        found = modes(run, root)
        wrong = make(
            repository, {**settings, "Password": "wrong"}, names("Role", "Id", "Rights", "Usercube.SharePoint@0000001")
        )
        output = told(run, wrong)
    assert checked(run, root) == [("IDM3004", "the recorded table X_Role has no column 'Rights'")]
    assert {name: each["code"] for name, each in found.items()} == {"complete": "ok", "incremental": "not-tried"}
    assert [each for each in (PASSWORD, LOGIN, address) if each in output] == []
