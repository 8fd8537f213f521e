"""The report in the Markdown of GitHub and GitLab, for a comment on a review or the summary of a job."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from idmxml.diagnostics import Diagnostic, Report, RuleFacts, Severity
from idmxml.phrases import counted
from idmxml.reports.visible_text import shortened, visible
from idmxml.reports.wording import WORST_FIRST, place, tally, verdict

# GitHub accepts comments of 65,536 characters; bytes are counted here, so the limit holds however it is read.
MOST_BYTES = 65_536
BYTES_FOR_CLOSING = 300
LONGEST_CELL = 400
MOST_RULES = 25

MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "💡"}
CLEAN = "✅"

MARKUP = re.compile(r"[\\`*_{}\[\]<>&|~$#!@]|:(?=[\w+/-])")
# Services turn these into mentions, links to issues and links to sites; a word joiner after them keeps them text.
LINKING = re.compile(r"(?<!\w)@(?=\w)|#(?=\d)|www(?=\.)|:(?=//)", re.IGNORECASE)
TABLE = "| Rule | Place | What is wrong |\n| --- | --- | --- |\n"


def render(report: Report) -> str:
    """The report as Markdown, the worst first, and never longer than a comment may be."""
    head = heading(report)
    rules = rules_section(report)
    room = MOST_BYTES - size(head) - size(rules)
    sections = []
    for severity in WORST_FIRST:
        found = [each for each in report.diagnostics if each.severity is severity]
        if found:
            sections.append(section(severity, found, room))
            room -= size(sections[-1])
    return head + "".join(sections) + rules


def size(text: str) -> int:
    """How many bytes the text takes."""
    return len(text.encode())


def heading(report: Report) -> str:
    """The title, the verdict and the notes."""
    worst = max((each.severity for each in report.diagnostics), default=None)
    mark = CLEAN if worst is None else MARKS[worst]
    outcome = "all clean" if worst is None else tally(report)
    notes = "".join(f"\n> {literal(note)}\n" for note in report.notes[:MOST_RULES])
    return f"## {mark} idmxml {literal(report.command)}: {outcome}\n\n{verdict(report)}\n{notes}"


def section(severity: Severity, found: Sequence[Diagnostic], room: int) -> str:
    """The table of one severity within ``room`` bytes; errors stand open, the others are folded."""
    title = f"{MARKS[severity]} {counted(len(found), severity.label)}"
    folded = severity is not Severity.ERROR
    start = f"\n<details><summary>{title}</summary>\n\n" if folded else f"\n### {title}\n\n"
    end = "\n</details>\n" if folded else ""
    rows = tuple(fitting(map(row, found), room - size(start + TABLE + end) - BYTES_FOR_CLOSING * (1 + severity)))
    left = len(found) - len(rows)
    table = TABLE + "".join(rows) if rows else ""
    more = f"\n{counted(left, f'more {severity.label}')} not shown here.\n" if left else ""
    return f"{start}{table}{more}{end}"


def fitting(rows: Iterable[str], room: int) -> Iterator[str]:
    """The first rows, as many as fit into ``room`` bytes."""
    for line in rows:
        room -= size(line)
        if room < 0:
            return
        yield line


def row(diagnostic: Diagnostic) -> str:
    """One diagnostic as a row of the table."""
    parts = [literal(diagnostic.message)]
    if diagnostic.hint:
        parts.append(f"→ {literal(diagnostic.hint)}")
    parts.extend(f"<sub>{code(place(each.span))} {literal(each.message)}</sub>" for each in diagnostic.related)
    rule = f"{literal(diagnostic.code)} {literal(diagnostic.name)}"
    return f"| {rule} | {code(place(diagnostic.span))} | {'<br>'.join(parts)} |\n"


def rules_section(report: Report) -> str:
    """What the rules that spoke are about, folded, the most frequent first; empty when none is described."""
    numbers = Counter(each.code for each in report.diagnostics if each.code in report.rules)
    if not numbers:
        return ""
    ranked = sorted(numbers, key=lambda each: (-numbers[each], each))
    lines = [rule_line(report.rules[each], numbers[each]) for each in ranked[:MOST_RULES]]
    more = f"\n{counted(len(ranked) - MOST_RULES, 'more rule')}\n" if len(ranked) > MOST_RULES else ""
    start = "\n<details><summary>What the rules are about</summary>\n\n| Rule | Findings | Offence |\n| --- | ---: | --- |\n"
    return f"{start}{''.join(lines)}{more}\n</details>\n"


def rule_line(rule: RuleFacts, number: int) -> str:
    """One rule as a row: code and name, how often it spoke, its summary."""
    return f"| {literal(rule.code)} {literal(rule.name)} | {number:,} | {literal(rule.summary)} |\n"


def code(text: str) -> str:
    """The text in the typeface of code."""
    return f"<code>{literal(text)}</code>"


def literal(text: str) -> str:
    """The text as it stands, on one line: nothing in it is markup, a mention or a link."""
    joined = LINKING.sub(lambda match: match.group() + "\u2060", visible(shortened(text, LONGEST_CELL)))
    return MARKUP.sub(lambda match: f"&#{ord(match.group())};", joined)
