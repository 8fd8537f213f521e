"""LDIF files: one table called like the connection, its columns the attributes that the settings list."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from idmxml.drivers.driver import (
    COMPLETE_ONLY,
    Column,
    Failure,
    Mode,
    Settings,
    Stage,
    StageFailure,
    StageResult,
    Table,
    Wanted,
    passed,
)
from idmxml.drivers.found_files import find_file
from idmxml.drivers.text_files import Beginning, TextFile, size_words
from idmxml.model.names import closest

LINE: Final = re.compile(r"([A-Za-z0-9][\w.;-]*)(::|:<|:)[ ]*(.*)")
FILE: Final = "LDIFFile"


@dataclass(frozen=True, slots=True)
class LdifDriver:
    """Reads the first entries of the file, to see that it is LDIF and which attributes hold several values."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        """Find the file, read its first entries, and look for what the settings ask of them."""
        settings.remaining()
        if mode is Mode.INCREMENTAL:
            yield COMPLETE_ONLY
            return
        attributes = _attributes(settings)
        file = _file(settings)
        yield passed(Stage.READ, f"{file.shown}, {size_words(file.size)}")
        entries = _entries(file)
        yield passed(Stage.SCHEMA, f"{len(attributes)} attributes", *_unseen(attributes, entries))
        yield passed(mode.stage, *_selection(settings, entries))

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        """The one table."""
        settings.remaining()
        if not wanted.wants(settings.table()):
            return ()
        attributes = _attributes(settings)
        entries = _entries(_file(settings))
        columns = (Column(each, is_multivalued=each.casefold() in entries.multivalued) for each in attributes)
        return (Table(settings.table(), tuple(columns)),)


def attributes_of(file: TextFile) -> tuple[tuple[str, bool], ...]:
    """The attributes that the first entries of a file have, spelt as they come first, and whether one has several values."""
    spelt: dict[str, str] = {}
    several: set[str] = set()
    beginning = file.beginning()
    for line in beginning.text.split("\n"):
        match = LINE.fullmatch(line) if line[:1] not in {"", " ", "#"} else None
        name = match[1].partition(";")[0] if match else ""
        spelt.setdefault(name.casefold(), name)
    for entry in _split(beginning):
        several.update(name for name, count in Counter(name for name, _value in entry).items() if count > 1)
    known = {"", "version", "changetype", "control"}
    is_ldif = "dn" in spelt
    return tuple((name, folded in several) for folded, name in spelt.items() if folded not in known) if is_ldif else ()


@dataclass(frozen=True, slots=True)
class Entries:
    """What the first entries of a file tell: attributes by lower case name, those with several values, and all of the values.

    The values are kept only of the attribute that picks entries. ``is_whole`` tells that the file has no more entries.
    """

    seen: frozenset[str]
    multivalued: frozenset[str]
    picking: tuple[frozenset[str], ...] = field(repr=False)
    is_whole: bool


def _attributes(settings: Settings) -> tuple[str, ...]:
    attributes = settings.texts("Attributes")
    if not attributes or not all(each.strip() for each in attributes):
        raise settings.wrong("Attributes", "lists no attribute" if not attributes else "holds an empty name")
    double = [name for name, count in Counter(attributes).items() if count > 1]
    if double:
        raise settings.wrong("Attributes", f"lists '{double[0]}' twice", "remove one of them")
    return attributes


def _file(settings: Settings) -> TextFile:
    return TextFile(settings, FILE, find_file(settings, FILE), "LdifEncoding")


def _entries(file: TextFile) -> Entries:
    picking = file.settings.text("FilterAttribute").casefold()
    beginning = file.beginning()
    seen: set[str] = set()
    several: set[str] = set()
    picked: list[frozenset[str]] = []
    for entry in _split(beginning):
        counts = Counter(name for name, _value in entry)
        seen.update(counts)
        several.update(name for name, count in counts.items() if count > 1)
        picked.append(frozenset(value.casefold() for name, value in entry if name == picking))
    if not picked:
        message = f"{file.shown} is no LDIF: no line of it begins an entry with 'dn:'"
        raise StageFailure(Failure.FILE_FORMAT, message, setting=FILE)
    return Entries(frozenset(seen), frozenset(several), tuple(picked), beginning.is_whole)


def _split(beginning: Beginning) -> Iterator[list[tuple[str, str]]]:
    """The entries of the beginning as pairs of attribute in lower case and value, without a last one that may be cut."""
    text = beginning.text.replace("\n ", "")  # folded lines
    blocks = re.split(r"\n{2,}", text.strip("\n"))
    for block in blocks if beginning.is_whole or len(blocks) == 1 else blocks[:-1]:
        pairs = [_pair(match) for line in block.split("\n") if not line.startswith("#") and (match := LINE.fullmatch(line))]
        pairs = pairs[1:] if pairs and pairs[0][0] == "version" else pairs
        if pairs and pairs[0][0] == "dn":
            yield pairs


def _pair(match: re.Match[str]) -> tuple[str, str]:
    name, sign, value = match.groups()
    if sign == "::":
        try:
            value = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            value = ""
    return name.partition(";")[0].casefold(), value


def _unseen(attributes: tuple[str, ...], entries: Entries) -> Iterator[str]:
    """A sentence for each attribute that no entry has, when all entries were seen."""
    for each in attributes if entries.is_whole else ():
        if each.partition(";")[0].casefold() not in entries.seen:
            near = closest(each, entries.seen)
            yield f"no entry has the attribute '{each}'" + (f"; did you mean '{near}'?" if near else "")


def _selection(settings: Settings, entries: Entries) -> tuple[str, ...]:
    """How many of the entries seen are exported; with a warning when none of all is."""
    values = {each.casefold() for each in settings.text("FilterValues").split()}
    count = sum(not values.isdisjoint(each) for each in entries.picking)
    total = len(entries.picking)
    detail = f"{count:,} of {total:,} entries are exported" if entries.is_whole else f"{count:,} of the first {total:,} entries"
    if count or not entries.is_whole:
        return (detail,)
    name = settings.text("FilterAttribute")
    return detail, f"no entry has one of the FilterValues in '{name}', so nothing is exported"
