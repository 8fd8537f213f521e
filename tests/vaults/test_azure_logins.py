"""The logins to Azure, each as Microsoft documents it."""

import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_pem_x509_certificate
from http_service import Asked, Authorities, Told, refused_address, service
from vault_place import NAME, PASSWORD, Asking, Place, azure_settings
from vault_services import CLIENT, KEY, LOGIN, TENANT, TOKEN, Azure, answered, served

pytestmark = pytest.mark.live
SECRET = NAME.format("C1", "Password")
APPLICATION = f"RunAs=App;AppId={CLIENT};TenantId={TENANT};AppKey={KEY}"


@dataclass
class Setting:
    """A repository whose vault is at ``address``, and the settings and variables that a login adds."""

    place: Place
    address: str
    folder: Path

    def connection_string(self, text: str) -> None:
        self.place.files["appsettings.json"] = {"AzureKeyVault": {"Vault": self.address, "ConnectionString": text}}

    def variables(self, **given: str) -> None:
        self.place.environment |= given

    def cli(self, script: str) -> None:
        program = self.folder / "az"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)


def by_workload_identity(setting: Setting) -> None:
    file = setting.folder / "token"
    file.write_text(f"{KEY}\n", encoding="ascii")
    setting.variables(AZURE_TENANT_ID=TENANT, AZURE_CLIENT_ID=CLIENT, AZURE_FEDERATED_TOKEN_FILE=str(file))


def by_identity_of_settings(setting: Setting) -> None:
    setting.connection_string("RunAs=App")
    setting.variables(AZURE_POD_IDENTITY_AUTHORITY_HOST=setting.address)


def beside_a_certificate_of_the_agent(setting: Setting) -> None:
    setting.connection_string(f"RunAs=App;AppId={CLIENT};TenantId={TENANT};CertificateThumbprint=AB")
    setting.variables(**LOGIN)


LOGINS: dict[str, Callable[[Setting], None]] = {
    "connection string": lambda setting: setting.connection_string(APPLICATION),
    "connection string as a variable": lambda setting: setting.variables(AzureKeyVault__ConnectionString=APPLICATION),
    "client secret": lambda setting: setting.variables(**LOGIN),
    "workload identity": by_workload_identity,
    "identity of a machine": lambda setting: setting.variables(AZURE_POD_IDENTITY_AUTHORITY_HOST=setting.address),
    "identity of an application": lambda setting: setting.variables(
        IDENTITY_ENDPOINT=f"{setting.address}/msi/token", IDENTITY_HEADER=KEY
    ),
    "identity by connection string": by_identity_of_settings,
    "connection string of the agent alone": beside_a_certificate_of_the_agent,
}


@pytest.mark.parametrize("login", LOGINS)
def test_logins(login: str, place: Place, driver: Asking, authorities: Authorities, tmp_path: Path) -> None:
    with served(Azure({SECRET: PASSWORD}), authorities) as address:
        azure_settings(place, address, SECRET)
        place.forget_login()
        LOGINS[login](Setting(place, address, tmp_path))
        outcome, found = place.check()
    assert outcome.code == 0, found
    assert driver.seen == {"C1": ("reader", PASSWORD)}


@pytest.mark.skipif(os.name == "nt", reason="the program of this test is a shell script")
def test_login_of_the_command_line(place: Place, driver: Asking, authorities: Authorities, tmp_path: Path) -> None:
    with served(Azure({SECRET: PASSWORD}), authorities) as address:
        azure_settings(place, address, SECRET)
        place.forget_login()
        setting = Setting(place, address, tmp_path)
        setting.cli("echo 'Please run az login' >&2; exit 1")
        assert place.stage()["message"].endswith("Azure Key Vault can't be asked: no login to Azure is there")
        wanted = "account get-access-token --output json --resource https://localhost"
        setting.cli(f"""[ "$*" = "{wanted}" ] && echo '{{"accessToken": "{TOKEN}"}}'""")
        assert place.check()[0].code == 0
    assert driver.seen == {"C1": ("reader", PASSWORD)}


NO_OTHER = "and no other login to Azure is there"
USELESS = {
    "not one": ("nothing", "setting-wrong", "'AzureKeyVault > ConnectionString' has a part without an equals sign"),
    "certificate": (
        "RunAs=App;AppId=a;TenantId=b;CertificateSubjectName=CN=Agent",
        "secret-missing",
        f"'AzureKeyVault > ConnectionString' logs in by a certificate that only the agent has, {NO_OTHER}",
    ),
    "tenant": (
        "RunAs=App;AppId=a;TenantId=../b;AppKey=c",
        "login-refused",
        "the login to Azure names no tenant by its identifier or domain",
    ),
    "account": ("RunAs=CurrentUser", "secret-missing", f"by an account that is signed in at the agent, {NO_OTHER}"),
}


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("fault", USELESS)
def test_connection_strings_of_no_use(fault: str, place: Place, tmp_path: Path) -> None:
    text, code, told = USELESS[fault]
    azure_settings(place, "https://vault.contoso.test", SECRET)
    place.forget_login()
    Setting(place, "https://vault.contoso.test", tmp_path).connection_string(text)
    stage = place.stage()
    assert stage["code"] == code
    assert stage["message"].endswith(told)


