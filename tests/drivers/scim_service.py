"""A service of SCIM 2 that answers as RFC 7643 and RFC 7644 say."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from http_service import Asked, Told

NEVER_TOLD = "Zo\u00eb-never-told"
TOKEN, PASSWORD, KEY = "token-never-told", "password-never-told", "key-never-told"
CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CONDITION = re.compile(r'[A-Za-z.:]+ (eq|gt|sw) "[^"]*"')


def attribute(name: str, kind: str = "string", *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "type": kind, "multiValued": False, "uniqueness": "none", **more}
    return {**found, "subAttributes": list(parts)} if parts else found


SCHEMAS = (
    {
        "id": f"{CORE}User",
        "name": "User",
        "attributes": [
            attribute("userName", uniqueness="server"),
            attribute("name", "complex", attribute("familyName"), attribute("givenName")),
            attribute("active", "boolean"),
            attribute("emails", "complex", attribute("value"), attribute("primary", "boolean"), multiValued=True),
            attribute("entitlements", "complex", attribute("value"), multiValued=True),
        ],
    },
    {
        "id": f"{CORE}Group",
        "name": "Group",
        "attributes": [
            attribute("displayName"),
            attribute("members", "complex", attribute("value"), attribute("$ref", "reference"), multiValued=True),
        ],
    },
    {
        "id": ENTERPRISE,
        "name": "EnterpriseUser",
        "attributes": [
            attribute("employeeNumber"),
            attribute("level", "integer"),
            attribute("manager", "complex", attribute("value")),
        ],
    },
)
TYPES = (
    {"name": "User", "endpoint": "/Users", "schema": f"{CORE}User", "schemaExtensions": [{"schema": ENTERPRISE}]},
    {"name": "Group", "endpoint": "/Groups", "schema": f"{CORE}Group"},
)
CONTAINER = {"name": "Container", "endpoint": "/Containers", "schema": "urn:ietf:params:scim:schemas:pam:1.0:Container"}


@dataclass(frozen=True)
class Scim:
    """A service. ``instead`` are answers given in place of the right ones, by path."""

    instead: dict[str, Told] = field(default_factory=dict)
    types: tuple[dict[str, Any], ...] = TYPES
    filters: bool = True

    def __call__(self, asked: Asked) -> Told:
        path = asked.path.removeprefix("/scim/v2")
        if path in self.instead:
            return self.instead[path]
        if path == "/token":
            return self._token(asked)
        if not self._is_known(asked.headers.get("Authorization", "")):
            return told({"detail": "who are you?"}, 401)
        found: dict[str, Callable[[], Told]] = {
            "/ServiceProviderConfig": lambda: told({"patch": {"supported": True}, "filter": {"supported": self.filters}}),
            "/ResourceTypes": lambda: listed(self.types),
            "/Schemas": lambda: listed(SCHEMAS),
            **{each["endpoint"]: lambda: self._resources(asked) for each in self.types},
        }
        return found[path]() if path in found else told({}, 404)

    @staticmethod
    def _is_known(authorization: str) -> bool:
        account = base64.b64encode(f"reader:{PASSWORD}".encode()).decode()
        return authorization in {f"Bearer {TOKEN}", f"Basic {account}"}

    @staticmethod
    def _token(asked: Asked) -> Told:
        client = {"client_id": "app", "client_secret": KEY}
        accepted = (
            {"grant_type": "client_credentials", **client, "scope": "read"},
            {"grant_type": "client_credentials", **client},
            {"grant_type": "password", "username": "reader", "password": PASSWORD, **client},
        )
        is_right = asked.method == "POST" and asked.form in accepted
        return told({"access_token": TOKEN, "token_type": "Bearer"}) if is_right else told({"error": "invalid_client"}, 400)

    def _resources(self, asked: Asked) -> Told:
        condition = asked.query.get("filter")
        if condition is not None and (not self.filters or not CONDITION.fullmatch(condition)):
            return told({"scimType": "invalidFilter"}, 400)
        assert asked.query["count"] == "1"
        return listed(({"id": "1", "userName": NEVER_TOLD},))


def told(stored: object, status: int = 200) -> Told:
    return Told(status, json.dumps(stored).encode(), "application/scim+json")


def listed(resources: tuple[Any, ...]) -> Told:
    return told({"totalResults": len(resources), "Resources": list(resources)})


PAGE = Told(200, b"<html>Log in</html>", "text/html")
