"""Azure Key Vault with Microsoft Entra ID, and the Central Credential Provider of CyberArk, as documentation has them."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate
from http_service import Asked, Authorities, Told, service

TENANT, CLIENT, KEY, TOKEN = "contoso.test", "11111111-client", "key-never-told", "token-never-told"
APPLICATION, SAFE = "Identity Agent", "Identity"
LOGIN = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": KEY}


def answered(stored: object, status: int = 200, **headers: str) -> Told:
    return Told(status, json.dumps(stored).encode(), headers=headers)


def azure_error(code: str, inner: str = "") -> dict[str, object]:
    more: dict[str, object] = {"innererror": {"code": inner}} if inner else {}
    return {"error": {"code": code, "message": f"never told: {TOKEN}", **more}}


@dataclass
class Azure:
    """A vault and what gives tokens for it. ``instead`` are answers given in place of the right ones, by path.

    ``pages`` is the number of names of a page. ``asked`` are the requests, as method and path. ``key`` is the secret of the
    application, ``token`` what it gets for it.
    """

    secrets: Mapping[str, str] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()
    instead: dict[str, Told] = field(default_factory=dict)
    pages: int = 2
    key: str = KEY
    token: str = TOKEN
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, asked: Asked) -> Told:
        with self.lock:
            self.asked.append(f"{asked.method} {asked.path}")
        if asked.path in self.instead:
            return self.instead[asked.path]
        if asked.path.endswith("/oauth2/v2.0/token"):
            return self._token(asked)
        if asked.path == "/metadata/identity/oauth2/token":
            is_right = asked.headers.get("Metadata") == "true" and asked.query["api-version"] == "2018-02-01"
            return answered({"access_token": self.token}) if is_right else answered({}, 400)
        if asked.path == "/msi/token":
            is_right = asked.headers.get("X-IDENTITY-HEADER") == self.key and asked.query["api-version"] == "2019-08-01"
            return answered({"access_token": self.token}) if is_right else answered({}, 401)
        if asked.headers.get("Authorization") != f"Bearer {self.token}":
            return answered(azure_error("Unauthorized"), 401)
        assert asked.query["api-version"] == "7.4"
        return self._names(asked) if asked.path == "/secrets" else self._secret(asked)

    def _token(self, asked: Asked) -> Told:
        assert asked.method == "POST"
        assert (asked.form["grant_type"], asked.form["scope"]) == ("client_credentials", "https://localhost/.default")
        is_known = asked.path == f"/{TENANT}/oauth2/v2.0/token" and asked.form["client_id"] == CLIENT
        assertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        by_assertion = asked.form.get("client_assertion_type") == assertion and asked.form.get("client_assertion") == self.key
        if is_known and (asked.form.get("client_secret") == self.key or by_assertion):
            return answered({"token_type": "Bearer", "expires_in": 3599, "access_token": self.token})
        told = f"AADSTS7000215: Invalid client secret provided: {asked.form.get('client_secret')}"
        return answered({"error": "invalid_client", "error_description": told}, 401)

    def _names(self, asked: Asked) -> Told:
        first = int(asked.query.get("$skiptoken", "0"))
        host = f"https://{asked.headers['Host']}"
        found = [
            {"id": f"{host}/secrets/{name}", "attributes": {"enabled": name not in self.disabled}}
            for name in sorted(self.secrets)[first : first + self.pages]
        ]
        after = first + self.pages
        more = f"{host}/secrets?api-version=7.4&$skiptoken={after}" if after < len(self.secrets) else None
        return answered({"value": found, "nextLink": more})

    def _secret(self, asked: Asked) -> Told:
        name = asked.path.removeprefix("/secrets/")
        if name not in self.secrets:
            return answered(azure_error("SecretNotFound"), 404)
        if name in self.disabled:
            return answered(azure_error("Forbidden", "SecretDisabled"), 403)
        return answered({"value": self.secrets[name], "id": f"https://vault/secrets/{name}/1", "attributes": {"enabled": True}})


@dataclass
class Provider:
    """A Central Credential Provider with accounts by name."""

    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    instead: Told | None = None
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, asked: Asked) -> Told:
        with self.lock:
            self.asked.append(asked.query.get("Object", asked.path))
        if self.instead is not None:
            return self.instead
        if (asked.method, asked.path) != ("GET", "/AIMWebService/api/Accounts"):
            return Told(404, b"<html>IIS</html>", "text/html")
        if asked.query["AppID"] != APPLICATION:
            return answered({"ErrorCode": "APPAP306E", "ErrorMsg": "Authentication error: never told"}, 403)
        found = self.accounts.get(asked.query["Object"]) if asked.query["Safe"] == SAFE else None
        if found is None:
            return answered({"ErrorCode": "APPAP004E", "ErrorMsg": f"no object {asked.query['Object']}"}, 404)
        return answered({"Safe": SAFE, "Folder": "Root", "Name": asked.query["Object"], **found})


@contextmanager
def served(answering: Callable[[Asked], Told], authorities: Authorities) -> Iterator[str]:
    """The address of a service with a certificate that is trusted."""
    with service(answering, authorities.own()) as address:
        yield address


def provider_that_wants_a_certificate(folder: Path, password: str) -> tuple[ssl.SSLContext, Path]:
    """How a service presents itself that lets in nobody without a certificate of its authority; and an archive with one."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "server.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    issued = authority.issue_cert("agent.contoso.test")
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    certificate = load_pem_x509_certificate(issued.cert_chain_pems[0].bytes())
    closed = serialization.BestAvailableEncryption(password.encode())
    archive = folder / "agent.pfx"
    archive.write_bytes(pkcs12.serialize_key_and_certificates(b"agent", key, certificate, None, closed))  # type: ignore[arg-type]
    return context, archive
