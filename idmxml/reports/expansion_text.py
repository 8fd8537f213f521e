"""An expansion for people: a tree of scaffoldings and what they generate, and the story of one element."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from idmxml.expansion.consolidate import Meeting
from idmxml.expansion.expand import DELETED, EXPANDED, KEPT, REPLACED, Result
from idmxml.expansion.item import Item
from idmxml.expansion.stories import COMPLETED, Story, Value
from idmxml.phrases import counted
from idmxml.reports.visible_text import shortened, visible

LONG = 100
INDENT = "  "
EFFECTS = {
    None: "replaces",
    "Merge": "adds to",
    "Update": "changes",
    "Delete": "deletes",
}
OUTCOMES = {
    "written": "written by hand; no scaffolding generates it",
    "generated": "generated; nothing written by hand changes it",
    "replaced": "replaced: the hand-written element stands for the generated one, children included",
    "completed": "completed: scaffoldings add to the hand-written element",
    "merged": "merged: what is generated stays, what is written by hand is added",
    "updated": "updated: hand-written attributes replace generated ones, generated children stay",
    "deleted": "deleted: the generated element is removed, children included",
    "without-target": "written by hand with a ConsolidationMode, and no scaffolding generates an element of this name",
}


def expansion_text(results: Sequence[Result], meetings: Sequence[Meeting], counts: Mapping[str, int]) -> str:
    """The tree of all scaffoldings, what hand-written elements do to it, and the counts."""
    lines = [line for each in results for line in _result_lines(each, results)]
    if meetings:
        lines += ["", "Written by hand against what is generated:"]
        lines += [f"{INDENT}{_meeting_line(each)}" for each in meetings]
    if lines:
        lines.append("")
    lines.append(_summary(counts))
    return "".join(f"{line}\n" for line in lines)


def _result_lines(result: Result, results: Sequence[Result]) -> Iterator[str]:
    depth = len(result.chain)
    label = visible(result.maker.label)
    if depth == 1:
        made = [each for each in results if each.chain[:1] == result.chain]
        total = sum(item.size for each in made for item in each.items)
        yield f"{visible(result.maker.path)}:{result.maker.line}: {label}{_fate(result, total)}"
    else:
        total = sum(each.size for each in result.items)
        yield f"{INDENT * (depth - 1)}{label}{_fate(result, total)}"
    for item in result.items:
        yield f"{INDENT * depth}{_element_line(item)}"


def _fate(result: Result, total: int) -> str:
    if result.status == EXPANDED:
        return f": {counted(total, 'element')}"
    if result.status == KEPT:
        return f": stays as it is: {result.reason}"
    if result.status == REPLACED:
        return f": written by hand at {result.reason}" if result.reason else ": changes what another scaffolding calls"
    if result.status == DELETED:
        return f": deleted at {result.reason}" if result.reason else ": deletes nothing"
    return f": {counted(total, 'element')}, and more: {result.reason}"


def _element_line(item: Item) -> str:
    counts = Counter(each.tag for each in item.walk() if each is not item)
    held = ", ".join(f"{number} {tag}" for tag, number in counts.items())
    completes = " completes" if item.mode == "Merge" else ""
    name = f"{item.tag}[{visible(item.identity)}]" if item.identity else item.tag
    return f"{name}{completes} ({held})" if held else f"{name}{completes}"


def _meeting_line(meeting: Meeting) -> str:
    written, chain = meeting.written, meeting.generated.origin.chain
    effect = "is completed by" if meeting.completed else EFFECTS.get(meeting.mode, "replaces")
    by = " > ".join(visible(each.label) for each in chain)
    place = f"{visible(written.origin.path)}:{written.origin.line}"
    if meeting.completed:
        return f"{place}: {written.tag}[{visible(written.identity)}] {effect} {by}"
    return f"{place}: {written.tag}[{visible(written.identity)}] {effect} the one of {by}"


def _summary(counts: Mapping[str, int]) -> str:
    if not counts["scaffoldings"]:
        return "No scaffoldings."
    told = f"{counted(counts['scaffoldings'], 'scaffolding')}: {counted(counts['elements'], 'generated element')}"
    stays = counts["kept"] + counts["partial"]
    if not stays:
        return f"{told}."
    return f"{told}; {'1 stays as it is' if stays == 1 else f'{stays:,} stay as they are'}, in whole or in part."


def stories_text(found: Sequence[Story]) -> str:
    """The stories of the elements of one name, with a blank line between them."""
    return "\n".join("".join(f"{line}\n" for line in _story_lines(each)) for each in found)


def _story_lines(story: Story) -> Iterator[str]:
    subject = story.subject
    yield f"{subject.tag}[{visible(subject.identity)}]: {OUTCOMES[story.outcome]}"
    for made in story.made:
        chain = made.origin.chain
        place = f"{visible(chain[0].path)}:{chain[0].line}"
        yield f"{INDENT}generated at {place} by {' > '.join(visible(each.label) for each in chain)}"
    for written in story.written:
        mode = f' with ConsolidationMode="{written.mode}"' if written.mode else ""
        yield f"{INDENT}written at {visible(written.origin.path)}:{written.origin.line}{mode}"
    if story.made:
        for value in story.values:
            told = _completed_line(value) if story.outcome == COMPLETED else _value_line(value)
            yield f"{INDENT * 2}{told}"
        yield from _child_lines(story)


def _completed_line(value: Value) -> str:
    """An attribute of a hand-written element that scaffoldings complete: what they add is marked."""
    if value.written is None:
        return f"{value.name}: + {_quoted(value.result)}"
    ignored = value.generated not in {None, value.result}
    return f"{value.name}: {_quoted(value.result)}" + (
        f" ({_quoted(value.generated)}, generated, has no effect)" if ignored else ""
    )


def _value_line(value: Value) -> str:
    if not value.is_changed:
        kept = _quoted(value.result)
        ignored = value.written not in {None, value.result}
        return f"{value.name}: {kept}" + (f" ({_quoted(value.written)}, written by hand, has no effect)" if ignored else "")
    if value.generated is None:
        return f"{value.name}: + {_quoted(value.result)}"
    if value.result is None:
        return f"{value.name}: - {_quoted(value.generated)}"
    return f"{value.name}: {_quoted(value.generated)} -> {_quoted(value.result)}"


def _child_lines(story: Story) -> Iterator[str]:
    stay, gone, new = story.children
    marked = ((" ", stay), ("-", gone), ("+", new))
    if story.outcome == COMPLETED:
        named = {(each.kind, each.key) for each in new}
        marked = ((" ", new), ("-", tuple(each for each in gone if (each.kind, each.key) not in named)), ("+", stay))
    for mark, children in marked:
        for child in children:
            told = " ".join(f"{name}={_quoted(value)}" for name, value in child.attributes.items())
            yield f"{INDENT * 2}{mark} {shortened(f'<{child.tag} {told}>', LONG)}"


def _quoted(value: str | None) -> str:
    return '""' if value is None else f'"{visible(value)}"'
