"""Cases of rules: XML files that say in comments what is to be found where, run against one rule.

Before an element stands what is expected of it::

    <!-- expect IDM4001 @Identifier -->
    <EntityTypeMapping Identifier="HR_Person" …>

- ``expect CODE``: at the name of the next element; ``expect CODE @A``: at its attribute A; ``expect CODE @A "text"``: at
  exactly this text of the attribute's value.
- ``expect CODE below "text"``: at the first place behind the comment that reads so, where ``&#233;`` stands for é;
  ``expect CODE comment``: at the next comment that is no expectation; ``expect CODE at start`` and ``at end``: where the
  file begins, or ends.
- ``warning`` or ``info`` at the end of any of them: with this severity instead of the rule's usual one; after that, ``:`` and
  the message, when it matters.
- ``<!-- select CODE, CODE -->``: the case needs these rules besides its own; what they find must be expected too.

A case is run with its rule alone. Exactly the expected findings must appear. A folder is a case of several files.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import idmxml
from idmxml.checks.registry import rules
from idmxml.diagnostics import Diagnostic, Severity, Span
from idmxml.facts.language import NAMESPACE
from idmxml.facts.load import language
from idmxml.source.document import Document, read_document
from idmxml.source.encoding import decode

COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
SELECT = re.compile(r"\s*select\s+(IDM\d{4}(?:\s*,\s*IDM\d{4})*)\s*")
EXPECT = re.compile(
    r"""\s*expect\s+(?P<code>IDM\d{4})
    (?:\s+(?P<where>@[\w:.-]+|below|comment|at\ start|at\ end))?
    (?:\s+"(?P<text>[^"]*)")?
    (?:\s+(?P<severity>error|warning|info))?
    \s*(?::\s*(?P<message>.+?))?\s*""",
    re.VERBOSE | re.DOTALL,
)
REFERENCE = re.compile(r"&#(\d+);")
LIKE = re.compile(r"\s*expect\b")


@dataclass(frozen=True, slots=True)
class Expectation:
    """A finding that must appear: at one of ``spans``, with this severity, and this message unless it is None."""

    code: str
    severity: Severity
    spans: tuple[Span, ...]
    message: str | None

    def fits(self, found: Diagnostic) -> bool:
        """Whether a diagnostic is the expected one."""
        same = found.code == self.code and found.severity is self.severity and found.span in self.spans
        return same and self.message in {None, found.message}

    def __str__(self) -> str:
        where = _place(self.spans[0])
        return f"{where}: {self.severity.label} {self.code}" + (f": {self.message}" if self.message else "")


@dataclass(frozen=True, slots=True)
class Case:
    """Files of a case by path, the rules it is run with, and what they must find."""

    files: Mapping[str, bytes]
    select: tuple[str, ...]
    expected: tuple[Expectation, ...]


def cases_in(folder: Path) -> dict[str, Path]:
    """The cases below a folder by ``family/name``: XML files and folders of them, one level below the families."""
    found = {}
    for family in sorted(each for each in folder.iterdir() if each.is_dir()):
        for each in sorted(family.iterdir()):
            if each.suffix == ".xml" or (each.is_dir() and any(each.rglob("*.xml"))):
                found[f"{family.name}/{each.stem}"] = each
    return found


def read_case(source: Path) -> Case:
    """The case in a file or folder, named after its rule; ValueError for an expectation that can't be understood."""
    files = {source.name: source.read_bytes()} if source.is_file() else dict(_contents(source))
    own = [code for code, rule in rules().items() if rule.name == source.stem]
    if not own:
        raise ValueError(f"{source}: no rule is called '{source.stem}'")
    xml = {path: data for path, data in files.items() if path.endswith(".xml")}
    expected = [each for path, data in xml.items() for each in _expectations(path, data)]
    selected = [code for data in xml.values() for code in _selected(_text(data))]
    return Case(files, tuple(dict.fromkeys((*own, *selected))), tuple(expected))


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.rglob("*")):
        if each.is_file():
            yield each.relative_to(folder).as_posix(), each.read_bytes()


def _text(data: bytes) -> str:
    text = decode(data)
    return text if isinstance(text, str) else data.decode("latin-1")


