"""JSON as text that is safe to show and to encode, with letters of all scripts as they are."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from idmxml.reports.visible_text import INVISIBLE

# The text of a member's name, with what stands behind it, or a value; the name of the format, and what it is, come first.
TEXT = re.compile(r'\A\{\s*"format":\s*"[^"]*"|"(?:[^"\\]|\\.)*"(?P<name>\s*:)?')
BLOCK = 300
LEFT_RAW = re.compile(f"[\x7f-\x9f{INVISIBLE}]")  # the other control characters are escaped in any JSON


def dump(value: Any, *, indent: int | None = None) -> str:
    """``value`` as JSON. Unsafe characters and lone surrogates are escaped as JSON does it, so nothing is lost."""
    return safe(_encoder(indent).encode(value))


def safe(text: str) -> str:
    """JSON with what is unsafe in its texts escaped as JSON does it."""
    if text.isascii() and "\x7f" not in text:
        return text
    return LEFT_RAW.sub(lambda match: json.dumps(match.group())[1:-1], text)


@lru_cache(maxsize=4)
def _encoder(indent: int | None) -> json.JSONEncoder:
    separators = (",", ":") if indent is None else (",", ": ")
    return json.JSONEncoder(ensure_ascii=False, indent=indent, separators=separators)


def redacted(text: str, redact: Callable[[str], str]) -> str:
    """JSON with ``redact`` done to its texts; names of members and of the format stay, so that it can still be read."""
    if redact(text) == text:
        return text
    return TEXT.sub(lambda match: match[0] if match["name"] or match[0][0] == "{" else redact(match[0]), text)


def in_lines(objects: Sequence[str]) -> list[str]:
    """The lines of an array with an object on each; many of them are joined to one text, which takes less memory."""
    if not objects:
        return ["[]"]
    blocks = [",\n".join(objects[start : start + BLOCK]) for start in range(0, len(objects), BLOCK)]
    return ["[", *(f"{each}," for each in blocks[:-1]), blocks[-1], "]"]


def sections_in_lines(sections: Mapping[str, Sequence[str]]) -> list[str]:
    """The lines of an object whose members are given by theirs."""
    found = ["{"]
    for name, (first, *more) in sections.items():
        lines = [f"{dump(name)}: {first}", *more]
        lines[-1] += ","
        found += lines
    found[-1] = found[-1].removesuffix(",")
    return [*found, "}", ""]
