"""Two thousand spoilt files: a check never raises, no rule fails, and every place told is inside its file and what it says."""

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutations import EVERY

import idmxml
from idmxml.diagnostics import Diagnostic, Span
from idmxml.source.encoding import EncodingFault, decode

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
ROUNDS, PARTS, AT_ONCE = 400, 10, 5
LINE_END = re.compile(r"\r\n|\r|\n")
OBJECT = re.compile(r"(?s)(?:.*/)?(?P<tag>[^/\[\]@]+)(?:\[.*\])?(?:/@(?P<attribute>[^/\[\]@]+))?")
# Text between elements is told where it stands, and what settings lack at the connection that needs them.
TOLD_ELSEWHERE = ("IDM1008", "IDM8")


@pytest.mark.parametrize("part", range(PARTS))
def test_spoilt_files(part: int, tmp_path: Path) -> None:
    files = sorted(each for each in SAMPLE.rglob("*.xml") if ".idmxml" not in each.parts)
    root = tmp_path / "contoso"
    shutil.copytree(SAMPLE, root)
    count = 0
    for number in range(part, ROUNDS, PARTS):
        chance = random.Random(number)
        spoilt = {each: _spoil(each.read_bytes(), chance) for each in chance.sample(files, AT_ONCE)}
        for each, data in spoilt.items():
            (root / each.relative_to(SAMPLE)).write_bytes(data)
        report = idmxml.check(root, jobs=1)
        problems = [problem for each in report.diagnostics for problem in _problems(each, root)]
        assert problems == [], f"round {number}"
        count += len(spoilt)
        for each in spoilt:
            shutil.copyfile(each, root / each.relative_to(SAMPLE))
    assert count == AT_ONCE * ROUNDS // PARTS


def _spoil(data: bytes, chance: random.Random) -> bytes:
    return chance.choice(EVERY)(data, chance)


def _problems(found: Diagnostic, root: Path) -> Iterator[str]:
    """What is wrong with a diagnostic itself."""
    if found.code == "IDM0010":
        yield found.message
    for span in (found.span, *(each.span for each in found.related)):
        text = _text(root / span.path)
        if not _inside(span, text):
            yield f"{found.code} is told outside its file: {span}"
    text = _text(root / found.span.path)
    if found.object and not found.code.startswith(TOLD_ELSEWHERE) and found.span.path.endswith(".xml"):
        yield from _claims(found, _cut(found.span, text))


def _claims(found: Diagnostic, cut: str) -> Iterator[str]:
    """Whether the span cuts out the name of the element, or the attribute, or a part of its value."""
    match = OBJECT.fullmatch(found.object)
    if match is None:
        yield f"{found.code} is about {found.object!r}"
    elif match["attribute"] is None or "=" not in cut:
        local = cut.rpartition(":")[2]
        if match["attribute"] is None and local != match["tag"]:
            yield f"{found.code} is about {found.object!r} and told at {cut!r}"
    elif not re.fullmatch(rf"(?s)(?:[^\s:=]+:)?{re.escape(match['attribute'])}\s*=\s*(\".*\"|'.*')", cut):
        yield f"{found.code} is about {found.object!r} and told at {cut!r}"


def _text(file: Path) -> str:
    found = decode(file.read_bytes())
    return f"{found.readable}?" if isinstance(found, EncodingFault) else found


def _inside(span: Span, text: str) -> bool:
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    if not 1 <= span.line <= span.end_line <= len(starts):
        return False
    ends = [*starts[1:], len(text)]
    first = starts[span.line - 1] + span.column - 1
    last = starts[span.end_line - 1] + span.end_column - 1
    return starts[span.line - 1] <= first <= ends[span.line - 1] and first <= last <= ends[span.end_line - 1]


def _cut(span: Span, text: str) -> str:
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    return text[starts[span.line - 1] + span.column - 1 : starts[span.end_line - 1] + span.end_column - 1]
