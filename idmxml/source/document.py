"""The text of a file to its entries with exact places: the thorough reader, for files that have something to say.

Expat gives the place of every tag; DTDs, and with them entities and external files, are refused before they act.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from xml.parsers import expat

from idmxml.diagnostics import Span
from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.facts.load import Language
from idmxml.source.entry import Entry
from idmxml.source.lines import Lines
from idmxml.source.markup import TagMarkup, read_tag, value_offsets
from idmxml.source.shown import covered

XSI = "http://www.w3.org/2001/XMLSchema-instance "
MAX_DEPTH = 255
MAX_ATTRIBUTES = 2_000
MAX_VALUE = 10_000_000


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Why a text is no XML of ours: ``kind`` is syntax, dtd or limit; ``start`` and ``end`` are offsets in the text.

    ``other`` is the offset of a place that explains it, with its sentence, such as the start tag left open.
    """

    kind: str
    message: str
    hint: str
    start: int
    end: int
    other: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its text, its offset and the ordinal of the element that follows it."""

    text: str
    start: int
    next_ordinal: int


@dataclass(frozen=True)
class Document:
    """A parsed file: every element in document order, with the offset of its tag, comments and stray text.

    ``path`` is relative to the repository's root, with ``/``.
    """

    path: str
    text: str
    entries: tuple[Entry, ...]
    offsets: tuple[int, ...]
    ends: tuple[int, ...]
    comments: tuple[Comment, ...]
    stray_text: tuple[tuple[Entry, int, int], ...]
    fault: SyntaxFault | None = None
    secrets: tuple[str, ...] = ()
    _tags: dict[int, TagMarkup] = field(default_factory=dict, repr=False)

    @property
    def is_ours(self) -> bool:
        """Whether the root element is a configuration file of the product."""
        return bool(self.entries) and self.entries[0].kind == ROOT

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text."""
        return Lines(self.text)

    @cached_property
    def shown(self) -> Lines:
        """The lines of the text as they may be shown: without the values of secret attributes."""
        return Lines(covered(self.text, self.secrets))

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(self.path, *self.lines.place(start), *self.lines.place(max(start, end)))

    def tag(self, entry: Entry) -> TagMarkup:
        """The start tag of an entry."""
        found = self._tags.get(entry.ordinal)
        if found is None:
            found = self._tags[entry.ordinal] = read_tag(self.text, self.offsets[entry.ordinal])
        return found

    def name_span(self, entry: Entry) -> Span:
        """The span of an entry's tag name."""
        tag = self.tag(entry)
        return self.span(tag.start + 1, tag.name_end)

    def attribute_span(self, entry: Entry, name: str) -> Span:
        """The span of a whole attribute, name and value; of the tag name when the entry does not have it."""
        found = self.tag(entry).find(name)
        return self.name_span(entry) if found is None else self.span(found.start, found.end)

    def value_span(self, entry: Entry, name: str, part: tuple[int, int] | None = None) -> Span:
        """The span of an attribute's value without quotes, or of the characters ``part`` (start, end) of the value."""
        found = self.tag(entry).find(name)
        if found is None:
            return self.name_span(entry)
        if part is None:
            return self.span(found.value_start, found.value_end)
        offsets = value_offsets(self.text, found)
        last = len(offsets) - 1
        return self.span(offsets[min(part[0], last)], offsets[min(part[1], last)])


def qualified(name: str) -> str:
    """Expat's ``uri local`` as lxml writes it, ``{uri}local``."""
    uri, _, local = name.rpartition(" ")
    return f"{{{uri}}}{local}"


def read_document(path: str, text: str, language: Language) -> Document:
    """The document of a text. One that breaks off has a ``fault``, and the entries before it."""
    return _Reader(path, text, language).read()


class _Stop(Exception):
    """Raised in a handler to end the reading with the reader's fault."""


