"""An expansion as JSON objects, described by ``schemas/expansion.schema.json`` and ``expansion-element.schema.json``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from idmxml.expansion.consolidate import Meeting
from idmxml.expansion.expand import Result
from idmxml.expansion.item import Item, Maker
from idmxml.expansion.stories import Story

VERSION = 1


def expansion_object(
    root: str, results: Sequence[Result], meetings: Iterable[Meeting], counts: Mapping[str, int], notes: Sequence[str]
) -> dict[str, Any]:
    """All scaffoldings with what they generate, and the hand-written elements that change it."""
    return {
        "format": "idmxml-expansion",
        "version": VERSION,
        "root": root,
        "summary": dict(counts),
        "scaffoldings": [_result(each) for each in results],
        "meetings": [_meeting(each) for each in meetings],
        "notes": list(notes),
    }


def stories_object(root: str, name: str, found: Sequence[Story], notes: Sequence[str]) -> dict[str, Any]:
    """The stories of the elements of one name."""
    return {
        "format": "idmxml-expansion-element",
        "version": VERSION,
        "root": root,
        "name": name,
        "elements": [_story(each) for each in found],
        "notes": list(notes),
    }


def _result(result: Result) -> dict[str, Any]:
    item = result.scaffolding
    return {
        "scaffolding": item.tag,
        "identity": item.identity,
        "attributes": item.attributes,
        "arguments": [element_object(each) for each in item.children],
        **_place(item),
        "called_by": [maker_object(each) for each in item.origin.chain],
        "status": result.status,
        "reason": result.reason,
        "elements": [element_object(each) for each in result.items],
    }


def _meeting(meeting: Meeting) -> dict[str, Any]:
    written = meeting.written
    return {
        "element": written.tag,
        "identity": written.identity,
        "mode": meeting.mode,
        "completed": meeting.completed,
        **_place(written),
        "made_by": [maker_object(each) for each in meeting.generated.origin.chain],
    }


def _story(story: Story) -> dict[str, Any]:
    subject = story.subject
    stay, gone, new = story.children
    return {
        "element": subject.tag,
        "identity": subject.identity,
        "outcome": story.outcome,
        "made": [
            {"made_by": [maker_object(maker) for maker in each.origin.chain], "element": element_object(each)}
            for each in story.made
        ],
        "written": [{**_place(each), "mode": each.mode} for each in story.written],
        "attributes": [
            {"name": each.name, "generated": each.generated, "written": each.written, "result": each.result}
            for each in story.values
        ],
        "children": {
            "kept": [element_object(each) for each in stay],
            "removed": [element_object(each) for each in gone],
            "added": [element_object(each) for each in new],
        },
        "result": element_object(story.result) if story.result is not None and story.made else None,
    }


def element_object(item: Item) -> dict[str, Any]:
    """An element with everything in it."""
    return {
        "element": item.tag,
        "attributes": item.attributes,
        "children": [element_object(each) for each in item.children],
    }


def maker_object(maker: Maker) -> dict[str, Any]:
    """A scaffolding that made something, and where it stands."""
    return {"scaffolding": maker.tag, "identity": maker.identity, "path": maker.path, "line": maker.line}


def _place(item: Item) -> dict[str, Any]:
    return {"path": item.origin.path, "line": item.origin.line, "column": item.origin.column}
