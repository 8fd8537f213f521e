"""What libxml2 says of a file that breaks an XSD, in words for readers who know neither it nor XML Schema."""

import re
from collections.abc import Callable
from typing import Final

Say = Callable[[re.Match[str]], str]
ELEMENT: Final = re.compile(r"Element '([^']+)'(?:, attribute '([^']+)')?: ")
WAYS: Final[tuple[tuple[re.Pattern[str], Say], ...]] = (
    (re.compile(r"The element is not 'nillable'"), lambda _match: "can't be declared empty by xsi:nil"),
    (
        re.compile(r"This element is not expected(?:\. Expected is (?:one of )?\( (.+) \))?"),
        lambda match: "is not expected here" + (f"; expected is {_tags(match[1])}" if match[1] else ""),
    ),
    (
        re.compile(r"Missing child element\(s\)(?:\. Expected is (?:one of )?\( (.+) \))?"),
        lambda match: "lacks a child element" + (f": {_tags(match[1])}" if match[1] else ""),
    ),
    (re.compile(r"The attribute '([^']+)' is required but missing"), lambda match: f"lacks the attribute {match[1]}"),
    (re.compile(r"The attribute '([^']+)' is not allowed"), lambda match: f"has no attribute {match[1]}"),
    (re.compile(r"No matching global (?:element )?declaration available.*"), lambda _match: "is not declared in the XSD"),
    (
        re.compile(r"Character content (?:other than whitespace )?is not allowed.*"),
        lambda _match: "holds text, which has no place in it",
    ),
    (
        re.compile(r"(?:\[facet '[^']*'\] )?The value '(.*)' is not accepted by the pattern '(.*)'"),
        lambda match: _unfit(*match.groups()),
    ),
    (
        re.compile(r"(?:\[facet '[^']*'\] )?The value '(.*)' is not an element of the set \{(.*)\}"),
        lambda match: f"is '{match[1]}', which is none of {match[2]}",
    ),
    (
        re.compile(r"'(.*)' is not a valid value of the (?:atomic |union |list |local )*(?:simple )?type(?: '([^']*)')?"),
        lambda match: f"is '{match[1]}', which is no value" + (f" of the type {match[2]}" if match[2] else " of its type"),
    ),
)


def plain_message(message: str) -> str:
    """The message without namespaces and without the words for the insides of the library; an unknown one as it is."""
    text = re.sub(r"\{(?:urn|https?):[^}]*\}", "", message).strip().rstrip(".")
    found = ELEMENT.match(text)
    if found is None:
        return " ".join(text.split())
    said = text[found.end() :]
    match, say = next(((fit, say) for way, say in WAYS if (fit := way.fullmatch(said))), (None, None))
    subject = f"{found[2]} of <{found[1]}>" if found[2] and "is not allowed" not in said else f"<{found[1]}>"
    return " ".join((f"{subject} {say(match)}" if match and say else f"{subject}: {said}").split())


def _unfit(value: str, pattern: str) -> str:
    return f"is '{value}', which does not match {pattern}"


def _tags(names: str) -> str:
    return " or ".join(f"<{each.strip()}>" for each in names.split(","))