class _Reader:
    """Expat's handlers, collecting entries."""

    def __init__(self, path: str, text: str, language: Language) -> None:
        self.path = path
        self.text = text
        self.language = language
        self.data = text.encode("utf-8", "surrogatepass")
        self.entries: list[Entry] = []
        self.offsets: list[int] = []
        self.ends: list[int] = []
        self.comments: list[tuple[str, int, int]] = []
        self.stray: list[tuple[Entry, int, int]] = []
        self.stack: list[Entry] = []
        self.fault: SyntaxFault | None = None
        self.parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self.parser.buffer_text = False
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.CommentHandler = self.comment
        self.parser.StartDoctypeDeclHandler = self.doctype

    def read(self) -> Document:
        """The document of the whole text."""
        try:
            self.parser.Parse(self.data, True)  # noqa: FBT003  expat takes it by position only
        except _Stop:
            pass
        except expat.ExpatError as error:
            self.fault = self.syntax_fault(error)
        place = _offset_map(self.data, self.text)
        return Document(
            path=self.path,
            text=self.text,
            entries=tuple(self.entries),
            offsets=tuple(place(each) for each in self.offsets),
            ends=tuple(place(each) for each in self.ends),
            comments=tuple(Comment(text, place(start), following) for text, start, following in self.comments),
            stray_text=tuple((entry, place(start), place(end)) for entry, start, end in self.stray),
            fault=self.fault and _moved(self.fault, place),
            secrets=self.language.secrets,
        )

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        uri, _, tag = name.rpartition(" ")
        own = {key if " " not in key else qualified(key): value for key, value in attributes.items() if XSI not in key}
        parent = self.stack[-1] if self.stack else None
        entry = Entry(self.kind(uri, tag, parent), tag, own, parent, len(self.entries))
        offset = self.parser.CurrentByteIndex
        self.entries.append(entry)
        self.offsets.append(offset)
        self.ends.append(len(self.data))
        if parent is not None:
            parent.children.append(entry)
        self.stack.append(entry)
        self.limit(entry, offset)

    def kind(self, uri: str, tag: str, parent: Entry | None) -> str | None:
        if uri != NAMESPACE:
            return None
        if parent is None:
            return ROOT if tag == ROOT else None
        return self.language.children(parent.kind).get(tag) if parent.kind else None

    def limit(self, entry: Entry, offset: int) -> None:
        message = None
        if len(self.stack) > MAX_DEPTH:
            message = f"elements are nested more than {MAX_DEPTH} deep"
        elif len(entry.attributes) > MAX_ATTRIBUTES:
            message = f"<{entry.tag}> has more than {MAX_ATTRIBUTES:,} attributes"
        elif any(len(value) > MAX_VALUE for value in entry.attributes.values()):
            message = f"an attribute of <{entry.tag}> is longer than {MAX_VALUE:,} characters"
        if message is not None:
            self.fault = SyntaxFault(
                "limit", message, "no configuration needs as much; is the file what it should be?", offset, offset + 1
            )
            raise _Stop

    def end(self, _name: str) -> None:
        self.ends[self.stack.pop().ordinal] = self.parser.CurrentByteIndex

    def characters(self, text: str) -> None:
        if text.isspace() or not self.stack:
            return
        entry = self.stack[-1]
        start = self.parser.CurrentByteIndex + len(text) - len(text.lstrip())
        if not self.stray or self.stray[-1][0] is not entry:
            self.stray.append((entry, start, start + len(text.strip().encode("utf-8", "surrogatepass"))))

    def comment(self, text: str) -> None:
        self.comments.append((text, self.parser.CurrentByteIndex, len(self.entries)))

    def doctype(self, *_declaration: object) -> None:
        behind = self.parser.CurrentByteIndex + len(b"<!DOCTYPE")  # expat tells where the declaration's head ends
        start = max(self.data.rfind(b"<!DOCTYPE", 0, behind), 0)
        self.fault = SyntaxFault(
            "dtd",
            "a document type declaration is not allowed in a configuration",
            "remove <!DOCTYPE …>; write characters as &#x…; instead of entities",
            start,
            start + len("<!DOCTYPE"),
        )
        raise _Stop

    def syntax_fault(self, error: expat.ExpatError) -> SyntaxFault:
        from idmxml.source.syntax import explain  # the texts are needed for broken files alone

        offset = min(max(self.parser.ErrorByteIndex, 0), len(self.data))
        opened = self.stack[-1] if self.stack else None
        at = self.offsets[opened.ordinal] if opened is not None else None
        return explain(error.code, self.data, offset, opened.tag if opened is not None else None, at)


def _moved(fault: SyntaxFault, place: "OffsetMap") -> SyntaxFault:
    other = fault.other and (place(fault.other[0]), fault.other[1])
    return SyntaxFault(fault.kind, fault.message, fault.hint, place(fault.start), place(fault.end), other)


class OffsetMap:
    """Byte offsets in UTF-8 to offsets in the text, for offsets asked in rising order or not."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._byte = 0
        self._character = 0

    def __call__(self, offset: int) -> int:
        """The offset in the text of the byte at ``offset``."""
        if offset < self._byte:
            self._byte = self._character = 0
        self._character += len(self._data[self._byte : offset].decode("utf-8", "replace"))
        self._byte = offset
        return self._character


class _Identity(OffsetMap):
    """For text in ASCII, bytes and characters are the same."""

    def __call__(self, offset: int) -> int:
        return offset


def _offset_map(data: bytes, text: str) -> OffsetMap:
    return _Identity(data) if len(data) == len(text) else OffsetMap(data)
