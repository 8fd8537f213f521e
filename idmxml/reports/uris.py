"""Writes paths as URIs, with spaces, other scripts and odd bytes encoded."""

import re
from urllib.parse import quote

DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def relative_uri(path: str) -> str:
    """The URI of a path relative to a folder. Bytes of a file name that are no UTF-8 are kept."""
    uri = encoded(path)
    return f"./{uri}" if ":" in uri.split("/", 1)[0] else uri


def folder_uri(root: str) -> str:
    """The ``file:`` URI of an absolute folder of any operating system, with a slash at its end."""
    windows = DRIVE.match(root) or root.startswith("\\\\")
    path = (root.replace("\\", "/") if windows else root).rstrip("/") + "/"
    if path.startswith("//"):
        return f"file:{encoded(path)}"
    return f"file://{'/' if DRIVE.match(path) else ''}{encoded(path)}"


def encoded(path: str) -> str:
    """The path with all but plain characters as percent and bytes."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "replace")
    return quote(data, safe="/:")
