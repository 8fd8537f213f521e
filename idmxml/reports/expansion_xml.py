"""An expansion as XML: a configuration file with a comment above what each scaffolding generates."""

from collections.abc import Iterable, Iterator, Sequence

from idmxml.expansion.expand import Result
from idmxml.expansion.item import Item
from idmxml.expansion.stories import Story
from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.reports.visible_text import visible
from idmxml.writer.xml_insert import escaped

INDENT = "  "


def expansion_xml(results: Sequence[Result]) -> str:
    """What the scaffoldings generate, each below a comment with its place."""
    return _document(line for each in results for line in _of_result(each))


def stories_xml(found: Sequence[Story]) -> str:
    """The elements of one name that scaffoldings make, as they are in the end, below comments that say what became of them."""
    return _document(line for each in found for line in _of_story(each))


def element_lines(item: Item, depth: int = 1) -> Iterator[str]:
    """An element with everything in it, a line an element."""
    told = "".join(f' {name}="{escaped(value)}"' for name, value in item.attributes.items())
    if not item.children:
        yield f"{INDENT * depth}<{item.tag}{told} />"
        return
    yield f"{INDENT * depth}<{item.tag}{told}>"
    for each in item.children:
        yield from element_lines(each, depth + 1)
    yield f"{INDENT * depth}</{item.tag}>"


def _document(lines: Iterable[str]) -> str:
    body = "".join(f"{line}\n" for line in lines)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{ROOT} xmlns="{NAMESPACE}">\n{body}</{ROOT}>\n'


def _of_result(result: Result) -> Iterator[str]:
    maker = result.maker
    told = f"{maker.path}:{maker.line}: {' > '.join(each.label for each in result.chain)}"
    yield _comment(told if result.reason is None else f"{told}: {result.status}: {result.reason}")
    for item in result.items:
        yield from element_lines(item)


def _of_story(story: Story) -> Iterator[str]:
    subject = story.subject
    yield _comment(f"{subject.tag}[{subject.identity}]: {story.outcome}")
    if story.result is not None and story.made:
        yield from element_lines(story.result)


def _comment(text: str) -> str:
    return f"{INDENT}<!-- {visible(text).replace('--', '- -')} -->"
