"""Files of a repository to canonical layout: what ``fmt`` looks at, changes, and leaves alone."""

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from idmxml.options import CheckOptions
from idmxml.pipeline import repository_at
from idmxml.processes import START_METHOD, follow_parent, processes_for
from idmxml.source.content import Unread, content_of
from idmxml.source.encoding import EncodingFault, declared_encoding, decode
from idmxml.source.fast import ROOT_TAG, make_parser
from idmxml.source.repository import MEGABYTE, SourceFile, discover
from idmxml.writer.format_text import Unformattable, formatted
from idmxml.writer.order import layout

GENERATED: Final = "generated"
BROKEN: Final = "broken"
LEFT: Final = "left"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
WORTH_A_PROCESS: Final = 3_000_000
CHUNKS_PER_JOB: Final = 8
# Where XML may have a document type declaration: behind nothing but comments and processing instructions.
DOCUMENT_TYPE: Final = re.compile(r"(?>\s|<!--.*?-->|<\?.*?\?>)*+<!DOCTYPE", re.DOTALL)
SEE_CHECK: Final = "; see 'idmxml check'"


@dataclass(frozen=True, slots=True)
class Formatted:
    """What became of a file: ``status`` is changed, unchanged, left (``reason`` says why) or broken (it can't be read).

    ``before`` and ``after`` are the texts of a changed file, ``data`` is the new one in the file's encoding.
    """

    path: str
    file: Path
    status: str
    reason: str = ""
    before: str = ""
    after: str = ""
    data: bytes = b""


def format_files(paths: Sequence[Path], options: CheckOptions) -> list[Formatted]:
    """The files at the paths in canonical layout, sorted by path; nothing is written. UsageError for no such path."""
    found: dict[Path, tuple[SourceFile, int]] = {}
    unreadable: list[Formatted] = []
    for path in paths or (Path(),):
        repository = repository_at(path, options)
        discovery = discover([path], repository.root, repository.options.exclude)
        limit = int(repository.options.max_file_size * MEGABYTE)
        found.update({each.file: (each, limit) for each in discovery.files})
        unreadable += [Formatted(each.path, repository.root / each.path, BROKEN, each.reason) for each in discovery.unreadable]
    results = _all([found[file] for file in sorted(found)], options.jobs)
    return sorted((*results, *unreadable), key=lambda each: str(each.file))


def _all(files: Sequence[tuple[SourceFile, int]], jobs: int) -> Iterable[Formatted]:
    total = sum(each.size for each, _ in files)
    jobs = processes_for(jobs, total // WORTH_A_PROCESS, len(files))
    if jobs == 1:
        return [format_file(*each) for each in files]
    import multiprocessing  # small repositories need one process only

    with multiprocessing.get_context(START_METHOD).Pool(jobs, initializer=follow_parent) as pool:
        return pool.starmap(format_file, files, chunksize=len(files) // (jobs * CHUNKS_PER_JOB) + 1)


def format_file(source: SourceFile, limit: int) -> Formatted:
    """A file in canonical layout; one larger than ``limit`` bytes, or below a generated folder, is left."""
    if is_generated(source.file):
        return Formatted(source.path, source.file, LEFT, GENERATED)
    content = content_of(source, limit)
    if isinstance(content, Unread):
        return Formatted(source.path, source.file, BROKEN, content.reason)
    return format_bytes(source.path, source.file, content)


def is_generated(file: Path) -> bool:
    """Whether a file lies in a folder whose files are written by programs."""
    told = "/".join(("", *file.parts[:-1], "")).casefold()
    return any(f"/{each.casefold()}/" in told for each in layout()["generated_folders"])


def format_bytes(path: str, file: Path, data: bytes) -> Formatted:
    """A file with this content in canonical layout, in its encoding, with its byte order mark and line ends."""
    text = decode(data)
    if isinstance(text, EncodingFault):
        return Formatted(path, file, BROKEN, text.message)
    fault = _fault(text)
    if fault is not None:
        return Formatted(path, file, *fault)
    try:
        after = formatted(text)
    except Unformattable as reason:
        return Formatted(path, file, LEFT, str(reason))
    if after == text:
        return Formatted(path, file, UNCHANGED)
    name, mark = declared_encoding(data)
    return Formatted(path, file, CHANGED, "", text, after, data[:mark] + after.encode(codecs.lookup(name).name))


def _fault(text: str) -> tuple[str, str] | None:
    """The status and reason of a text that can't be formatted; None for any other."""
    if DOCUMENT_TYPE.match(text):
        return BROKEN, f"it has a document type declaration{SEE_CHECK}"
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), make_parser("utf-8"))
    except etree.XMLSyntaxError:
        return BROKEN, f"it has a syntax error{SEE_CHECK}"
    return None if root.tag == ROOT_TAG else (LEFT, "it is no configuration file")
