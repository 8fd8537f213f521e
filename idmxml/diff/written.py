"""An element in one line of XML, as reports show what was added or removed: without secrets, and not too long."""

from typing import Final
from xml.sax.saxutils import quoteattr

from idmxml.expansion.item import Item
from idmxml.facts.load import language
from idmxml.settings.secret import MASK

LONGEST_VALUE: Final = 200


def veiled(name: str | None, value: str | None) -> str | None:
    """The value of an attribute, dots for one that is never shown."""
    return MASK if value is not None and name in language().secrets else value


def written(item: Item) -> str:
    """The start tag of an element; ``…`` stands for its parts."""
    attributes = "".join(f" {name}={quoteattr(_short(veiled(name, value) or ''))}" for name, value in item.attributes.items())
    return f"<{item.tag}{attributes}>…</{item.tag}>" if item.children else f"<{item.tag}{attributes}/>"


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
