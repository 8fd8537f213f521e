"""A certificate of ours for TLS, from a PKCS #12 archive."""

import secrets
import ssl
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from idmxml.drivers.tls_verification import verifying_context
from idmxml.live.vaults.vault_http import library
from idmxml.stages import Failure, Stage, StageFailure

UNUSABLE: Final = "it has to be a PKCS #12 archive (.pfx) with a certificate and its private key"


def context_with_certificate(archive: Path, password: str, extra: str) -> ssl.SSLContext:
    """A context that verifies servers and shows them the certificate; StageFailure when the archive can't be used."""
    try:
        data = archive.read_bytes()
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise _failure(Failure.FILE_MISSING, f"can't be read: {why}", Failure.FILE_MISSING.hint) from None
    context = verifying_context()
    _load(context, data, password, extra)
    return context


def _load(context: ssl.SSLContext, data: bytes, password: str, extra: str) -> None:
    pkcs12 = library("cryptography.hazmat.primitives.serialization.pkcs12", extra)
    from cryptography.hazmat.primitives import serialization

    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, password.encode() or None)
    except ValueError:
        hint = f"give its password in the environment variable CyberArk__Password; {UNUSABLE}"
        raise _failure(Failure.SECRET_MISSING, "can't be opened with the password that is given", hint) from None
    if key is None or certificate is None:
        raise _failure(Failure.FILE_FORMAT, "holds no certificate with its private key", UNUSABLE)
    only_once = secrets.token_hex(32)
    closed = serialization.BestAvailableEncryption(only_once.encode())
    parts = [key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, closed)]
    parts += [each.public_bytes(serialization.Encoding.PEM) for each in (certificate, *others)]
    with TemporaryDirectory(prefix="idmxml-") as folder:  # OpenSSL reads files alone; the key in it is encrypted
        file = Path(folder) / "certificate.pem"
        file.write_bytes(b"".join(parts))
        try:
            context.load_cert_chain(file, password=only_once)
        except ssl.SSLError:
            raise _failure(Failure.FILE_FORMAT, "holds a key that does not fit its certificate", UNUSABLE) from None


def _failure(failure: Failure, why: str, hint: str) -> StageFailure:
    return StageFailure(failure, f"the archive of 'CyberArk > File' {why}", hint=hint, stage=Stage.SECRET)
