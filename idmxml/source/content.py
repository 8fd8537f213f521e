"""The bytes of a file, or why they can't be had."""

from collections.abc import Callable
from dataclasses import dataclass

from idmxml.source.repository import MEGABYTE, SourceFile


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a file is not read: a sentence about "it"."""

    reason: str


def content_of(file: SourceFile, max_bytes: int) -> bytes | Unread:
    """The bytes of a file; those of one larger than ``max_bytes`` are not asked for."""
    return Unread(_too_large(max_bytes)) if file.size > max_bytes else content_from(file.file.read_bytes, max_bytes)


def content_from(read: Callable[[], bytes], max_bytes: int) -> bytes | Unread:
    """The bytes that ``read`` gives; an OSError it raises is told, and so are more than ``max_bytes``."""
    try:
        data = read()
    except OSError as error:
        return Unread(f"it can't be read: {error.strerror or type(error).__name__}")
    return Unread(_too_large(max_bytes)) if len(data) > max_bytes else data


def _too_large(max_bytes: int) -> str:
    return f"it is larger than {max_bytes / MEGABYTE:g} MB"
