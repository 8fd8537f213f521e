"""The comments of hand-written files, each with the element it stands before."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from idmxml.facts.load import language
from idmxml.source.document import Comment, Document, read_document
from idmxml.source.encoding import EncodingFault, decode
from idmxml.source.suppressions import LIKE

Place = tuple[str, int, int]


def comments_in(path: str, data: bytes, *, every: bool) -> Mapping[Place, Sequence[str]]:
    """The comments before each element of a file, by the place of the element; only those that silence rules unless ``every``.

    A comment at the end of an element, or behind one on the same line, counts for the element before it. One that silences
    rules counts for the next one, as rules read it; before the root it silences them in the whole file, and counts for each
    element that stands at the top.
    """
    plain = data.replace(b"\0", b"") if b"\0" in data else data
    if b"<!--" not in plain or not (every or b"idmxml:" in plain):
        return {}
    text = decode(data)
    if isinstance(text, EncodingFault):
        return {}
    document = read_document(path, text, language())
    found: dict[Place, list[str]] = defaultdict(list)
    for comment in document.comments:
        silences = LIKE.match(comment.text) is not None
        for ordinal in _subjects(document, comment) if every or silences else ():
            line, column = document.lines.place(document.offsets[ordinal])
            found[path, line, column].append(comment.text.replace("\r\n", "\n").replace("\r", "\n"))
    return found


def _subjects(document: Document, comment: Comment) -> Sequence[int]:
    """The numbers of the elements that a comment is about."""
    if LIKE.match(comment.text) is None:
        ordinal = _element(document, comment.start, comment.next_ordinal)
    else:
        ordinal = comment.next_ordinal
        if ordinal == 0:
            return [each.ordinal for each in document.entries[0].children]
    return (ordinal,) if 0 < ordinal < len(document.entries) else ()


def _element(document: Document, start: int, following: int) -> int:
    """The number of the element that a comment at ``start`` is about; 0 for none. ``following`` is the next one's."""
    line = document.text[document.text.rfind("\n", 0, start) + 1 : start]
    if not line.strip() and following < len(document.entries):
        entry = document.entries[following]
        parent = entry.parent
        if parent is not None and document.offsets[parent.ordinal] < start < document.ends[parent.ordinal]:
            between = document.text[start : document.offsets[following]]
            if "</" not in _without_comments(between):
                return following
    return following - 1


def _without_comments(text: str) -> str:
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
