"""Vaults that refuse, fail, or are out of reach: which secret is missing, from which layer, and what to do."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from http_service import Authorities, Told, port_that, refused_address, service
from unknown_curve import key_of_unknown_curve
from vault_place import ACCOUNT, ACCOUNT_NAME, NAME, PASSWORD, Asking, Place, azure_settings, cyberark_settings
from vault_services import (
    TENANT,
    Azure,
    Provider,
    answered,
    azure_error,
    served,
)

pytestmark = pytest.mark.live


PROVIDER = "CyberArk's Central Credential Provider"
CYBERARK_FAULTS: dict[str, tuple[dict[str, Any], Told | None, str, str]] = {
    "no such account": (
        {"accounts": {}},
        None,
        "not-found",
        "the safe has no such account that the application may see (APPAP004E)",
    ),
    "forbidden": (
        {},
        answered({"ErrorCode": "APPAP306E", "ErrorMsg": PASSWORD}, 403),
        "no-right",
        f"{PROVIDER} denies the application access (APPAP306E)",
    ),
    "login": ({}, answered({}, 401), "login-refused", f"{PROVIDER} does not accept the application"),
    "throttled": (
        {},
        answered({}, 429, **{"Retry-After": "7"}),
        "throttled",
        f"{PROVIDER} can't be asked: the service takes no more requests for now, and asks to wait 7 seconds",
    ),
    "failing": (
        {},
        answered({"ErrorCode": "APPAP008E"}, 500),
        "cut-off",
        f"{PROVIDER} can't be asked: the service failed with status 500 (APPAP008E)",
    ),
    "another web site": (
        {},
        Told(404, b"<html>", "text/html"),
        "not-found",
        f"{PROVIDER} can't be asked: the service does not have what is asked for (status 404)",
    ),
    "a page": (
        {},
        Told(200, b"<html>", "text/html"),
        "malformed-answer",
        f"{PROVIDER} answers with a web page in place of a JSON object",
    ),
    "redirected": (
        {},
        Told(302, headers={"Location": "http://localhost/"}),
        "malformed-answer",
        f"{PROVIDER} can't be asked: the service answers with status 302",
    ),
    "without content": (
        {"accounts": {ACCOUNT_NAME: {"UserName": "reader"}}},
        None,
        "not-found",
        f"the account has no Content in the answer of {PROVIDER}",
    ),
}


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("fault", CYBERARK_FAULTS)
def test_faults_of_cyberark(fault: str, place: Place, authorities: Authorities) -> None:
    given, instead, code, cause = CYBERARK_FAULTS[fault]
    provider = Provider(**{"accounts": {ACCOUNT_NAME: ACCOUNT}, **given}, instead=instead)
    with served(provider, authorities) as address:
        cyberark_settings(place, address)
        stage = place.stage()
    names = "'Password'" if code == "not-found" and "Content" in cause else "'Login' and 'Password'"
    assert (stage["code"], stage["message"]) == (
        code,
        f"{names} in appsettings.cyberArk.agent.json can't be had here: {cause}",
    )
    assert "keyring set idmxml Connections__C1__" in stage["hint"]
    assert stage["setting"]["path"] == "appsettings.cyberArk.agent.json"
    assert len(provider.asked) == 1


AZURE_FAULTS: dict[str, tuple[str, Told, str, str]] = {
    "not found": ("", answered(azure_error("SecretNotFound"), 404), "not-found", "the vault has no secret of this name"),
    "forbidden": (
        "",
        answered(azure_error("Forbidden", "ForbiddenByRbac"), 403),
        "no-right",
        "Azure Key Vault denies this account access",
    ),
    "firewall": (
        "",
        answered(azure_error("Forbidden", "ForbiddenByFirewall"), 403),
        "no-right",
        "the firewall of the vault does not let this machine in",
    ),
    "token refused": (
        "",
        answered(azure_error("Unauthorized"), 401),
        "login-refused",
        "Azure Key Vault does not accept the login",
    ),
    "throttled": (
        "",
        answered({}, 429, **{"Retry-After": "12"}),
        "throttled",
        "Azure Key Vault can't be asked: the service takes no more requests for now, and asks to wait 12 seconds",
    ),
    "failing": ("", answered({}, 503), "cut-off", "Azure Key Vault can't be asked: the service failed with status 503"),
    "a page": (
        "",
        Told(200, b"<html>", "text/html"),
        "malformed-answer",
        "Azure Key Vault answers with a web page in place of a JSON object",
    ),
    "no value": ("", answered({"value": 7}), "malformed-answer", "Azure Key Vault answers with something else than a secret"),
    "no token": (
        f"/{TENANT}/oauth2/v2.0/token",
        answered({"access_token": None}),
        "malformed-answer",
        "Microsoft Entra ID answers without a token",
    ),
    "throttled login": (
        f"/{TENANT}/oauth2/v2.0/token",
        answered({}, 429),
        "throttled",
        "Microsoft Entra ID can't be asked: the service takes no more requests for now",
    ),
}


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("fault", AZURE_FAULTS)
def test_faults_of_azure(fault: str, place: Place, authorities: Authorities) -> None:
    path, instead, code, cause = AZURE_FAULTS[fault]
    name = NAME.format("C1", "Password")
    azure = Azure({name: PASSWORD}, instead={path or f"/secrets/{name}": instead})
    with served(azure, authorities) as address:
        azure_settings(place, address, name)
        stage = place.stage()
    assert (stage["code"], stage["message"]) == (code, f"'Password' in Azure Key Vault can't be had here: {cause}")
    assert "set the environment variable Connections__C1__Password" in stage["hint"]


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("url", ["", "http://localhost/secrets", "https://[never-told", 7])
def test_a_list_of_names_that_leads_elsewhere_is_not_followed(url: object, place: Place, authorities: Authorities) -> None:
    stranger, entry = Azure(), {"id": "x", "attributes": [7]}
    with served(stranger, authorities) as other:
        page = answered({"value": [entry], "nextLink": url or f"{other}/secrets"})
        with served(Azure(instead={"/secrets": page}), authorities) as address:
            azure_settings(place, address)
            stage = place.stage()
    assert (stage["code"], stranger.asked) == ("malformed-answer", [])
    assert stage["message"].endswith(": Azure Key Vault answers with something else than a list of its secrets")


@pytest.mark.usefixtures("driver")
def test_wrong_login_of_azure(place: Place, authorities: Authorities) -> None:
    name = NAME.format("C1", "Password")
    with served(Azure({name: PASSWORD}), authorities) as address:
        azure_settings(place, address, name)
        place.environment |= {"AZURE_CLIENT_SECRET": "wrong-never-told"}
        outcome, found = place.check()
    stage = found[0]["modes"][0]["stages"][1]
    assert stage["code"] == "login-refused"
    assert stage["message"].endswith("Microsoft Entra ID refuses the login for Azure Key Vault (AADSTS7000215)")
    assert "wrong-never-told" not in outcome.out + outcome.err


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("vault", ["azure", "cyberark"])
def test_services_out_of_reach(vault: str, place: Place, authorities: Authorities) -> None:
    name = NAME.format("C1", "Password")

    def code(address: str, more: tuple[str, ...] = ()) -> str:
        if vault == "azure":
            azure_settings(place, address, name)
        else:
            cyberark_settings(place, address)
        return str(place.stage(more=more)["code"])

    with ExitStack() as stack:
        foreign = stack.enter_context(service(Azure({name: PASSWORD}), authorities.foreign()))
        other = stack.enter_context(service(Azure({name: PASSWORD}), authorities.other_name()))
        silent = stack.enter_context(port_that(None)).replace("http:", "https:")
        assert code(foreign) == "certificate"
        assert code(other) == "certificate"
        assert code(silent, ("--timeout", "0.5")) == "timeout"
    assert code(refused_address().replace("http:", "https:")) == "refused"
    assert code("https://host.invalid") == "name-unknown"


def test_a_vault_that_can_not_be_asked_is_a_warning_where_nothing_is_missing(place: Place, driver: Asking) -> None:
    azure_settings(place, refused_address().replace("http:", "https:"))
    place.environment |= {"Connections__C1__Login": "reader", "Connections__C1__Password": PASSWORD}
    stage = place.stage()
    assert stage["status"] == "passed"
    assert [each.split(";")[0] for each in stage["warnings"]] == [
        "nothing of Azure Key Vault is used: Microsoft Entra ID can't be asked: the host refuses connections"
    ]
    assert driver.seen == {"C1": ("reader", PASSWORD)}


@pytest.mark.usefixtures("driver")
def test_nothing_logs_in_to_azure(place: Place) -> None:
    azure_settings(place, "https://vault.contoso.test")
    place.environment = {}
    stage = place.stage()
    assert stage["code"] == "secret-missing"
    assert stage["message"].endswith("and nowhere else: Azure Key Vault can't be asked: no login to Azure is there")
    assert "AZURE_CLIENT_SECRET" in stage["hint"]


CYBERARK_SETTINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "switched off": (
        {"UseCyberArkSetting": False},
        "setting-wrong",
        "'CyberArk > UseCyberArkSetting' is not true, so that the agent asks CyberArk for nothing",
    ),
    "no safe": ({"SafeName": ""}, "setting-missing", "'CyberArk > SafeName' is missing, which says how the vault is asked"),
    "no server": (
        {"Server": ""},
        "setting-missing",
        "'CyberArk > Server' is missing: only the agent's own Credential Provider knows what to ask then",
    ),
    "no address": ({"Server": "ftp://ccp"}, "setting-wrong", "'CyberArk > Server' is not the address of a service"),
    "certificate store": (
        {"StoreLocation": "LocalMachine", "StoreName": "My", "Thumbprint": "ab"},
        "secret-missing",
        "the certificate that signs in to CyberArk lies in the certificate store of the agent",
    ),
    "elsewhere": ({"File": "C:/a.pfx"}, "setting-wrong", "'CyberArk > File' leads to a path of another machine"),
    "no file": (
        {"File": "HERE/a.pfx"},
        "file-missing",
        "the archive of 'CyberArk > File' can't be read: no such file or directory",
    ),
}


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("fault", CYBERARK_SETTINGS)
def test_settings_of_cyberark(fault: str, place: Place, tmp_path: Path) -> None:
    given, code, cause = CYBERARK_SETTINGS[fault]
    here = {name: value.replace("HERE", str(tmp_path)) for name, value in given.items() if isinstance(value, str)}
    cyberark_settings(place, "https://ccp.contoso.test", **{**given, **here})
    stage = place.stage()
    told = f"'Login' and 'Password' in appsettings.cyberArk.agent.json can't be had here: {cause}"
    assert (stage["code"], stage["message"]) == (code, told)


@pytest.mark.usefixtures("driver")
def test_a_key_of_an_unknown_kind_logs_in_nowhere(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    file.write_text(key_of_unknown_curve(), encoding="ascii")
    azure_settings(place, "https://vault.contoso.test", NAME.format("C1", "Password"))
    del place.environment["AZURE_CLIENT_SECRET"]
    place.environment["AZURE_CLIENT_CERTIFICATE_PATH"] = str(file)
    stage = place.stage()
    told = "'Password' in Azure Key Vault can't be had here: the file that AZURE_CLIENT_CERTIFICATE_PATH names can't be opened"
    assert (stage["code"], stage["message"]) == ("file-format", told)


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("extra", ["azure-key-vault", "cyberark"])
def test_a_library_that_is_missing(extra: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    if extra == "cyberark":
        cyberark_settings(place, "https://ccp.contoso.test")
    else:
        azure_settings(place, "https://vault.contoso.test", NAME.format("C1", "Password"))
        del place.environment["AZURE_CLIENT_SECRET"]
    for verb in ("check", "refresh"):
        outcome, _found = place.check(verb=verb)
        assert outcome.code == 3
        assert "httpx is not installed" in outcome.out
        assert f"pip install 'idmxml[{extra}]'" in outcome.out


def test_refresh_tells_which_secret_is_missing(place: Place, driver: Asking, authorities: Authorities) -> None:
    with served(Provider(), authorities) as address:
        cyberark_settings(place, address)
        outcome, found = place.check(verb="refresh")
    assert outcome.code == 1
    failure = found[0]["failure"]
    assert (failure["stage"], failure["code"]) == ("secret", "not-found")
    assert failure["message"].startswith("'Login' and 'Password' in appsettings.cyberArk.agent.json can't be had here: ")
    assert driver.seen == {}


def test_unencrypted_secrets_are_a_warning(place: Place, driver: Asking) -> None:
    with service(Provider({ACCOUNT_NAME: ACCOUNT})) as address:
        cyberark_settings(place, address)
        stage = place.stage()
    assert stage["warnings"] == [
        "the secrets of CyberArk came over the network unencrypted, as 'CyberArk > Server' begins with http"
    ]
    assert driver.seen == {"C1": (ACCOUNT["UserName"], PASSWORD)}
