"""Google's tokens, the Admin SDK and its description, as their documentation says they answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from http_service import Asked, Told

ACCOUNT, USER = "export@contoso.iam.gserviceaccount.com", "admin@contoso.com"
TOKEN = "token-never-told"  # noqa: S105  made up
NEVER_TOLD = "Zo\u00eb-never-told"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPES = "https://www.googleapis.com/auth/admin.directory.user https://www.googleapis.com/auth/admin.directory.group"
KEY = generate_private_key(65537, 2048)
TEXT = {"type": "string"}
DESCRIPTION: dict[str, Any] = {
    "kind": "discovery#restDescription",
    "schemas": {
        "User": {
            "id": "User",
            "type": "object",
            "properties": {
                "primaryEmail": TEXT,
                "id": TEXT,
                "aliases": {"type": "array", "items": TEXT, "readOnly": True},
                "creationTime": {"type": "string", "format": "date-time"},
                "customSchemas": {"type": "object", "additionalProperties": {"$ref": "UserCustomProperties"}},
                "emails": {"type": "any"},
                "gender": {"type": "any"},
                "name": {"$ref": "UserName"},
                "suspended": {"type": "boolean"},
            },
        },
        "UserName": {"id": "UserName", "type": "object", "properties": {"givenName": TEXT, "familyName": TEXT}},
        "UserEmail": {"id": "UserEmail", "type": "object", "properties": {"address": TEXT, "primary": {"type": "boolean"}}},
        "Group": {
            "id": "Group",
            "type": "object",
            "properties": {
                "directMembersCount": {"type": "string", "format": "int64"},
                "email": TEXT,
                "id": TEXT,
                "nonEditableAliases": {"type": "array", "items": TEXT},
            },
        },
    },
}


def told(stored: object, status: int = 200) -> Told:
    return Told(status, json.dumps(stored).encode(), "application/json; charset=UTF-8")


def refused(error: str, description: str, status: int = 400) -> Told:
    return told({"error": error, "error_description": f"{description}."}, status)


def denied(reason: str) -> Told:
    error = {"code": 403, "message": f"about {NEVER_TOLD}", "errors": [{"reason": reason, "domain": "global"}]}
    return told({"error": error}, 403)


def key_text(key: RSAPrivateKey = KEY) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def public_key_text() -> str:
    text = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return text.decode("ascii")


def key_file(tokens: str, **values: object) -> str:
    """A credentials file whose tokens come from a service."""
    own = {"type": "service_account", "client_email": ACCOUNT, "private_key": key_text(), "private_key_id": "k1"}
    return json.dumps({**own, "token_uri": f"{tokens}/token", **values})


@dataclass(frozen=True)
class Tokens:
    """Gives tokens for requests that the account signed. ``instead`` is what it answers in place of the right thing."""

    instead: Told | None = None

    def __call__(self, asked: Asked) -> Told:
        if self.instead is not None:
            return self.instead
        assert (asked.method, asked.path, asked.form["grant_type"]) == ("POST", "/token", GRANT)
        signed = asked.form["assertion"]
        audience = f"http://{asked.headers['Host']}/token"
        try:
            claims = jwt.decode(signed, KEY.public_key(), algorithms=["RS256"], audience=audience)
        except jwt.InvalidSignatureError:
            return refused("invalid_grant", "Invalid JWT Signature")
        assert jwt.get_unverified_header(signed)["kid"] == "k1"
        if claims["iss"] != ACCOUNT:
            return refused("invalid_grant", "Invalid grant: account not found")
        if claims["sub"] != USER:
            return refused("invalid_grant", "Invalid email or User ID")
        assert (claims["scope"], claims["exp"] - claims["iat"]) == (SCOPES, 3600)
        return told({"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"})


@dataclass(frozen=True)
class Google:
    """The Admin SDK. ``instead`` are answers given in place of the right ones, by path."""

    instead: Mapping[str, Told] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        path = asked.path.removeprefix("/admin/directory/v1")
        if path in self.instead:
            return self.instead[path]
        if path == "/$discovery/rest":
            assert asked.query == {"version": "directory_v1"}
            return told(DESCRIPTION)
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return told({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, 401)
        if path == "/groups/g%2F1/members":
            assert asked.query == {"maxResults": "1", "fields": "members(id)"}
            return told({"members": [{"id": NEVER_TOLD}]})
        name = path.removeprefix("/")
        if name not in {"users", "groups"}:
            return told({"error": {"code": 404}}, 404)
        assert asked.query == {"customer": "my_customer", "maxResults": "1", "fields": f"{name}(id)"}
        return told({name: [{"id": "g/1" if name == "groups" else NEVER_TOLD}]})
