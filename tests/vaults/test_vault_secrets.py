"""Secrets that lie in Azure Key Vault and in CyberArk, as the commands that look at systems fetch them."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from command_run import MakeRepository, Run
from http_service import Authorities, service
from vault_place import ACCOUNT, ACCOUNT_NAME, NAME, PASSWORD, Asking, Place, azure_settings, cyberark_settings
from vault_services import (
    APPLICATION,
    LOGIN,
    SAFE,
    TENANT,
    Azure,
    Provider,
    provider_that_wants_a_certificate,
    served,
)

from idmxml.live.vaults.addresses import is_same_service

pytestmark = pytest.mark.live
ENCRYPTED_CERTIFICATE = {"File": "C:/Agent/agent.pfx", "Password": "YWJj@YWJj@YWJj"}


def test_listed_names_are_fetched_once_for_all_connections(place: Place, driver: Asking, authorities: Authorities) -> None:
    ids = [f"C{number}" for number in range(6)]
    azure = Azure({NAME.format(each, "Password"): f"{PASSWORD}{each}" for each in ids} | {"Other": "x"})
    with served(azure, authorities) as address:
        azure_settings(place, address, *(NAME.format(each, "Password") for each in ids))
        place.environment |= {f"Connections__{each}__Login": "reader" for each in ids}
        outcome, found = place.check(*ids)
        assert outcome.code == 0
        assert {each["status"] for each in found} == {"passed"}
        assert driver.seen == {each: ("reader", f"{PASSWORD}{each}") for each in ids}
        wanted = [f"POST /{TENANT}/oauth2/v2.0/token", *(f"GET /secrets/{NAME.format(each, 'Password')}" for each in ids)]
        assert sorted(azure.asked) == sorted(wanted)
        azure.asked.clear()
        place.run("connection", "refresh", "C3", place.repository(*ids), environment=place.environment)
        assert azure.asked == [wanted[0], wanted[4]]


def test_names_are_asked_for_where_nobody_lists_them(place: Place, driver: Asking, authorities: Authorities) -> None:
    held = {NAME.format("C1", "Login"): "reader", NAME.format("C1", "Password"): PASSWORD, NAME.format("C2", "Login"): "other"}
    others = {"Connections--C1--Server": "x", "Connections--C10--Password": "x", "Connections--C1": "x"}
    azure = Azure({**held, **others}, frozenset({"Connections--C1--Server"}))
    with served(azure, authorities) as address:
        azure_settings(place, address)
        outcome, found = place.check("C1")
    assert outcome.code == 0
    assert found[0]["modes"][0]["stages"][1]["message"] == "3 values, 2 of them from Azure Key Vault"
    assert driver.seen == {"C1": ("reader", PASSWORD)}
    assert azure.asked == [
        f"POST /{TENANT}/oauth2/v2.0/token",
        *["GET /secrets"] * 3,
        "GET /secrets/Connections--C1--Login",
        "GET /secrets/Connections--C1--Password",
    ]


@pytest.mark.parametrize(
    ("url", "is_same"),
    [
        ("https://name.vault.azure.net:443/secrets?$skiptoken=x", True),
        ("https://NAME.vault.azure.net/secrets", True),
        ("https://name.vault.azure.net:444/secrets", False),
        ("http://name.vault.azure.net:443/secrets", False),
        ("https://name.vault.azure.net@other.test/secrets", False),
        ("https://name.vault.azure.net.other.test/secrets", False),
        ("https://[", False),
        ("/secrets", False),
    ],
)
def test_token_goes_to_its_vault_alone_however_that_is_written(url: str, is_same: bool) -> None:
    assert is_same_service(url, "https://name.vault.azure.net") is is_same


@pytest.mark.parametrize("is_in_vault", [False, True], ids=["in a file", "in the vault"])
def test_a_package_without_credentials_asks_when_something_is_missing(
    is_in_vault: bool, repository: MakeRepository, run: Run, authorities: Authorities
) -> None:
    path = "C:/Sources/hr.csv"
    azure = Azure({"Connections--C1--Path": path})
    with served(azure, authorities) as address:
        root = repository(
            {
                "Conf/a.xml": """
                <Connector Identifier="K" DisplayName_L1="K"/>
                <Connection Identifier="C1" DisplayName_L1="C" Connector="K" Package="Usercube.CSV@0000001"/>
                """,
                "hr.csv": "Id;Name\n1;Ann\n",
                "appsettings.agent.json": json.dumps(
                    {"Connections": {"C1": {"Separator": ";", **({} if is_in_vault else {"Path": path})}}}
                ),
                "appsettings.json": json.dumps({"AzureKeyVault": {"Vault": address}}),
                "idmxml.toml": '[paths]\n"C:/Sources" = "."\n',
            }
        )
        words = ("connection", "check", "C1", root, "--format", "json")
        outcome = run(*words, environment={**LOGIN, "AZURE_AUTHORITY_HOST": address})
    modes = {each["mode"]: each["status"] for each in json.loads(outcome.out)["connections"][0]["modes"]}
    assert (outcome.code, modes) == (0, {"complete": "passed", "incremental": "skipped"})
    assert ("GET /secrets/Connections--C1--Path" in azure.asked, bool(azure.asked)) == (is_in_vault, is_in_vault)


def test_vault_wins_over_files_and_loses_to_variables(place: Place, driver: Asking, authorities: Authorities) -> None:
    azure = Azure({NAME.format("C1", each): f"{each} of the vault" for each in ("Login", "Password")})
    with served(azure, authorities) as address:
        azure_settings(place, address)
        place.files["appsettings.encrypted.agent.json"] = {"Connections": {"C1": {"Login": "kxABAA=", "Password": "kxABAA="}}}
        place.environment["Connections__C1__Login"] = "reader"
        outcome, _found = place.check("C1")
    assert outcome.code == 0
    assert driver.seen == {"C1": ("reader", "Password of the vault")}


def test_accounts_of_cyberark_give_what_each_setting_takes(place: Place, driver: Asking, authorities: Authorities) -> None:
    provider = Provider({ACCOUNT_NAME: ACCOUNT})
    with served(provider, authorities) as address:
        cyberark_settings(place, address)
        outcome, found = place.check("C1")
    assert outcome.code == 0, found
    assert found[0]["modes"][0]["stages"][1]["message"] == "3 values, 2 of them from CyberArk"
    assert driver.seen == {"C1": (ACCOUNT["UserName"], PASSWORD)}
    assert provider.asked == [ACCOUNT_NAME]


def test_elements_of_lists(repository: MakeRepository, run: Run, driver: Asking, authorities: Authorities) -> None:
    azure, provider = Azure({"Connections--C1--Servers--1--Password": PASSWORD}), Provider({ACCOUNT_NAME: ACCOUNT})
    servers = [{"Server": each, "BaseDN": "dc=contoso"} for each in ("one", "two")]
    with served(azure, authorities) as vault, served(provider, authorities) as server:
        section = {
            "UseCyberArkSetting": "true",
            "SafeName": SAFE,
            "ApplicationId": APPLICATION,
            "Server": f"{server}/AIMWebService/",
        }
        root = repository(
            {
                "Conf/a.xml": """
                <Connector Identifier="K" DisplayName_L1="K"/>
                <Connection Identifier="C1" DisplayName_L1="C" Connector="K" Package="Usercube.LDAP@0000001"/>
                """,
                "appsettings.agent.json": json.dumps({"Connections": {"C1": {"Servers": servers, "Tables": []}}}),
                "appsettings.cyberArk.agent.json": json.dumps(
                    {"connections": {"c1": {"servers": [{}, {"login": ACCOUNT_NAME}]}}}
                ),
                "appsettings.json": json.dumps({"AzureKeyVault": {"Vault": vault}, "CyberArk": section}),
            }
        )
        run("connection", "check", "C1", root, environment={**LOGIN, "AZURE_AUTHORITY_HOST": vault})
    assert driver.seen == {"C1": (ACCOUNT["UserName"], PASSWORD)}


def test_a_certificate_signs_in_to_cyberark(
    place: Place, driver: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, archive = provider_that_wants_a_certificate(tmp_path, "pfx-never-told")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    with service(Provider({ACCOUNT_NAME: ACCOUNT}), context) as address:
        cyberark_settings(place, address, **ENCRYPTED_CERTIFICATE)
        place.files["idmxml.toml"] = f'[paths]\n"C:/Agent" = "{archive.parent.as_posix()}"\n'
        encrypted = place.stage()
        assert encrypted["message"].endswith("'CyberArk > Password' is encrypted, which only the agent can undo")
        assert "set the environment variable CyberArk__Password" in encrypted["hint"]
        place.environment |= {"CyberArk__Password": "wrong"}
        wrong = place.stage()
        assert wrong["message"].endswith("the archive of 'CyberArk > File' can't be opened with the password that is given")
        place.environment |= {"CyberArk__Password": "pfx-never-told"}
        outcome, _found = place.check()
        assert outcome.code == 0
        assert driver.seen == {"C1": (ACCOUNT["UserName"], PASSWORD)}
        cyberark_settings(place, address)
        assert place.stage()["code"] in {"tls-failed", "cut-off"}


def test_offline_commands_ask_nobody(
    place: Place, driver: Asking, authorities: Authorities, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    connected: list[object] = []
    connect = socket.socket.connect

    def watched(own: socket.socket, address: Any) -> None:
        connected.append(address)
        connect(own, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    azure = Azure({NAME.format("C1", each): PASSWORD for each in ("Login", "Password")})
    with served(azure, authorities) as address:
        azure_settings(place, address)
        root = place.repository("C1")
        for words in (
            ("check", root),
            ("compile", root, "-o", tmp_path / "out"),
            ("expand", root),
            ("diff", root, root),
            ("graph", root),
            ("baseline", root),
            ("connection", "list", root),
            ("connection", "show", "C1", root),
            ("package", "list"),
            ("export-schemas", tmp_path / "schemas", root),
        ):
            outcome = place.run(*words, environment=place.environment)
            assert outcome.code in {0, 1}, (words, outcome)
        assert (azure.asked, connected) == ([], [])
        place.run("connection", "check", "C1", root, environment=place.environment)
    assert azure.asked
    assert connected
    assert driver.seen
