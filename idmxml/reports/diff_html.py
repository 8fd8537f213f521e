"""A comparison as a web page of one file that asks nothing of a network: to read, filter, print and send."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import escape

from idmxml.diff.change import RENAMED, Change, Location
from idmxml.diff.comparison import Comparison, rule_of
from idmxml.phrases import counted
from idmxml.reports.as_html import digest, environment, inlined
from idmxml.reports.diff_picture import Picture, picture
from idmxml.reports.diff_wording import GRAVEST_FIRST, SIGNS, TITLES, dependants_word, place, tally, task, value, verdict
from idmxml.reports.visible_text import shortened, visible
from idmxml.version import __version__

MOST_BYTES: Final = 4_900_000
BYTES_OF_PAGE: Final = 200_000  # head, style, script, picture
BYTES_OF_GROUP: Final = 900
BYTES_OF_CHANGE: Final = 260  # the markup around the texts
BYTES_OF_SOURCE: Final = 60
MOST_DEPENDANTS: Final = 12
MOST_ROWS: Final = 500
LONGEST_SOURCE: Final = 160


@dataclass(frozen=True, slots=True)
class Shown:
    """One change, its texts safe to show. ``old_source`` and ``new_source`` are the lines it stands in, empty without room."""

    sign: str
    kind: str
    object: str
    attribute: str
    old: str
    new: str
    old_place: str
    new_place: str
    old_source: str
    new_source: str
    impact: tuple[str, ...]
    more_impact: int
    impact_word: str
    connector: str


@dataclass(frozen=True, slots=True)
class Group:
    """The changes that one rule is about, and what it says."""

    code: str
    name: str
    klass: str
    title: str
    summary: str
    why: str
    todo: str
    changes: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown of each change: its source lines, and the names of what depends on it."""

    sources: bool
    names: int


LEVELS: Final = (
    Detail(sources=True, names=MOST_DEPENDANTS),
    Detail(sources=False, names=MOST_DEPENDANTS),
    Detail(sources=False, names=0),
)


def render(comparison: Comparison) -> str:
    """The page. With very many changes source lines, names of dependants, and then the least grave changes are left out."""
    detail, kept = affordable(comparison.changes)
    style = inlined("report.css") + inlined("diff.css")
    script = inlined("filter.js")
    worst = max((each.klass for each in comparison.changes), default=None)
    drawn: Picture | None = picture(comparison)
    return (
        environment()
        .get_template("diff.html.j2")
        .render(
            version=__version__,
            old=visible(comparison.old.name),
            new=visible(comparison.new.name),
            verdict=verdict(comparison),
            outcome=tally(comparison) or "no changes",
            worst=worst.label if worst is not None else "none",
            counts=[(each.label, TITLES[each], comparison.count(each)) for each in GRAVEST_FIRST],
            schemas=comparison.verdict,
            broken=[visible(each) for each in comparison.verdict.broken] if comparison.verdict else [],
            notes=[visible(each) for each in comparison.notes],
            tasks=[task(each, MOST_DEPENDANTS) for each in comparison.tasks],
            connectors=by_connector(comparison),
            connections=comparison.connections[:MOST_ROWS],
            groups=list(groups(kept, detail)),
            shown=len(kept),
            left_out=counted(len(comparison.changes) - len(kept), "change") if len(kept) < len(comparison.changes) else "",
            reduced=detail != LEVELS[0],
            approved=[(visible(each.subject), each.code, approval) for each, approval in comparison.approved[:MOST_ROWS]],
            picture=drawn,
            style=style,
            script=script,
            style_hash=digest(style),
            script_hash=digest(script),
            visible=visible,
        )
    )


def affordable(changes: Sequence[Change]) -> tuple[Detail, Sequence[Change]]:
    """As much detail as there is room for, and as many of the changes, which come the gravest first."""
    room = MOST_BYTES - BYTES_OF_PAGE - BYTES_OF_GROUP * len({each.code for each in changes})
    for detail in LEVELS:
        if sum(weight(each, detail) for each in changes) <= room:
            return detail, changes
    least, kept = LEVELS[-1], 0
    for each in changes:
        room -= weight(each, least)
        if room < 0:
            break
        kept += 1
    return least, changes[:kept]


def weight(change: Change, detail: Detail) -> int:
    """How many bytes a change takes in the page."""
    texts = [change.object, change.attribute or "", value(change.old), value(change.new), change.connector]
    for location in (change.old_location, change.new_location):
        if location is not None:
            texts.append(place(location))
            if detail.sources:
                texts.append(location.source[:LONGEST_SOURCE] + " " * BYTES_OF_SOURCE)
    texts += [f"{each}<li></li>" for each in change.impact[: detail.names]]
    return BYTES_OF_CHANGE + sum(len(str(escape(each)).encode("utf-8", "replace")) for each in texts)


def groups(changes: Sequence[Change], detail: Detail) -> Iterator[Group]:
    """The changes by rule, the gravest class first."""
    ranked = sorted(changes, key=lambda each: (-each.klass, each.code))
    for _, found in groupby(ranked, key=lambda each: each.code):
        members = list(found)
        rule = rule_of(members[0])
        shown_changes = tuple(shown(each, detail) for each in members)
        yield Group(
            rule.code, rule.name, rule.klass.label, TITLES[rule.klass], rule.summary, rule.why, rule.todo, shown_changes
        )


def shown(change: Change, detail: Detail) -> Shown:
    """One change as the page has it."""
    before, after = change.old_location, change.new_location
    names = change.impact[: detail.names]
    return Shown(
        SIGNS[change.kind],
        change.kind,
        visible(change.object),
        visible(change.attribute or ""),
        _text(change, change.old),
        _text(change, change.new),
        place(before),
        place(after),
        _source(before) if detail.sources else "",
        _source(after) if detail.sources else "",
        tuple(visible(each) for each in names),
        len(change.impact) - len(names),
        dependants_word(change),
        visible(change.connector),
    )


def _source(location: Location | None) -> str:
    return visible(shortened(location.source.strip(), LONGEST_SOURCE)) if location is not None else ""


def _text(change: Change, text: str | None) -> str:
    if change.attribute is not None or change.kind == RENAMED:
        return value(text)
    return visible(shortened(text or "", LONGEST_SOURCE))


def by_connector(comparison: Comparison) -> list[tuple[str, list[int], int]]:
    """For each connector, empty for none, the number of changes of each class, the gravest first, and of all."""
    counts: dict[str, Counter[int]] = {}
    for each in comparison.changes:
        counts.setdefault(each.connector, Counter())[each.klass] += 1
    rows = [(visible(name), [found[klass] for klass in GRAVEST_FIRST], found.total()) for name, found in counts.items()]
    return sorted(rows, key=lambda row: ([-number for number in row[1]], row[0]))[:MOST_ROWS]