@pytest.mark.usefixtures("driver")
def test_addresses_that_are_none(place: Place) -> None:
    for address in (
        "http://vault.contoso.test",
        "https://",
        "https://a b",
        "https://a.b&c",
        "https://a.b|c",
        "https://a.%b%",
        "https://a.b^c",
    ):
        azure_settings(place, address, SECRET)
        assert place.stage()["message"].endswith("'AzureKeyVault > Vault' is not the address of a vault")
    azure_settings(place, "https://vault.contoso.test", SECRET)
    place.environment["AZURE_AUTHORITY_HOST"] = "http://localhost"
    assert place.stage()["message"].endswith("AZURE_AUTHORITY_HOST is not an address that begins with https")


@pytest.mark.parametrize("kind", ["pem", "pfx"])
def test_login_by_certificate(kind: str, place: Place, driver: Asking, authorities: Authorities, tmp_path: Path) -> None:
    issued = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("agent.contoso.test", key_type=trustme.KeyType.RSA)
    certificate = load_pem_x509_certificate(issued.cert_chain_pems[0].bytes())
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    file = tmp_path / f"client.{kind}"
    closed = serialization.BestAvailableEncryption(KEY.encode())
    whole = pkcs12.serialize_key_and_certificates(b"agent", key, certificate, None, closed)
    file.write_bytes(whole if kind == "pfx" else issued.private_key_and_cert_chain_pem.bytes())
    azure = Azure({SECRET: PASSWORD})
    seen: list[dict[str, object]] = []

    def verifying(asked: Asked) -> Told:
        if not asked.path.endswith("/token"):
            return azure(asked)
        told, _dot, signature = asked.form["client_assertion"].rpartition(".")
        salted = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        key.public_key().verify(decoded(signature), told.encode(), salted, hashes.SHA256())
        seen.extend(json.loads(decoded(part)) for part in told.split("."))
        return answered({"access_token": TOKEN})

    with service(verifying, authorities.own()) as address:
        azure_settings(place, address, SECRET)
        del place.environment["AZURE_CLIENT_SECRET"]
        place.environment["AZURE_CLIENT_CERTIFICATE_PATH"] = str(file)
        if kind == "pfx":
            place.environment |= {"AZURE_CLIENT_CERTIFICATE_PASSWORD": "wrong"}
            assert place.stage()["message"].endswith("the file that AZURE_CLIENT_CERTIFICATE_PATH names can't be opened")
            place.environment["AZURE_CLIENT_CERTIFICATE_PASSWORD"] = KEY
        outcome, found = place.check()
    assert outcome.code == 0, found
    assert driver.seen == {"C1": ("reader", PASSWORD)}
    header, claims = seen
    assert (header["alg"], decoded(str(header["x5t#S256"]))) == ("PS256", certificate.fingerprint(hashes.SHA256()))
    assert (claims["iss"], claims["sub"], claims["aud"]) == (CLIENT, CLIENT, f"{address}/{TENANT}/oauth2/v2.0/token")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.usefixtures("driver")
def test_a_proxy_that_lets_nothing_through_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    azure_settings(place, "https://vault.contoso.example", SECRET)
    monkeypatch.setenv("HTTPS_PROXY", refused_address())
    place.environment["AZURE_AUTHORITY_HOST"] = "https://login.contoso.example"
    assert place.stage()["code"] in {"refused", "unreachable"}


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_proxy_sees_nothing_of_the_identity_of_an_application(
    variable: str, place: Place, driver: Asking, authorities: Authorities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, refused_address())
    monkeypatch.setenv("NO_PROXY", "https://localhost")
    azure = Azure({SECRET: PASSWORD})
    with served(azure, authorities) as address, service(azure) as identity:
        azure_settings(place, address, SECRET)
        for name in LOGIN:
            del place.environment[name]
        place.environment |= {"IDENTITY_ENDPOINT": f"{identity}/msi/token", "IDENTITY_HEADER": KEY}
        outcome, found = place.check()
    assert outcome.code == 0, found
    assert driver.seen == {"C1": ("reader", PASSWORD)}


@pytest.mark.parametrize("proxy", ["socks5://u:never-told@h:1", "ftp://u:never-told@h", "http://\u20acx:1"])
@pytest.mark.parametrize("has_login", [True, False])
def test_a_proxy_that_is_none_is_told(proxy: str, place: Place, monkeypatch: pytest.MonkeyPatch, *, has_login: bool) -> None:
    azure_settings(place, "https://vault.contoso.example", SECRET)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    place.environment["AZURE_AUTHORITY_HOST"] = "https://login.contoso.example"
    if not has_login:
        del place.environment["AZURE_CLIENT_SECRET"]
    stage = place.stage()
    message = (
        "'Password' in Azure Key Vault can't be had here: the proxy that the environment of this machine names can't be used"
    )
    assert (stage["code"], stage["message"]) == ("setting-wrong", message)
    assert "never-told" not in repr(stage)
