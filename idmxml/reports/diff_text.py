"""A comparison for people at a terminal: the gravest first, before and after, what depends on it, and what to run."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from idmxml.diff.change import ADDED, REMOVED, RENAMED, Change, ChangeClass
from idmxml.diff.comparison import Comparison, rule_of
from idmxml.reports.as_text import BOLD, CLEAN, HELP, Paint, painted, plain
from idmxml.reports.diff_wording import (
    GRAVEST_FIRST,
    SIGNS,
    TITLES,
    arrow,
    dependants,
    dependants_word,
    place,
    task,
    value,
    verdict,
)
from idmxml.reports.visible_text import shortened, visible

COLORS = {ADDED: "32", REMOVED: "31", "changed": "33", RENAMED: "36"}
STYLES = {
    ChangeClass.DATA_LOSS: "1;31",
    ChangeClass.SYNC_BREAK: "1;31",
    ChangeClass.RIGHTS: "1;35",
    ChangeClass.BEHAVIOUR: "1;33",
    ChangeClass.COSMETIC: "1;34",
}
DIM = "2"
DEFAULT_WIDTH = 120
LEAST_ROOM = 40


def render(comparison: Comparison, *, color: bool = False, width: int | None = None) -> str:
    """The comparison as text; ``width`` is the number of columns to fill at most (120 when not given)."""
    writer = _Writer(painted if color else plain, max(width or DEFAULT_WIDTH, LEAST_ROOM))
    return "".join(f"{line}\n" for line in writer.lines(comparison))


class _Writer:
    """Writes the lines; what a rule says is told with its first change alone."""

    def __init__(self, paint: Paint, columns: int) -> None:
        self.paint = paint
        self.columns = columns
        self.told: set[str] = set()

    def lines(self, comparison: Comparison) -> Iterator[str]:
        for klass in GRAVEST_FIRST:
            found = [each for each in comparison.changes if each.klass is klass]
            if found:
                yield self.paint(STYLES[klass], f"{TITLES[klass]} ({len(found):,})")
                yield ""
                for _, group in groupby(found, key=lambda each: (each.object, each.attribute is None)):
                    yield from self._object(list(group))
        yield from self._approved(comparison)
        yield from self._closing(comparison)

    def _object(self, changes: list[Change]) -> Iterator[str]:
        first = changes[0]
        kind = first.kind if first.attribute is None or first.kind == RENAMED else "changed"
        yield f"  {self.paint(COLORS[kind], SIGNS[kind])} {self.paint(BOLD, visible(first.object))}"
        if first.attribute is None:
            for each in changes:
                yield from self._whole(each)
        else:
            longest = max(len(visible(each.attribute or "")) for each in changes)
            for each in changes:
                yield from self._attribute(each, longest)
        yield ""

    def _whole(self, change: Change) -> Iterator[str]:
        written = change.new if change.kind == ADDED else change.old
        if written:
            yield f"      {self.paint(COLORS[change.kind], visible(shortened(written, self.columns - 6)))}"
        yield from self._about(change)

    def _attribute(self, change: Change, longest: int) -> Iterator[str]:
        name = visible(change.attribute or "")
        line = f"      {name.ljust(longest)}  {arrow(change)}"
        if len(line) <= self.columns:
            yield line
        else:
            yield f"      {name}"
            yield f"        {self.paint(COLORS[REMOVED], '- ' + value(change.old))}"
            yield f"        {self.paint(COLORS[ADDED], '+ ' + value(change.new))}"
        yield from self._about(change)

    def _about(self, change: Change) -> Iterator[str]:
        where = place(change.location)
        before = place(change.old_location) if change.new_location is not None else ""
        moved = f", was {before}" if before and before != where else ""
        word = "was at" if change.new_location is None else "at"
        yield self.paint(DIM, f"      {word} {where}{moved}") if where else ""
        rule = rule_of(change)
        if change.code not in self.told:
            self.told.add(change.code)
            yield from self._wrapped(BOLD, f"{change.code} {change.name}", f"{rule.summary} {change.why}")
            yield from self._wrapped(HELP, "do", change.todo)
        else:
            yield f"      {self.paint(BOLD, f'{change.code} {change.name}')}"
        if change.impact:
            yield from self._wrapped(BOLD, dependants_word(change), dependants(change))

    def _wrapped(self, style: str, label: str, text: str) -> Iterator[str]:
        """A label and a text, on as many lines as they need."""
        lines = wrap(f"{label}: {text}", self.columns - 8, break_long_words=False, break_on_hyphens=False)
        first = lines[0] if lines else f"{label}:"
        yield f"      {self.paint(style, first[: len(label)])}{first[len(label) :]}"
        yield from (f"        {line}" for line in lines[1:])

    def _approved(self, comparison: Comparison) -> Iterator[str]:
        if not comparison.approved:
            return
        yield self.paint(BOLD, f"Approved ({len(comparison.approved):,})")
        yield ""
        for change, approval in comparison.approved:
            by = f", {visible(approval.author)}" if approval.author else ""
            until = f", until {approval.expires}" if approval.expires else ""
            yield f"    {change.code} {visible(change.subject)}: {visible(approval.reason)}{by}{until}"
        yield ""

    def _closing(self, comparison: Comparison) -> Iterator[str]:
        if comparison.tasks:
            yield self.paint(BOLD, "After deployment")
            yield ""
            yield from (f"    {number}. {task(each)}" for number, each in enumerate(comparison.tasks, 1))
            yield ""
        judged = comparison.verdict
        if judged is not None and (judged.broken or comparison.changes):
            yield f"{self.paint(BOLD, 'Recorded schemas')}: {judged.sentence}"
            yield from (f"    {visible(each)}" for each in judged.broken)
        worst = max((each.klass for each in comparison.changes), default=None)
        yield self.paint(CLEAN if worst is None else STYLES[worst], verdict(comparison))
        yield from (f"{self.paint(BOLD, 'note')}: {visible(each)}" for each in comparison.notes)
