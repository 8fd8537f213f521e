"""Attributes in one spelling, so that only what means something else differs.

Enumerations are told by name, truth values as true and false, numbers without needless characters; what is empty or the
default is left out; another name of an attribute is its usual name; references to kinds whose identifiers ignore case are
folded; white space between the words of a C# expression is one blank, but for the line end that ends a comment.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from idmxml.diff.renames import Renames
from idmxml.expansion.configuration import comparable
from idmxml.expansion.item import Item
from idmxml.facts.language import Attribute
from idmxml.facts.load import language
from idmxml.model.filefacts import IGNORING_CASE
from idmxml.model.value_spelling import Spell, spelling

CODE: Final = "C#:"
TOKENS = re.compile(r"""//[^\n]*\n?|@"(?:[^"]|"")*"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\s+""")
IDENTIFIER: Final = "Identifier"


def normal(item: Item) -> dict[str, str]:
    """The attributes of an element in one spelling."""
    if item.kind is None:
        return item.attributes
    known = _spellings(item.kind)
    found: dict[str, str] = {}
    for name, value in item.attributes.items():
        if value == "":
            continue
        way = known.get(name)
        if way is None:
            found[name] = value
            continue
        usual, spell, default = way
        told = spell(value) if spell is not None else value
        if told != default and (usual == name or item.get(usual) is None):
            found[usual] = told
    return found


def shown(item: Item, name: str, value: str | None) -> str | None:
    """The value of an attribute as people read it: identifiers of references as they are written, the rest in one spelling."""
    if value is None or item.kind is None:
        return value
    attribute = language().kind(item.kind).attributes.get(name)
    written = item.get(name)
    is_name = name == IDENTIFIER or (attribute is not None and attribute.reference is not None)
    return written if is_name and written is not None else value


def key_of(item: Item, renames: Renames | None = None) -> tuple[str, ...] | None:
    """The identity of an element in one spelling, None for none; with ``renames``, as it is named after them."""
    if item.kind is None:
        name = item.get("Identifier")
        return (name,) if name else None
    if item.key is None:
        return None
    kind = language().kind(item.kind)
    values = normal(item)
    if renames:
        values = renames.followed(item, values)
    key = tuple(values.get(name, "") for name in kind.identity)
    return comparable(kind.id, key)


@lru_cache(maxsize=1024)
def _spellings(kind: str) -> Mapping[str, tuple[str, Spell | None, str | None]]:
    """For each attribute: its usual name, how its values are spelt, and its default in that spelling."""
    attributes = language().kind(kind).attributes
    found = {}
    for name, attribute in attributes.items():
        usual = attributes.get(attribute.alias_of or "", attribute)
        spell = str.casefold if kind in IGNORING_CASE and usual.name == IDENTIFIER else _spelling(usual)
        default = usual.default
        found[name] = (usual.name, spell, spell(default) if spell is not None and default is not None else default)
    return found


def _spelling(attribute: Attribute) -> Spell | None:
    if attribute.reference is not None and attribute.reference.to in IGNORING_CASE:
        return str.casefold
    if attribute.expression is not None:
        return _expression
    return _double if attribute.type.base == "double" else spelling(attribute.type)


def _double(value: str) -> str:
    try:
        return repr(float(value)) if "_" not in value else value
    except ValueError:
        return value


def _expression(value: str) -> str:
    if not value.lstrip().startswith(CODE):
        return value
    return TOKENS.sub(lambda match: " " if match[0].isspace() else match[0], value).strip()
