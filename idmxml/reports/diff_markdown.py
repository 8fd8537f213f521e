"""A comparison in the Markdown of GitHub and GitLab, for a comment on a review; never longer than a comment may be."""

from collections.abc import Iterator, Sequence

from idmxml.diff.change import Change, ChangeClass
from idmxml.diff.comparison import Comparison, rule_of
from idmxml.phrases import counted
from idmxml.reports.as_markdown import BYTES_FOR_CLOSING, MOST_BYTES, code, fitting, literal, size
from idmxml.reports.diff_wording import (
    GRAVEST_FIRST,
    SIGNS,
    TITLES,
    arrow,
    dependants,
    dependants_word,
    place,
    task,
    verdict,
)

MARKS = {
    ChangeClass.DATA_LOSS: "🗑️",
    ChangeClass.SYNC_BREAK: "⛓️‍💥",
    ChangeClass.RIGHTS: "🔑",
    ChangeClass.BEHAVIOUR: "⚙️",
    ChangeClass.COSMETIC: "🎨",
}
CLEAN = "✅"
TABLE = "| | What | Before → after | Where | What it does |\n| --- | --- | --- | --- | --- |\n"
OPEN = frozenset({ChangeClass.DATA_LOSS, ChangeClass.SYNC_BREAK, ChangeClass.RIGHTS})
MOST_LINES = 50


def render(comparison: Comparison) -> str:
    """The comparison as Markdown, the gravest first; behaviour and looks are folded."""
    worst = max((each.klass for each in comparison.changes), default=None)
    mark = CLEAN if worst is None else MARKS[worst]
    versions = f"{code(comparison.old.name)} → {code(comparison.new.name)}"
    head = f"## {mark} idmxml diff: {literal(verdict(comparison))}\n\n{versions}\n"
    tail = "".join(_closing(comparison))
    room = MOST_BYTES - size(head) - size(tail)
    sections = []
    for klass in GRAVEST_FIRST:
        found = [each for each in comparison.changes if each.klass is klass]
        if found:
            sections.append(_section(klass, found, room - BYTES_FOR_CLOSING * (1 + klass)))
            room -= size(sections[-1])
    return head + "".join(sections) + tail


def _section(klass: ChangeClass, found: Sequence[Change], room: int) -> str:
    title = f"{MARKS[klass]} {TITLES[klass]} ({len(found):,})"
    start = f"\n### {title}\n\n" if klass in OPEN else f"\n<details><summary>{title}</summary>\n\n"
    end = "" if klass in OPEN else "\n</details>\n"
    rows = tuple(fitting(map(_row, found), room - size(start + TABLE + end)))
    left = len(found) - len(rows)
    more = f"\n{counted(left, 'more change')} not shown here.\n" if left else ""
    return f"{start}{TABLE + ''.join(rows) if rows else ''}{more}{end}"


def _row(change: Change) -> str:
    what = code(change.object) + (f"<br>{code('@' + change.attribute)}" if change.attribute else "")
    values = literal(arrow(change)) if change.attribute else code(change.new or change.old or "")
    about = [f"{literal(change.code)} {literal(rule_of(change).summary)} {literal(change.why)}", f"→ {literal(change.todo)}"]
    if change.impact:
        about.append(f"<sub>{literal(dependants_word(change))}: {literal(dependants(change))}</sub>")
    where = code(place(change.location)) if change.location else ""
    return f"| {literal(SIGNS[change.kind])} | {what} | {values} | {where} | {'<br>'.join(about)} |\n"


def _closing(comparison: Comparison) -> Iterator[str]:
    if comparison.tasks:
        yield "\n### After deployment\n\n"
        yield from (f"{number}. {literal(task(each))}\n" for number, each in enumerate(comparison.tasks, 1))
    if comparison.verdict is not None and comparison.verdict.broken:
        yield f"\n**Recorded schemas: {literal(comparison.verdict.sentence)}**\n\n"
        yield from (f"- {literal(each)}\n" for each in comparison.verdict.broken[:MOST_LINES])
    if comparison.approved:
        yield f"\n<details><summary>Approved ({len(comparison.approved):,})</summary>\n\n"
        for change, approval in comparison.approved[:MOST_LINES]:
            yield f"- {literal(change.code)} {code(change.subject)}: {literal(approval.reason)} {literal(approval.author)}\n"
        yield "\n</details>\n"
    yield from (f"\n> {literal(each)}\n" for each in comparison.notes[:MOST_LINES])
