"""The report as a web page of one file that asks nothing of a network: to read, filter, print and send."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from idmxml.diagnostics import Diagnostic, Report, RuleFacts
from idmxml.phrases import counted
from idmxml.reports.excerpt import Excerpt, excerpt
from idmxml.reports.visible_text import shortened, visible
from idmxml.reports.wording import WORST_FIRST, place, tally, verdict

CODE = re.compile("`([^`]+)`")
MOST_BYTES = 5_000_000
BYTES_OF_PAGE = 40_000  # head, style, script
BYTES_OF_RULE = 500
BYTES_OF_FINDING = 205  # the markup around the texts
BYTES_OF_FILE = 105
BYTES_OF_EXCERPT = 50
LONGEST_TEXT = 1_000
EXCERPT_WIDTH = 140
MOST_RELATED = 5
MOST_RULES = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnostic, its texts safe to show.

    Where the page has no room for details, ``object`` and ``related`` are empty and ``excerpt`` is None.
    """

    severity: str
    code: str
    position: str
    message: str
    hint: str
    object: str
    related: tuple[str, ...]
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class File:
    """A file and what was found in it."""

    path: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that spoke: how often, and its page as blocks, each a kind (heading, code or text) and its text."""

    code: str
    name: str
    severity: str
    summary: str
    count: int
    page: tuple[tuple[str, str], ...]


def render(report: Report) -> str:
    """The page. With very many findings the source lines, and then findings, of the least severity are left out."""
    rules = spoken(report)
    listed, detailed = affordable(report.diagnostics, MOST_BYTES - BYTES_OF_PAGE - sum(map(rule_weight, rules)))
    shown = [each for index, each in enumerate(report.diagnostics) if index in listed]
    details = [index in detailed for index in sorted(listed)]
    style, script = inlined("report.css"), inlined("filter.js")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            command=visible(report.command),
            version=visible(report.tool_version),
            verdict=verdict(report),
            outcome=tally(report) or "all clean",
            worst=max((each.severity for each in report.diagnostics), default=None),
            counts=[(severity.label, report.count(severity)) for severity in WORST_FIRST],
            notes=[visible(note) for note in report.notes],
            files=list(by_file(shown, details)),
            total=len(report.diagnostics),
            shown=len(shown),
            left_out=counted(len(report.diagnostics) - len(shown), "finding"),
            without_source=counted(len(listed) - len(detailed), "finding") if len(detailed) < len(listed) else "",
            rules=rules,
            style=style,
            script=script,
            style_hash=digest(style),
            script_hash=digest(script),
        )
    )


def environment() -> Environment:
    """Templates that escape whatever they are given, and know no empty values."""
    made = Environment(
        loader=PackageLoader("idmxml.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["prose"] = prose
    return made


def prose(text: str) -> Markup:
    """A text of a rule's page, escaped, what stands between backquotes as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def inlined(name: str) -> Markup:
    """A style sheet or script of our own, as it is put into the page."""
    text = files("idmxml.reports").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text.replace("\r\n", "\n"))  # noqa: S704 - shipped with the package, holds nothing of the user's


