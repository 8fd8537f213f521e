"""Items to identity paths, in the very words in which a check names objects."""

from functools import cache
from typing import Final

from idmxml.expansion.item import Item, Shape
from idmxml.facts.load import language

MOST_REFERENCES: Final = 4
IDENTIFIER: Final = "Identifier"


def step(item: Item) -> str:
    """One element: its tag with its identity, or with what it refers to where nothing documented tells two apart."""
    found = _key(item.shape)
    values = item.values
    key = found if isinstance(found, str) else ",".join([values[place] if place is not None else "" for place in found])
    return f"{item.tag}[{key}]" if key else item.tag


@cache
def _key(shape: Shape) -> str | tuple[int | None, ...]:
    """What stands between the brackets for elements of a shape: always the same text, or the values at some places."""
    if shape.kind is None:
        return (shape.index.get(IDENTIFIER),)
    kind = language().kind(shape.kind)
    given = tuple(shape.index.get(name) for name in kind.identity)
    default = kind.attributes[kind.identity[0]].default if len(given) == 1 else None
    if any(place is not None for place in given):
        return given
    if default is not None:
        return default
    return tuple(shape.index[each.name] for each in kind.references if each.name in shape.index)[:MOST_REFERENCES]


def path_of(parents: str, item: Item) -> str:
    """The path of an element below the path ``parents`` (empty for the top)."""
    return f"{parents}/{step(item)}" if parents else step(item)
