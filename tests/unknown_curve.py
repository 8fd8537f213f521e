"""A private key over a curve that the cryptography library knows by nothing but its number."""

from base64 import encodebytes

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KNOWN = bytes.fromhex("06082a8648ce3d030107")
UNKNOWN = bytes.fromhex("06082a8648ce3d030106")


def key_of_unknown_curve() -> str:
    key = generate_private_key(SECP256R1())
    content = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert KNOWN in content
    text = encodebytes(content.replace(KNOWN, UNKNOWN)).decode("ascii")
    return f"-----BEGIN PRIVATE KEY-----\n{text}-----END PRIVATE KEY-----\n"
