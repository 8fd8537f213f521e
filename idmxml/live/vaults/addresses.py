"""Addresses of vaults and of the services that log in to them, as settings and variables write them."""

from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, urlsplit

HTTPS: Final = 443


def read_address(text: str, schemes: Collection[str] = ("https",)) -> SplitResult | None:
    """The parts of an address of one of ``schemes``, https where none is written; None when it is no such address."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if parts.scheme in schemes and has_host and text.isprintable() and " " not in text else None


def host_of(parts: SplitResult) -> str:
    """The host and port of an address, without an account before them."""
    return parts.netloc.rpartition("@")[2]


def is_same_service(url: str, other: str) -> bool:
    """Whether two addresses lead to the same host and port by https, however they write them: vaults add ``:443``."""
    try:
        first, second = (
            (parts.scheme, (parts.hostname or "").rstrip("."), parts.port or HTTPS) for parts in map(urlsplit, (url, other))
        )
    except ValueError:
        return False
    return first == second and first[0] == "https"
