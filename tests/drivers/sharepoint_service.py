"""A site of SharePoint that answers as its REST service does, and asks for a login by NTLM, HTTP Basic or in other ways."""

import base64
import hashlib
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import spnego
from http_service import Asked, Told
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

PASSWORD, LOGIN, DOMAIN = "password-never-told", "reader-never-told", "CONTOSO"
NEVER_TOLD = "Zo\u00eb-never-told"
ACCOUNT = "/_api/web/currentuser"
NTLM, BASIC = "NTLM", 'Basic realm="a, b"'
ONLINE = 'Bearer realm="x",client_id="00000003",trusted_issuers="y", IDCRL Type="BPOSIDCRL", EndPoint="/_vti_bin/idcrl.svc/"'
PARTS = (
    "/_api/web",
    "/_api/web/siteusers",
    "/_api/web/sitegroups",
    "/_api/web/roledefinitions",
    "/_api/web/roleassignments",
    "/_api/web/webs",
    "/_api/web/lists",
)


def told(stored: object, status: int = 200) -> Told:
    return Told(status, json.dumps(stored).encode(), "application/json;odata=verbose;charset=utf-8")


def bindings_of(address: str) -> GssChannelBindings:
    """What binds a login to the certificate at an address."""
    host, _colon, port = address.rpartition("/")[2].rpartition(":")
    certificate = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, int(port))))
    return GssChannelBindings(application_data=b"tls-server-end-point:" + hashlib.sha256(certificate).digest())


@dataclass
class Site:
    """A site. ``instead`` are answers given in place of the right ones, by path, to those who are logged in.

    ``demand`` is the login it asks for, empty for none. ``users`` tells NTLM accounts from what ``bindings`` demand.
    """

    demand: str = NTLM
    instead: Mapping[str, Told] = field(default_factory=dict)
    bindings: GssChannelBindings | None = None
    asked: list[str] = field(default_factory=list)
    _contexts: dict[int, Any] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        self.asked.append(asked.path)
        if self.demand and (refusal := self._refusal(asked)).status != 200:
            return refusal
        if asked.path in self.instead:
            return self.instead[asked.path]
        if asked.path in {ACCOUNT, *PARTS}:
            assert asked.headers["Accept"] == "application/json;odata=verbose"
            return told({"d": {"Id": 7, "Title": NEVER_TOLD}})
        return told({"error": {"code": "-1"}}, 404)

    def _refusal(self, asked: Asked) -> Told:
        scheme, _space, token = asked.headers.get("Authorization", "").partition(" ")
        if self.demand.startswith(NTLM):
            return self._ntlm(asked.connection, base64.b64decode(token) if scheme == NTLM else b"")
        accounts = {f"{DOMAIN}\\{LOGIN}:{PASSWORD}", f"{LOGIN}:{PASSWORD}"}
        known = {base64.b64encode(each.encode()).decode("ascii") for each in accounts}
        return Told(200) if scheme == "Basic" and token in known else self._demand(self.demand)

    def _ntlm(self, connection: int, token: bytes) -> Told:
        context = self._contexts.get(connection)
        if context is not None and context.complete:
            return Told(200)
        if not token:
            return self._demand(self.demand)
        if context is None:
            context = spnego.server(protocol="ntlm", channel_bindings=self.bindings)
            self._contexts[connection] = context
        try:
            answer = context.step(token) or b""
        except SpnegoError:
            self._contexts.pop(connection)
            return self._demand(self.demand)
        return Told(200) if context.complete else self._demand(f"NTLM {base64.b64encode(answer).decode('ascii')}")

    @staticmethod
    def _demand(how: str) -> Told:
        return Told(401, headers={"WWW-Authenticate": how})
