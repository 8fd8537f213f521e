"""The SCIM server of the project scim2-server, with users and a group of its own."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import load_default_provider
from wsgi_service import wsgi_service

TOKEN = "token-never-told"  # noqa: S105  of a server of the tests
NEVER_TOLD = "Zoë-never-told"
CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@contextmanager
def scim2_partner() -> Iterator[str]:
    """The address of the server, without the version."""
    application = BearerTokenApplication(InMemoryStorage(), load_default_provider(), bearer_tokens=[TOKEN])
    with wsgi_service(application) as address:
        user = {"schemas": [f"{CORE}User", ENTERPRISE], "userName": NEVER_TOLD, ENTERPRISE: {"employeeNumber": "1"}}
        made = asked(f"{address}/v2/Users", user)
        group = {"schemas": [f"{CORE}Group"], "displayName": NEVER_TOLD, "members": [{"value": made["id"]}]}
        asked(f"{address}/v2/Groups", group)
        yield address


def asked(url: str, body: object = None) -> Any:
    """What the server answers, to a resource to make when one is given."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:  # noqa: S310  on loopback
        return json.load(answer)
