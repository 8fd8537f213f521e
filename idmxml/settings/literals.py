"""Tells secrets in the open from texts that only stand for one: encrypted, to be filled in, or a part without a password."""

import re

from idmxml.settings.redaction import hidden_parts
from idmxml.settings.resolve import Given
from idmxml.settings.texts import is_placeholder
from idmxml.settings.view import holds

X509_VALUE = re.compile(r"kxABA[A-Za-z0-9+/]+=*")
CERTIFICATE_PASSWORD = re.compile(r"[A-Za-z0-9+/]+=*@[A-Za-z0-9+/]+=*@[A-Za-z0-9+/]+=*")
FILLED_IN_LATER = re.compile(r"\s*(?:\$\{[^}]+\}|\$\([^)]+\)|#\{[^}]+\}#?|\{\{.+\}\}|__[\w.-]+__|%\w+%)\s*")
PASSWORD_PART = re.compile(r"(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*[^;\s]", re.IGNORECASE)


def is_literal(text: str) -> bool:
    """Whether a text is a secret in the open, rather than empty, encrypted, a placeholder or a mark of a deployment tool."""
    closed = X509_VALUE.fullmatch(text) or CERTIFICATE_PASSWORD.fullmatch(text) or FILLED_IN_LATER.fullmatch(text)
    return bool(text.strip()) and not closed and not is_placeholder(text)


def has_password(text: str) -> bool:
    """Whether a connection string holds a password."""
    return bool(PASSWORD_PART.search(text))


def has_hidden_password(text: str) -> bool:
    """Whether a password stands inside a text in the open, as in ``https://user:password@host``."""
    return any(is_literal(part) and not part.startswith("{") for part in hidden_parts(text))


def is_open_credential(given: Given, kind: str | None) -> bool:
    """Whether a sealed value is a credential in the open; ``kind`` is what its shape says: value, part, or None."""
    if not given.is_secret or not holds(given, is_literal):
        return False
    return holds(given, has_password) if kind == "part" else True
