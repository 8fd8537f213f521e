"""NTLM over HTTP (MS-NTHT) through pyspnego: each connection is logged in when the service demands it.

On encrypted connections the answer is bound to the certificate of the server (RFC 5929), as services may demand. To be imported
only once both libraries are known to be there.
"""

import base64
import re
from collections.abc import Generator
from typing import Any, Final

import httpx
import spnego
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import MD5, SHA1, SHA256, Hash
from cryptography.x509 import load_der_x509_certificate
from spnego.channel_bindings import GssChannelBindings

SCHEME: Final = "NTLM"
CHALLENGE: Final = re.compile(r"(?:^|,)\s*NTLM\s+([A-Za-z0-9+/=]+)", re.IGNORECASE)
BINDING: Final = b"tls-server-end-point:"


class NtlmExchange(httpx.Auth):
    """The messages that log an account in. ``user`` may have its domain before it, with a backslash between."""

    def __init__(self, user: str, password: str, host: str) -> None:
        self._account = (user, password)
        self._host = host

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request, and twice more when it is answered by 401. httpx sends all of them by one connection."""
        response = yield request
        if response.status_code != 401:
            return
        user, password = self._account
        bindings = _bindings(response)
        client = spnego.client(user, password, self._host, "HTTP", channel_bindings=bindings, protocol="ntlm")
        request.headers["Authorization"] = _message(client.step())
        response = yield request
        challenge = CHALLENGE.search(response.headers.get("WWW-Authenticate", ""))
        if challenge is None:
            return
        try:
            request.headers["Authorization"] = _message(client.step(base64.b64decode(challenge[1], validate=True)))
        except Exception as error:  # noqa: BLE001  a challenge that is none breaks the library in many ways
            raise httpx.RemoteProtocolError(f"NTLM: {type(error).__name__}") from None
        yield request


def _message(token: bytes | None) -> str:
    return f"{SCHEME} {base64.b64encode(token or b'').decode('ascii')}"


def _bindings(response: httpx.Response) -> GssChannelBindings | None:
    """What binds a login to the certificate of the server; None where nothing is encrypted."""
    stream: Any = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    content = tls.getpeercert(True) if tls is not None else None  # noqa: FBT003  it takes no name
    if content is None:
        return None
    try:
        algorithm = load_der_x509_certificate(content).signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    if algorithm is None or isinstance(algorithm, MD5 | SHA1):
        algorithm = SHA256()
    digest = Hash(algorithm)
    digest.update(content)
    return GssChannelBindings(application_data=BINDING + digest.finalize())
