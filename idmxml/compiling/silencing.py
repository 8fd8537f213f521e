"""Comments that silence findings: one whose findings are gone, because what it is about is written otherwise, is left out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from idmxml.checks.reading import unused_suppression
from idmxml.checks.registry import known
from idmxml.checks.rule import CODE, rule_of
from idmxml.compiling.compiled import Compiled
from idmxml.diagnostics import Diagnostic
from idmxml.expansion.item import Item
from idmxml.facts.load import language
from idmxml.options import CheckOptions
from idmxml.pipeline import run_check
from idmxml.source.document import read_document
from idmxml.source.suppressions import FORM, LIKE
from idmxml.writer.comments import Place
from idmxml.writer.folder import write_folder

Idle = Mapping[tuple[Place, str], frozenset[str]]


def silences(compiled: Compiled) -> bool:
    """Whether any comment of the output silences findings."""
    return any(LIKE.match(text) for texts in compiled.comments.values() for text in texts)


def without_idle_comments(compiled: Compiled, files: Mapping[str, bytes], options: CheckOptions) -> Compiled:
    """The compiled repository without the comments, and codes in them, that silence nothing in its output.

    ``files`` are those of the output that a check looks at.
    """
    code = rule_of(unused_suppression).code
    wanted = sorted({code, *_codes(compiled)})
    with TemporaryDirectory() as folder:
        write_folder(Path(folder) / "output", files)
        report = run_check([Path(folder) / "output"], CheckOptions(select=tuple(wanted), jobs=options.jobs))
    idle = dict(_idle(compiled, [each for each in report.diagnostics if each.code == code]))
    if not idle:
        return compiled
    comments = {place: tuple(_kept(texts, place, idle)) for place, texts in compiled.comments.items()}
    return replace(compiled, comments=comments)


def _codes(compiled: Compiled) -> Iterator[str]:
    """The rules that comments silence."""
    for texts in compiled.comments.values():
        for match in filter(None, map(FORM.fullmatch, texts)):
            yield from (each for each in CODE.findall(match["codes"]) if each in known())


def _idle(compiled: Compiled, found: Iterable[Diagnostic]) -> Iterator[tuple[tuple[Place, str], frozenset[str]]]:
    """The codes that silence nothing, by the element they stand before and the text of the comment."""
    spans: dict[str, dict[tuple[int, int], set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in found:
        spans[each.span.path][each.span.line, each.span.column].add(each.message.partition(" ")[0])
    for path, idle in spans.items():
        document = read_document(path, compiled.written[path].data.decode(), language())
        items = [each for item in compiled.placed[path] for each in item.walk()]
        for comment in document.comments:
            codes = idle.get(document.lines.place(comment.start))
            if codes and 0 < comment.next_ordinal <= len(items):
                yield (_place(items[comment.next_ordinal - 1]), comment.text), frozenset(codes)


def _place(item: Item) -> Place:
    return item.origin.path, item.origin.line, item.origin.column


def _kept(texts: Sequence[str], place: Place, idle: Idle) -> Iterator[str]:
    for text in texts:
        codes = idle.get((place, text))
        written = FORM.fullmatch(text)
        if not codes or written is None:
            yield text
            continue
        left = [each for each in CODE.findall(written["codes"]) if each not in codes]
        if left:
            yield text[: written.start("codes")] + ", ".join(left) + text[written.end("codes") :]
