"""The beginning of a text file: unpacked, decoded, lines skipped, never more than a bounded part of it in memory."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from idmxml.drivers.dotnet_encodings import codec_named, likely_name, marked_codec
from idmxml.drivers.found_files import file_failure, stat_of
from idmxml.drivers.settings import Settings
from idmxml.phrases import counted
from idmxml.stages import Failure, StageFailure

LONGEST: Final = 1 << 20
LINE_PART: Final = 1 << 16
LINES_BETWEEN_LOOKS: Final = 10_000
WRITE_ANEW: Final = "have the file written anew, as text in this encoding"
GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first characters of a text file behind the skipped lines; ``is_whole`` when nothing comes after them.

    ``first_line`` is the number of its first line in the file.
    """

    text: str
    is_whole: bool
    first_line: int = 1


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file of the setting ``name``; ``encoding_name`` is the setting that gives its encoding."""

    settings: Settings
    name: str
    path: Path
    encoding_name: str

    @property
    def shown(self) -> str:
        """Its name for a message."""
        return self.settings.shown_file(self.name, self.path)

    @property
    def size(self) -> int:
        """Its bytes on the disk."""
        return stat_of(self.settings, self.name, self.path).st_size

    def beginning(self, skip: int = 0) -> Beginning:
        """Its beginning after ``skip`` lines; StageFailure when it is empty, wrongly encoded or can't be read."""
        codec = self._codec()
        with self._open() as stream:
            start = _peek(stream)
            if not start:
                full = self.settings.full_name(self.name)
                raise StageFailure(Failure.FILE_EMPTY, f"{self.shown} is empty", setting=full)
            text = io.TextIOWrapper(stream, marked_codec(start) or codec, newline=None)
            try:
                skipped = self._skip(text, skip)
                found = text.read(LONGEST)
                more = text.read(1) if len(found) == LONGEST else ""
            except UnicodeDecodeError as error:
                raise self._wrong_encoding(f"byte 0x{error.object[error.start]:02X} is not valid {codec}", start) from None
            except UnicodeError:
                raise self._wrong_encoding(f"its bytes are not valid {codec}", start) from None
        if "\0" in found:
            raise self._wrong_encoding("it holds zero bytes, which texts don't", start)
        return Beginning(found.removeprefix("\ufeff"), not more, skipped + 1)

    def _codec(self) -> str:
        name = self.settings.text(self.encoding_name, "UTF-8")
        codec = codec_named(name)
        if codec is None:
            raise self.settings.wrong(self.encoding_name, f"names the encoding '{name}', which can't be read here")
        return codec

    def _skip(self, text: io.TextIOWrapper, lines: int) -> int:
        done = 0
        while done < lines:
            if done % LINES_BETWEEN_LOOKS == 0:
                self.settings.remaining()
            part = text.readline(LINE_PART)
            if not part:
                break
            done += part.endswith("\n")
        return done

    def _wrong_encoding(self, why: str, start: bytes) -> StageFailure:
        full = self.settings.full_name(self.encoding_name)
        likely = likely_name(start)
        is_other = codec_named(likely) != (marked_codec(start) or self._codec())
        hint = f"it may be {likely}: set '{full}' to it, or have the file written anew" if is_other else WRITE_ANEW
        return StageFailure(Failure.FILE_ENCODING, f"{self.shown} is not in its encoding: {why}", setting=full, hint=hint)

    @contextmanager
    def _open(self) -> Iterator[io.BufferedReader]:
        """The bytes of the file, those inside for a packed one."""
        try:
            with self.path.open("rb") as raw:
                packed = _peek(raw)[:2] == GZIP
                stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
                yield io.BufferedReader(cast("io.RawIOBase", stream), LINE_PART) if packed else raw
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            full = self.settings.full_name(self.name)
            why = f"{self.shown} is packed by gzip, and damaged: {error}"
            raise StageFailure(Failure.FILE_FORMAT, why, setting=full) from None
        except OSError as error:
            raise file_failure(self.settings, self.name, self.path, error) from None


def _peek(stream: io.BufferedReader) -> bytes:
    return stream.peek(LINE_PART)[:LINE_PART]


def size_words(size: int) -> str:
    """A number of bytes in words."""
    for unit, factor in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return counted(size, "byte")
