"""Proof of an application of Entra ID by its certificate: a token that its private key signs (RFC 7523)."""

import base64
import hashlib
import json
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from idmxml.live.vaults.vault_http import library
from idmxml.stages import Failure, Stage, StageFailure

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SECONDS: Final = 600
HINT: Final = "it has to be a PEM file or a PKCS #12 archive with an RSA key; AZURE_CLIENT_CERTIFICATE_PASSWORD opens it"


def signed_assertion(file: str, password: str, client: str, audience: str, extra: str) -> str:
    """The token for ``client``, which ``audience``, the address of tokens, accepts; StageFailure when the file is no use."""
    key, certificate = _read(file, password, extra)
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding

    thumbprint = hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).digest()
    now = int(time.time())
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": _encoded(thumbprint)}
    claims = {"aud": audience, "iss": client, "sub": client, "jti": str(uuid.uuid4()), "nbf": now, "exp": now + SECONDS}
    told = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    salted = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    return f"{told}.{_encoded(key.sign(told.encode(), salted, hashes.SHA256()))}"


def _read(file: str, password: str, extra: str) -> tuple["RSAPrivateKey", Any]:
    x509 = library("cryptography.x509", extra)
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

    secret = password.encode() or None
    try:
        data = Path(file).read_bytes()
        if b"-----BEGIN" in data:
            key: object = load_pem_private_key(data, secret)
            certificate = x509.load_pem_x509_certificate(data)
        else:
            key, certificate, _others = pkcs12.load_key_and_certificates(data, secret)
    except OSError:
        raise _unusable(Failure.FILE_MISSING, "can't be read") from None
    except (UnsupportedAlgorithm, ValueError, TypeError):  # TypeError: a password that is missing or needless
        raise _unusable(Failure.FILE_FORMAT, "can't be opened") from None
    if not isinstance(key, RSAPrivateKey) or certificate is None:
        raise _unusable(Failure.FILE_FORMAT, "holds no certificate with an RSA key")
    return key, certificate


def _unusable(failure: Failure, why: str) -> StageFailure:
    message = f"the file that AZURE_CLIENT_CERTIFICATE_PATH names {why}"
    return StageFailure(failure, message, hint=HINT, stage=Stage.SECRET)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
