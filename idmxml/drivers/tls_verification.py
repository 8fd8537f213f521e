"""TLS with certificates that are verified, and what is said when one can't be."""

import ssl
from typing import Final

from idmxml.stages import Failure, StageFailure

EXPIRED: Final = 10
OTHER_NAME: Final = frozenset({62, 64})
FOREIGN: Final = frozenset({2, 18, 19, 20, 21})
NAME_HINT: Final = "address the server by a name that its certificate holds, or have the certificate hold this name"
TRUST_HINT: Final = (
    "have this machine trust the authority that issued it; SSL_CERT_FILE names a file of trusted authorities to this command"
)


def verifying_context() -> ssl.SSLContext:
    """A context that accepts only certificates of authorities this machine trusts, for the name that is asked for."""
    return ssl.create_default_context()


def tls_failure(error: BaseException, setting: str) -> StageFailure:
    """The failure for what came out of a TLS handshake. ``setting`` is the full name of the one that gives the address."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_failure(error.verify_code, error.verify_message, setting)
    if isinstance(error, ssl.SSLError) and error.reason:
        why = error.reason.replace("_", " ").lower()
        return StageFailure(Failure.TLS_FAILED, f"no TLS connection came about: {why}", setting=setting)
    return StageFailure(Failure.TLS_FAILED, "the server ended the connection when TLS was to begin", setting=setting)


def _certificate_failure(code: int, message: str, setting: str) -> StageFailure:
    if code in OTHER_NAME:
        why = "the certificate of the server is for another name"
        return StageFailure(Failure.CERTIFICATE, why, setting=setting, hint=NAME_HINT)
    if code == EXPIRED:
        hint = "renew the certificate of the server"
        return StageFailure(Failure.CERTIFICATE, "the certificate of the server has expired", setting=setting, hint=hint)
    why = f"the certificate of the server can't be verified: {message}"
    return StageFailure(Failure.CERTIFICATE, why, setting=setting, hint=TRUST_HINT if code in FOREIGN else "")
