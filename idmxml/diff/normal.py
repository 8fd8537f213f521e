"""Attributes in one spelling, so that only what means something else differs.

Enumerations are told by name, truth values as true and false, numbers without needless characters; what is empty or the
default is left out; another name of an attribute is its usual name; references to kinds whose identifiers ignore case are
folded; white space between the words of a C# expression is one blank.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from idmxml.diff.renames import Renames
from idmxml.expansion.item import Item
from idmxml.facts.language import Attribute, ValueType
from idmxml.facts.load import language
from idmxml.model.filefacts import IGNORING_CASE
from idmxml.source.entry import TRUE

FALSE: Final = frozenset({"false", "False", "0"})
CODE: Final = "C#:"
TOKENS = re.compile(r"""@"(?:[^"]|"")*"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\s+""")
NAMESPACED: Final = "{"
IDENTIFIER: Final = "Identifier"
Spelling = Callable[[str], str]


def normal(item: Item) -> dict[str, str]:
    """The attributes of an element in one spelling."""
    if item.kind is None:
        return {name: value for name, value in item.attributes.items() if not name.startswith(NAMESPACED)}
    known = _spellings(item.kind)
    found: dict[str, str] = {}
    for name, value in item.attributes.items():
        if value == "" or name.startswith(NAMESPACED):
            continue
        spelling = known.get(name)
        if spelling is None:
            found[name] = value
            continue
        usual, spell, default = spelling
        told = spell(value) if spell is not None else value
        if told != default and (usual == name or usual not in item.attributes):
            found[usual] = told
    return found


def shown(item: Item, name: str, value: str | None) -> str | None:
    """The value of an attribute as people read it: identifiers of references as they are written, the rest in one spelling."""
    if value is None or item.kind is None:
        return value
    attribute = language().kind(item.kind).attributes.get(name)
    written = item.attributes.get(name)
    is_name = name == IDENTIFIER or (attribute is not None and attribute.reference is not None)
    return written if is_name and written is not None else value


def key_of(item: Item, renames: Renames | None = None) -> tuple[str, ...] | None:
    """The identity of an element in one spelling, None for none; with ``renames``, as it is named after them."""
    if item.kind is None:
        name = item.attributes.get("Identifier")
        return (name,) if name else None
    if item.key is None:
        return None
    kind = language().kind(item.kind)
    values = normal(item)
    if renames:
        values = renames.followed(item, values)
    key = tuple(values.get(name, "") for name in kind.identity)
    return tuple(each.casefold() for each in key) if kind.id in IGNORING_CASE else key


@lru_cache(maxsize=1024)
def _spellings(kind: str) -> Mapping[str, tuple[str, Spelling | None, str | None]]:
    """For each attribute: its usual name, how its values are spelt, and its default in that spelling."""
    attributes = language().kind(kind).attributes
    found = {}
    for name, attribute in attributes.items():
        usual = attributes.get(attribute.alias_of or "", attribute)
        spell = str.casefold if kind in IGNORING_CASE and usual.name == IDENTIFIER else _spelling(usual)
        default = usual.default
        found[name] = (usual.name, spell, spell(default) if spell is not None and default is not None else default)
    return found


def _spelling(attribute: Attribute) -> Spelling | None:
    if attribute.reference is not None and attribute.reference.to in IGNORING_CASE:
        return str.casefold
    if attribute.expression is not None:
        return _expression
    return _of_type(attribute.type)


def _of_type(type_: ValueType) -> Spelling | None:
    if type_.name == "Boolean":
        return _boolean
    if type_.numbers:
        names = {str(number): name for name, number in reversed(list(type_.numbers.items()))}
        return lambda value: names.get(_integer(value), value)
    if type_.base in {"int", "long", "byte"}:
        return _integer
    return _double if type_.base == "double" else None


def _boolean(value: str) -> str:
    text = value.strip()
    return "true" if text in TRUE else "false" if text in FALSE else value


def _integer(value: str) -> str:
    try:
        return str(int(value)) if value.strip().lstrip("+-").isascii() and "_" not in value else value
    except ValueError:
        return value


def _double(value: str) -> str:
    try:
        return repr(float(value)) if "_" not in value else value
    except ValueError:
        return value


def _expression(value: str) -> str:
    if not value.lstrip().startswith(CODE):
        return value
    return TOKENS.sub(lambda match: " " if match[0].isspace() else match[0], value).strip()