def digest(text: str) -> str:
    """The hash by which the page's security policy allows a style sheet or script, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def affordable(diagnostics: Sequence[Diagnostic], room: int) -> tuple[set[int], set[int]]:
    """Which diagnostics fit into ``room`` bytes, and which of them with all their details, by index."""
    ranked = sorted(range(len(diagnostics)), key=lambda index: -diagnostics[index].severity)
    listed: set[int] = set()
    paths: set[str] = set()
    for index in ranked:
        diagnostic = diagnostics[index]
        new_file = BYTES_OF_FILE + weight([diagnostic.span.path]) if diagnostic.span.path not in paths else 0
        room -= new_file + BYTES_OF_FINDING + weight([diagnostic.message, diagnostic.hint or ""])
        if room < 0:
            return listed, set()
        paths.add(diagnostic.span.path)
        listed.add(index)
    return listed, set(detailed_within(room, ranked, diagnostics))


def detailed_within(room: int, ranked: Sequence[int], diagnostics: Sequence[Diagnostic]) -> Iterator[int]:
    """The first of the ranked diagnostics whose details fit into ``room`` bytes."""
    for index in ranked:
        room -= detail_weight(diagnostics[index])
        if room < 0:
            return
        yield index


def detail_weight(diagnostic: Diagnostic) -> int:
    """How many bytes the object, the source line and the related places of a diagnostic take."""
    related = sum(BYTES_OF_EXCERPT + weight([place(each.span), each.message]) for each in diagnostic.related[:MOST_RELATED])
    shown = excerpt(diagnostic.source, diagnostic.span, EXCERPT_WIDTH)
    return related + BYTES_OF_EXCERPT + weight([diagnostic.object, shown.before, shown.marked, shown.after])


def rule_weight(rule: Rule) -> int:
    """How many bytes a rule takes in the table and with its page."""
    return (
        BYTES_OF_RULE
        + weight([rule.code, rule.name, rule.summary, rule.summary])
        + sum(BYTES_OF_EXCERPT + len(escape(block).encode()) for _, block in rule.page)
    )


def weight(texts: Iterable[str]) -> int:
    """How many bytes the texts take in the page."""
    return sum(len(escape(text(each)).encode()) for each in texts)


def text(given: str) -> str:
    """A text as the page shows it."""
    return visible(shortened(given, LONGEST_TEXT))


def by_file(shown: Sequence[Diagnostic], details: Sequence[bool]) -> Iterator[File]:
    """The findings by file; ``details`` tells which of them are shown with their source line."""
    pairs = zip(shown, details, strict=True)
    for path, group in groupby(pairs, key=lambda pair: pair[0].span.path):
        yield File(text(path), tuple(finding(diagnostic, detailed=detailed) for diagnostic, detailed in group))


def finding(diagnostic: Diagnostic, *, detailed: bool) -> Finding:
    """What the page shows of one diagnostic."""
    related = diagnostic.related[:MOST_RELATED] if detailed else ()
    return Finding(
        diagnostic.severity.label,
        text(diagnostic.code),
        f"{diagnostic.span.line}:{diagnostic.span.column}",
        text(diagnostic.message),
        text(diagnostic.hint or ""),
        text(diagnostic.object) if detailed else "",
        tuple(text(f"{place(each.span)}: {each.message}") for each in related),
        excerpt(diagnostic.source, diagnostic.span, EXCERPT_WIDTH) if detailed and diagnostic.source else None,
    )


def spoken(report: Report) -> list[Rule]:
    """The rules that spoke, the most frequent first."""
    numbers = Counter(each.code for each in report.diagnostics)
    known = {each.code: RuleFacts(each.code, each.name, each.severity, "", "") for each in report.diagnostics}
    known.update((code, rule) for code, rule in report.rules.items() if code in numbers)
    ranked = sorted(numbers, key=lambda code: (-numbers[code], code))[:MOST_RULES]
    return [described(known[code], numbers[code]) for code in ranked]


def described(rule: RuleFacts, number: int) -> Rule:
    """What the page tells about a rule."""
    blocks = tuple(page_blocks(rule.page))
    return Rule(text(rule.code), text(rule.name), rule.severity.label, text(rule.summary), number, blocks)


def page_blocks(page: str) -> Iterator[tuple[str, str]]:
    """The headings, examples and paragraphs of a rule's page. Its title is left out: it stands above already."""
    for index, part in enumerate(page.split("\n```")):
        if index % 2:
            example = part.split("\n", 1)[-1]
            yield "code", "\n".join(map(visible, example.split("\n")))
            continue
        for paragraph in part.split("\n\n"):
            lines = paragraph.strip()
            if lines.startswith("##"):
                yield "heading", visible(lines.lstrip("# "))
            elif lines and not lines.startswith("#"):
                yield "text", visible(" ".join(lines.split()))
