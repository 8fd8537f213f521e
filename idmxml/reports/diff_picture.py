"""The entity model around the changes as a drawing: systems as columns, entity types as boxes, what changed marked."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from idmxml.diff.change import ADDED, REMOVED, RENAMED, Change
from idmxml.diff.comparison import Comparison
from idmxml.reports.visible_text import shortened, visible

OBJECT = re.compile(r"(\w+)\[([^\]]*)\]")
DRAWN: Final = (
    "Connector",
    "Connection",
    "EntityType",
    "ResourceType",
    "ConnectionTable",
    "Job",
    "Workflow",
    "Profile",
    "SingleRole",
    "CompositeRole",
)
OF_TYPE: Final = {"EntityTypeMapping": "EntityType", "DisplayEntityType": "EntityType"}
MOST_BOXES: Final = 120
LONGEST_NAME: Final = 26
WIDTH, HEIGHT, GAP, TOP = 210, 34, 10, 34


@dataclass(frozen=True, slots=True)
class Box:
    """One thing that changed: where it is drawn, its name, kind and the gravest class of what happened to it."""

    x: int
    y: int
    name: str
    kind: str
    what: str
    klass: str
    number: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing: its size, the heads of its columns with their places, and its boxes. ``left_out`` boxes had no room."""

    width: int
    height: int
    columns: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    left_out: int


def picture(comparison: Comparison) -> Picture | None:
    """The drawing; None when nothing that is drawn changed."""
    changed: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for each in comparison.changes:
        match = OBJECT.match(each.object)
        if match:
            kind = OF_TYPE.get(match[1], match[1])
            if kind in DRAWN:
                changed[kind, match[2]].append(each)
    if not changed:
        return None
    ranked = sorted(changed, key=lambda key: (-max(each.klass for each in changed[key]), DRAWN.index(key[0]), key[1]))
    columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in ranked[:MOST_BOXES]:
        columns[next((each.connector for each in changed[key] if each.connector), "")].append(key)
    heads, boxes = [], []
    for column, name in enumerate(sorted(columns, key=lambda each: (not each, each))):
        x = column * (WIDTH + 2 * GAP)
        heads.append((x, visible(shortened(name, LONGEST_NAME)) or "Whole"))
        members = sorted(columns[name], key=lambda key: (DRAWN.index(key[0]), key[1]))
        boxes += [_box(x, TOP + row * (HEIGHT + GAP), key, changed[key]) for row, key in enumerate(members)]
    width = len(columns) * (WIDTH + 2 * GAP)
    height = TOP + max(map(len, columns.values())) * (HEIGHT + GAP)
    return Picture(width, height, tuple(heads), tuple(boxes), max(len(ranked) - MOST_BOXES, 0))


def _box(x: int, y: int, key: tuple[str, str], changes: Iterable[Change]) -> Box:
    found = list(changes)
    worst = max(each.klass for each in found)
    whole = next((each.kind for each in found if each.kind in {ADDED, REMOVED, RENAMED} and "/" not in each.object), "changed")
    return Box(x, y, visible(shortened(key[1], LONGEST_NAME)), key[0], whole, worst.label, len(found))
