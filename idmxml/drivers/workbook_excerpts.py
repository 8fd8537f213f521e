"""A large .xlsx workbook to a small one of its first rows, unpacked piece by piece in constant memory."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

LARGE: Final = 4 << 20
PIECE: Final = 1 << 16
FAULTS: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError)
"""What comes out of a damaged or encrypted archive."""
MOST: Final = 16 << 20
SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
STRINGS: Final = re.compile(r"xl/sharedStrings\.xml", re.IGNORECASE)
KEPT: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml", re.IGNORECASE
)
ROW_END: Final = re.compile(rb"</(?:\w+:)?row>|<(?:\w+:)?row\b[^>]*/>")
STRING_END: Final = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si\b[^>]*/>")
STRING_USE: Final = re.compile(rb"""<(?:\w+:)?c\b[^>]*\bt=["']s["'][^>]*>\s*<(?:\w+:)?v>(\d+)</""")
CLOSING: Final = re.compile(rb"<((?:\w+:)?)(?:sheetData|sst)\b")


def excerpt(path: Path, rows: int) -> "str | io.BytesIO":
    """A workbook with the first ``rows`` rows of every sheet; the path itself when it is of another kind than .xlsx.

    ValueError when the beginning of a part is larger than any sensible one.
    """
    if not zipfile.is_zipfile(path):
        return str(path)
    made = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        if not any(SHEET.fullmatch(each) for each in names):
            return str(path)
        last = 0
        for name in names:
            if SHEET.fullmatch(name):
                part = _cut(source, name, ROW_END, rows, "sheetData", "worksheet")
                last = max(last, *(int(each) for each in STRING_USE.findall(part)), 0)
                target.writestr(name, part)
            elif KEPT.fullmatch(name):
                target.writestr(name, source.read(name))
        for name in names:
            if STRINGS.fullmatch(name):
                target.writestr(name, _cut(source, name, STRING_END, last + 1, "sst"))
    made.seek(0)
    return made


def _cut(source: zipfile.ZipFile, name: str, end: re.Pattern[bytes], count: int, *closing: str) -> bytes:
    """The part up to the end of its ``count``-th element, closed; the whole of it when it has fewer."""
    with source.open(name) as stream:
        kept = bytearray()
        seen = searched = 0
        for piece in _pieces(stream):
            kept += piece
            if len(kept) > MOST:
                raise ValueError(f"{name} is too large to look at its beginning")
            while seen < count and (match := end.search(kept, searched)):
                seen, searched = seen + 1, match.end()
            if seen >= count:
                return bytes(kept[:searched]) + _closed(bytes(kept[:searched]), closing)
            searched = max(searched, len(kept) - PIECE)
    return bytes(kept)


def _closed(kept: bytes, names: tuple[str, ...]) -> bytes:
    """The end tags, with the prefix that the start tags have."""
    match = CLOSING.search(kept)
    prefix = match[1].decode("ascii") if match else ""
    return "".join(f"</{prefix}{name}>" for name in names).encode("ascii")


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece
