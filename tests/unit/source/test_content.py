"""The bytes of a file, or the reason why there are none."""

from pathlib import Path

from idmxml.source.content import Unread, content_from, content_of
from idmxml.source.repository import SourceFile


def refused() -> bytes:
    raise PermissionError(13, "Permission denied", "a.xml")


def nameless() -> bytes:
    raise OSError


def test_bytes_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(b"<a/>")
    assert content_of(SourceFile(file, "a.xml", 4), 4) == b"<a/>"
    assert content_of(SourceFile(file, "a.xml", 2_500_000), 2_000_000) == Unread("it is larger than 2 MB")
    assert content_of(SourceFile(tmp_path / "b.xml", "b.xml", 4), 4) == Unread("it can't be read: No such file or directory")


def test_a_file_may_have_grown_since_it_was_found(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(b"x" * 1_500_001)
    assert content_of(SourceFile(file, "a.xml", 4), 1_500_000) == Unread("it is larger than 1.5 MB")


def test_what_reading_may_raise() -> None:
    assert content_from(refused, 1) == Unread("it can't be read: Permission denied")
    assert content_from(nameless, 1) == Unread("it can't be read: OSError")