def _selected(text: str) -> Iterator[str]:
    for comment in COMMENT.finditer(text):
        match = SELECT.fullmatch(comment[1])
        if match:
            yield from re.split(r"\s*,\s*", match[1])


def _expectations(path: str, data: bytes) -> Iterator[Expectation]:
    text = _text(data)
    document = read_document(path, text, language())
    for comment in COMMENT.finditer(text):
        match = EXPECT.fullmatch(comment[1])
        if match:
            spans = tuple(_spans(match, comment, document))
            if not spans or match["code"] not in rules():
                raise ValueError(f"{path}: nothing is meant by '{comment[0]}'")
            severity = Severity.from_label(match["severity"]) if match["severity"] else rules()[match["code"]].severity
            yield Expectation(match["code"], severity, spans, match["message"])
        elif LIKE.match(comment[1]):
            raise ValueError(f"{path}: an expectation that is not understood: '{comment[0]}'")


def _spans(match: re.Match[str], comment: re.Match[str], document: Document) -> Iterator[Span]:
    where, behind = match["where"] or "", comment.end()
    if where == "at start":
        yield document.span(0, 0)
    elif where == "at end":
        yield document.span(len(document.text), len(document.text))
    elif where == "below":
        text = REFERENCE.sub(lambda found: chr(int(found[1])), match["text"] or "")
        start = document.text.find(text, behind)
        if start >= 0:
            yield document.span(start, start + len(text))
    elif where == "comment":
        following = (each for each in COMMENT.finditer(document.text, behind) if not LIKE.match(each[1]))
        yield from (document.span(*each.span()) for each in list(following)[:1])
    else:
        yield from _spans_in_element(where[1:], match["text"], comment.start(), document)


def _spans_in_element(attribute: str, text: str | None, start: int, document: Document) -> Iterator[Span]:
    """The places in the element after the comment at ``start``."""
    entry = next((each for each in document.entries if document.offsets[each.ordinal] > start), None)
    if entry is None:
        return
    if not attribute:
        yield document.name_span(entry)
        return
    markup = document.tag(entry).find(attribute)
    if markup is None:
        return
    if text is None:
        yield document.span(markup.start, markup.end)
        return
    for each in re.finditer(f"(?={re.escape(text)})", document.text[markup.value_start : markup.value_end]):
        first = markup.value_start + each.start()
        yield document.span(first, first + len(text))


def check_case(case: Case, folder: Path) -> tuple[str, ...]:
    """Run a case in an empty folder: a sentence for each difference, none when it is as expected."""
    for path, data in case.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    left = list(idmxml.check(folder, select=case.select).diagnostics)
    missing = []
    for each in case.expected:
        fitting = next((found for found in left if each.fits(found)), None)
        if fitting is None:
            missing.append(f"expected, not found: {each}")
        else:
            left.remove(fitting)
    return (*missing, *(f"found, not expected: {_told(each)}" for each in left))


def _told(found: Diagnostic) -> str:
    return f"{_place(found.span)}: {found.severity.label} {found.code}: {found.message}"


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}:{span.column} to {span.end_line}:{span.end_column}"


def as_document(xml: str) -> str:
    """An example as a whole document: a fragment is put inside ``<ConfigurationFile>``, on lines of its own."""
    if xml.lstrip("\ufeff \t\r\n").startswith(("<?xml", "<!DOCTYPE", "<ConfigurationFile")):
        return xml
    return f'<?xml version="1.0" encoding="utf-8"?>\n<ConfigurationFile xmlns="{NAMESPACE}">\n{xml}\n</ConfigurationFile>\n'


def check_example(xml: str, folder: Path) -> tuple[Diagnostic, ...]:
    """What all rules find in an example of a page, written into an empty folder."""
    (folder / "Example.xml").write_text(as_document(xml), encoding="utf-8", newline="")
    return idmxml.check(folder).diagnostics


def codes_of(found: Iterable[Diagnostic], severity: Severity = Severity.INFO) -> list[str]:
    """The codes of the diagnostics at or above a severity, sorted, without doubles."""
    return sorted({each.code for each in found if each.severity >= severity})
