"""The model around the changes as a drawing: systems as columns, objects as boxes, links as lines, what changed marked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.diff.change import ADDED, CHANGED, REMOVED, RENAMED, Change
from idmxml.diff.comparison import Comparison
from idmxml.reports.diff_links import SAME, Key, Link, key_of, model_of
from idmxml.reports.visible_text import shortened, visible

DRAWN: Final = (
    "Connector",
    "Connection",
    "ConnectionTable",
    "EntityType",
    "ResourceType",
    "Job",
    "Workflow",
    "Profile",
    "SingleRole",
    "CompositeRole",
)
OF_TYPE: Final = {"EntityTypeMapping": "EntityType", "DisplayEntityType": "EntityType"}
MOST_BOXES: Final = 120
MOST_LINES: Final = 300
LONGEST_NAME: Final = 26
WIDTH, HEIGHT, GAP, TOP = 210, 34, 10, 34
BETWEEN: Final = 90  # from one column to the next, where the lines are
INSET: Final = 2


@dataclass(frozen=True, slots=True)
class Box:
    """An object: where it is drawn, its name, kind, what happened to it, how often, and the gravest class of that."""

    x: int
    y: int
    name: str
    kind: str
    what: str
    klass: str
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """A link: the path it is drawn along, its title, what happened to it and the gravest class of that."""

    path: str
    title: str
    what: str
    klass: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing: its size, the heads of its columns with their places, its boxes and lines.

    ``left_out`` changed objects had no room; ``marks`` is what happened to links that are drawn.
    """

    width: int
    height: int
    columns: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int

    @property
    def marks(self) -> tuple[str, ...]:
        """What happened to the links that are drawn, each once."""
        return tuple(each for each in (ADDED, REMOVED, CHANGED, SAME) if any(line.what == each for line in self.lines))


def picture(comparison: Comparison) -> Picture | None:
    """The drawing; None when nothing that is drawn changed."""
    if not comparison.changes:
        return None
    changed = _changed(comparison.changes)
    model = model_of(comparison)
    ranked = sorted(changed, key=lambda key: (-max(each.klass for each in changed[key]), DRAWN.index(key[0]), key[1]))
    kept = list(dict.fromkeys((*ranked[:MOST_BOXES], *_neighbours(model.links))))[:MOST_BOXES]
    if not kept:
        return None
    columns = _columns(kept, changed, model.owners)
    clean = comparison.redactor.redact
    boxes = {
        key: _box(column * (WIDTH + BETWEEN), TOP + row * (HEIGHT + GAP), key, clean(key[1]), changed.get(key, ()))
        for column, keys in enumerate(columns.values())
        for row, key in enumerate(keys)
    }
    links = sorted((each for each in model.links if {each.start, each.end} <= boxes.keys()), key=_is_same)
    lines = [_line(each, boxes[each.start], boxes[each.end], clean(each.name)) for each in links[:MOST_LINES]]
    return Picture(
        len(columns) * (WIDTH + BETWEEN),
        TOP + max(map(len, columns.values())) * (HEIGHT + GAP),
        tuple((column * (WIDTH + BETWEEN), _name(clean(owner)) or "Whole") for column, owner in enumerate(columns)),
        tuple(boxes.values()),
        tuple(reversed(lines)),  # what changed is drawn over what is the same
        max(len(ranked) - MOST_BOXES, 0),
    )


def _changed(changes: Iterable[Change]) -> Mapping[Key, Sequence[Change]]:
    """The changes of each object that is drawn."""
    found: dict[Key, list[Change]] = defaultdict(list)
    for each in changes:
        key = key_of(each)
        if key is not None:
            kind = OF_TYPE.get(key[0], key[0])
            if kind in DRAWN:
                found[kind, key[1]].append(each)
    return found


def _neighbours(links: Iterable[Link]) -> Iterator[Key]:
    """The ends of the links that changed, which are drawn whether they changed themselves or not."""
    for each in links:
        if not _is_same(each):
            yield from (each.start, each.end)


def _columns(keys: Iterable[Key], changed: Mapping[Key, Sequence[Change]], owners: Mapping[Key, str]) -> dict[str, list[Key]]:
    """The objects of each connector or entity, those of none last, in the order in which they are drawn."""
    found: dict[str, list[Key]] = defaultdict(list)
    for key in sorted(keys, key=lambda each: (DRAWN.index(each[0]), each[1])):
        own = next((each.connector for each in changed.get(key, ()) if each.connector), "")
        found[own or owners.get(key, "")].append(key)
    return {name: found[name] for name in sorted(found, key=lambda each: (not each, each))}


def _is_same(link: Link) -> bool:
    return link.what == SAME


def _name(text: str) -> str:
    return visible(shortened(text, LONGEST_NAME))


def _box(x: int, y: int, key: Key, name: str, changes: Sequence[Change]) -> Box:
    whole = (
        each.kind for each in changes if each.kind in {ADDED, REMOVED, RENAMED} and "/" not in each.object and _is_of(key, each)
    )
    what = next(whole, CHANGED if changes else SAME)
    return Box(x, y, _name(name), key[0], what, _gravest(changes), len(changes))


def _is_of(key: Key, change: Change) -> bool:
    """Whether a change is about the very object, and not about its mapping or its display."""
    found = key_of(change)
    return found is not None and found[0] == key[0]


def _gravest(changes: Sequence[Change]) -> str:
    return max(each.klass for each in changes).label if changes else SAME


def _line(link: Link, start: Box, end: Box, name: str) -> Line:
    ends = f"{start.kind} {start.name} → {end.kind} {end.name}"
    title = f"{link.kind} {_name(name)}: {ends}" if name else f"{link.kind}: {ends}"
    klass = _gravest(link.changes)
    told = link.what if link.what == SAME else f"{link.what}, {klass}"
    return Line(_path(start, end), f"{title}: {told}", link.what, klass)


def _path(start: Box, end: Box) -> str:
    """A curve from side to side; between boxes of one column it swings out to the right."""
    y, to = (each.y + HEIGHT // 2 for each in (start, end))
    right, left = start.x + INSET + WIDTH, start.x + INSET
    if start.x == end.x:
        swing = min(BETWEEN - GAP, 24 + abs(to - y) // 4)
        y, to = (y - 8, to + 8) if start is end else (y, to)
        return f"M{right} {y}C{right + swing} {y} {right + swing} {to} {right} {to}"
    x, goal, bend = (right, end.x + INSET, BETWEEN // 2) if start.x < end.x else (left, end.x + INSET + WIDTH, -BETWEEN // 2)
    return f"M{x} {y}C{x + bend} {y} {goal - bend} {to} {goal} {to}"
