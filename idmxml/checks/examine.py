"""One file to what it contributes and what is wrong in it: reading, structure, and the rules that need no other file.

Files without a fault are read once, by lxml, and never turned into places. Only where something is wrong the thorough
reader goes over the text again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lxml import etree

from idmxml.checks import reading, structure
from idmxml.checks.finding import Finding, diagnose
from idmxml.checks.plan import Plan
from idmxml.checks.rule import Rule, rule_of
from idmxml.checks.xsd_messages import plain_message
from idmxml.diagnostics import Diagnostic
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.facts.files import xsd_file
from idmxml.facts.language import CONSOLIDATION, ROOT
from idmxml.facts.load import Language, language
from idmxml.model.context import Context
from idmxml.model.filefacts import FileFacts, Status, broken_facts, by_kind, facts_of
from idmxml.model.projection import Columns, Subject
from idmxml.source.document import Document, read_document
from idmxml.source.encoding import EncodingFault, decode, is_utf8
from idmxml.source.entry import Entry
from idmxml.source.fast import ROOT_TAG, KindTable, entries_of, make_parser
from idmxml.source.repository import MEGABYTE
from idmxml.source.suppressions import MARK, Suppression, suppressions_in

DOCTYPE = b"<!DOCTYPE"
EXPORTED = "the XSD that 'idmxml export-schemas' writes"
GUESSES = ("utf-8", "cp1252", "utf-16-le", "utf-16-be")  # what a file may be in whose encoding is not what it claims


@dataclass(frozen=True, slots=True)
class FileResult:
    """The outcome for one file."""

    facts: FileFacts
    diagnostics: tuple[Diagnostic, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


class Examiner:
    """Looks at files under one plan; keeps parsers and the compiled XSD between them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.language: Language = language()
        self._table = KindTable(self.language)
        self._parser = make_parser()
        self._utf8_parser = make_parser("utf-8")

    @cached_property
    def _schema(self) -> etree.XMLSchema:
        file = self.plan.xsd or xsd_file()
        try:
            return etree.XMLSchema(etree.parse(file, make_parser()))
        except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
            raise UsageError(f"{file} is no XSD: {plain_message(str(error))}") from None
        except OSError as error:
            raise EnvironmentFault(f"{file} can't be read: {error}") from None

    def prepare(self) -> None:
        """Make what is made on first use, so that processes that are forked share it."""
        _ = self._schema, self.plan.local, self.plan.layout

    def examine(self, path: str, file: Path) -> FileResult:
        """The result for the file at ``file``, called ``path`` in diagnostics."""
        try:
            size = file.stat().st_size
            if size > self.plan.max_bytes:
                return self._opaque(path, reading.over_limit, *_too_large(size, self.plan.max_bytes))
            data = file.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return self._opaque(path, reading.unreadable_file, f"the file can't be read: {reason}", "check its rights")
        return self.examine_bytes(path, data)

    def _opaque(self, path: str, rule: object, message: str, hint: str) -> FileResult:
        facts = FileFacts(path, Status.OPAQUE)
        return FileResult(facts, self._kept([reading.at_file(rule, path, message, hint)]))

    def _kept(self, found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
        return tuple(each for each in found if each.code in self.plan.active)

    def examine_bytes(self, path: str, data: bytes) -> FileResult:
        """The result for a file with this content."""
        root = self._parse(data)
        if root is None or root.tag != ROOT_TAG:
            return self._examine_slowly(path, data)
        entries = entries_of(root, self._table)
        grouped = {kind: Columns(each) for kind, each in by_kind(entries).items()}
        facts = facts_of(path, grouped, len(entries) - 1, self.plan.layout, self.language)
        suspects = self._suspects(grouped)
        valid = self._schema.validate(root)
        errors = [] if valid else [_Invalid(each.path, each.message) for each in list(self._schema.error_log)]  # type: ignore[call-overload]
        if errors:
            unknown = (value for each in entries if each.kind is None for value in each.attributes.values())
            facts = replace(facts, mentioned=frozenset(unknown))
        for entry in entries:
            entry.children = ()  # type: ignore[assignment]  # breaks the cycles with parents, so that memory is freed at once
        marked = MARK in self._as_utf8(data)
        if valid and not suspects and not marked:
            return FileResult(facts)
        document = self._document(path, data)
        if document.fault is not None:
            return self._broken(document)
        found = list(self._structure(document, errors)) if errors else []
        found += self._local(document, suspects)
        return FileResult(facts, tuple(found), suppressions_in(document) if marked else ())

    def _parse(self, data: bytes) -> etree._Element | None:
        parser = self._parser
        if not is_utf8(data):
            data, parser = self._as_utf8(data), self._utf8_parser
        if DOCTYPE in data and self._document("", data).fault is not None:
            return None
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            return None

    @staticmethod
    def _as_utf8(data: bytes) -> bytes:
        """The bytes in UTF-8, whatever they announce; nothing when they are not what they announce."""
        text = None if is_utf8(data) else decode(data)
        if text is None:
            return data
        return b"" if isinstance(text, EncodingFault) else text.encode("utf-8", "surrogatepass")

    def _document(self, path: str, data: bytes) -> Document:
        text = decode(data)
        return read_document(path, text if isinstance(text, str) else text.readable, self.language)

    def _examine_slowly(self, path: str, data: bytes) -> FileResult:
        text = decode(data)
        if isinstance(text, EncodingFault):
            facts = broken_facts(path, [data.decode(each, "replace") for each in GUESSES], self.language)
            return FileResult(facts, self._kept([reading.encoding_diagnostic(path, text)]))
        document = read_document(path, text, self.language)
        if document.fault is None and not document.is_ours:
            named = document.entries[0].tag == ROOT
            facts = broken_facts(path, [document.text], self.language) if named else FileFacts(path, Status.FOREIGN)
            return FileResult(facts, self._kept([reading.foreign_diagnostic(document)]))
        return self._broken(document)

    def _broken(self, document: Document) -> FileResult:
        """The result for a file that breaks off, or that the quick reader alone refuses."""
        objects = max(len(document.entries) - 1, 0)
        facts = broken_facts(document.path, [document.text], self.language, objects)
        if document.fault is not None:
            return FileResult(facts, self._kept([reading.syntax_diagnostic(document, document.fault)]))
        message = "the XML library refuses this file without saying where"
        return FileResult(facts, self._kept([reading.at_file(reading.malformed_xml, document.path, message)]))

    def _suspects(self, grouped: Mapping[str, Columns]) -> list[tuple[Rule, str]]:
        """The rules that have something to say about some entry, with the kind."""
        return [
            (rule, kind)
            for kind, columns in grouped.items()
            for rule, touches in self.plan.local.get(kind, ())
            if (touches is None or not columns.names.isdisjoint(touches)) and _finds_any(rule, columns.entries)
        ]

    def _local(self, document: Document, suspects: list[tuple[Rule, str]]) -> Iterator[Diagnostic]:
        for rule, kind in suspects:
            for entry in document.entries:
                if entry.kind == kind:
                    for finding in run_safely(rule, entry, None):
                        yield diagnosis(rule, finding, document, self.language)

    def _structure(self, document: Document, errors: list["_Invalid"]) -> Iterator[Diagnostic]:
        if self.plan.xsd is not None:
            yield from self._kept([self._foreign_verdict(document, each) for each in errors])
            return
        found = [
            (rule_of(function), finding)
            for entry in document.entries
            for function in structure.ELEMENT_RULES
            for finding in function(entry, self.language)
        ]
        diagnostics = [diagnose(rule, finding, document, self.language) for rule, finding in found]
        diagnostics += self._stray_text(document)
        excused = any(CONSOLIDATION in entry.attributes for entry in document.entries)
        if not diagnostics and not excused:
            diagnostics = [self._foreign_verdict(document, each) for each in errors]
        yield from self._kept(diagnostics)

    def _stray_text(self, document: Document) -> Iterator[Diagnostic]:
        rule = rule_of(structure.stray_text)
        for entry, start, end in structure.stray_text(document):
            finding = Finding(entry, f"text inside <{entry.tag}>", hint="remove it, or write it as a comment <!-- … -->")
            made = diagnose(rule, finding, document, self.language)
            span = document.span(start, end)
            yield replace(made, span=span, source=document.shown.text(span.line))

    def _foreign_verdict(self, document: Document, error: "_Invalid") -> Diagnostic:
        """What libxml2 says, at the element it is about."""
        rule = rule_of(structure.invalid_structure)
        entry, attribute = _entry_at(document, error)
        return diagnose(
            rule, Finding(entry, plain_message(error.message), attribute, self._advice(error)), document, self.language
        )

    def _advice(self, error: "_Invalid") -> str:
        if "'nillable'" in error.message:
            return "remove xsi:nil"
        return f"compare it with {self.plan.xsd.name if self.plan.xsd else EXPORTED}"


@dataclass(frozen=True, slots=True)
class _Invalid:
    path: str | None
    message: str


def _too_large(size: int, limit: int) -> tuple[str, str]:
    message = f"the file has {size / MEGABYTE:,.0f} MB, more than the limit of {limit / MEGABYTE:,.0f} MB; it was not read"
    return message, "split it, or raise max-file-size in idmxml.toml"


def _entry_at(document: Document, error: _Invalid) -> tuple[Entry, str | None]:
    import re

    entry = document.entries[0]
    for step in re.findall(r"/\*(?:\[(\d+)\])?|/[^/\[]+(?:\[(\d+)\])?", (error.path or "")[1:]):
        position = int(step[0] or step[1] or 1) - 1
        if position < len(entry.children):
            entry = entry.children[position]
    named = re.search(r"attribute '([^']+)'", error.message)
    return entry, named[1] if named and named[1] in entry.attributes else None


def run_safely(rule: Rule, entry: Subject, context: Context | None) -> Iterator[Finding]:
    """What the rule finds; a rule that fails yields a finding of its own failure instead of ending the run."""
    assert rule.run is not None  # noqa: S101  the plan holds only rules that can be run
    try:
        yield from rule.run(entry, context)
    except Exception as error:  # noqa: BLE001  the tool's own fault must not hide the user's
        yield Finding(entry, f"rule {rule.code} failed: {type(error).__name__}: {error}", severity=FAILED)


def _finds_any(rule: Rule, entries: Sequence[Entry]) -> bool:
    """Whether the rule has something to say, or fails, which is then told at its place."""
    run = rule.run
    assert run is not None  # noqa: S101  as above
    try:
        for entry in entries:
            for _ in run(entry, None):
                return True
    except Exception:  # noqa: BLE001  run again at its place, where the failure becomes a finding
        return True
    return False


FAILED = rule_of(reading.rule_failure).severity


def diagnosis(rule: Rule, finding: Finding, document: Document, facts: Language) -> Diagnostic:
    """The diagnostic of a finding; a rule's own failure is told under the code for that."""
    if finding.message.startswith(f"rule {rule.code} failed: "):
        rule = rule_of(reading.rule_failure)
    return diagnose(rule, finding, document, facts)
