"""Elements to the members of JSON objects: what elements of one shape have in common is put together once."""

from collections.abc import Callable, Iterable
from json.encoder import encode_basestring
from typing import Final, NamedTuple

from idmxml.expansion.item import Item, Shape, picker
from idmxml.facts.load import language
from idmxml.model.value_spelling import spelling
from idmxml.source.entry import TRUE

Convert = Callable[[str], str]
NOTHING: Final = "null"
YES: Final = "true"
NO: Final = "false"
encoded: Final[Convert] = encode_basestring  # what json uses for texts


class Piece(NamedTuple):
    """A part of an object's text, with ``%s`` for each value: its place among those of the element, and its JSON."""

    template: str
    values: tuple[tuple[int, Convert], ...] = ()


Field = Callable[[Shape], Piece]
Write = Callable[[tuple[str, ...]], str]


class Members:
    """The members of the objects that stand for elements, such as ``"identifier":"HR","table":null``."""

    def __init__(self, *fields: Field) -> None:
        self._fields = fields
        self._known: dict[Shape, Write] = {}

    def of(self, item: Item) -> str:
        """The members for an element, without braces."""
        shape = item.shape
        write = self._known.get(shape)
        if write is None:
            write = self._known[shape] = self._write(shape)
        return write(item.values)

    def _write(self, shape: Shape) -> Write:
        """How the values of elements of a shape are written."""
        pieces = [field(shape) for field in self._fields]
        template = ",".join(each.template for each in pieces)
        values = [value for each in pieces for value in each.values]
        if all(convert is encoded for _, convert in values):
            pick = picker([place for place, _ in values])
            return lambda given: template % tuple(map(encoded, pick(given)))
        return lambda given: template % tuple([convert(given[place]) for place, convert in values])


def value(name: str, attribute: str, convert: Convert = encoded, absent: str = NOTHING) -> Field:
    """A member with the value of an attribute; ``absent`` is its JSON where the attribute is not given."""
    return lambda shape: _value(name, shape.index.get(attribute), convert, absent)


def value_or_default(name: str, attribute: str) -> Field:
    """A member with the value of an attribute, else with its default."""
    return lambda shape: _value(name, shape.index.get(attribute), encoded, _default(shape.kind, attribute))


def flag(name: str, attribute: str) -> Field:
    """A member that tells whether a Boolean attribute is given and true."""
    return value(name, attribute, lambda given: YES if given in TRUE else NO, absent=NO)


def tag(name: str) -> Field:
    """A member with the tag of the element."""
    return lambda shape: Piece(_literal(f"{encoded(name)}:{encoded(shape.tag)}"))


def mapping(name: str, member: Callable[[str], str | None]) -> Field:
    """A member with an object that has the attributes for which ``member`` gives a name."""

    def piece(shape: Shape) -> Piece:
        found = [(told, place) for place, each in enumerate(shape.names) if (told := member(each)) is not None]
        inner = ",".join(f"{_literal(encoded(told))}:%s" for told, _ in found)
        return Piece(f"{_literal(encoded(name))}:{{{inner}}}", tuple((place, encoded) for _, place in found))

    return piece


def array(objects: Iterable[str]) -> str:
    """An array of objects, given by their members."""
    inner = "},{".join(objects)
    return f"[{{{inner}}}]" if inner else "[]"


def _value(name: str, place: int | None, convert: Convert, absent: str) -> Piece:
    told = _literal(encoded(name))
    return Piece(f"{told}:{_literal(absent)}") if place is None else Piece(f"{told}:%s", ((place, convert),))


def _default(kind: str | None, attribute: str) -> str:
    """The default of an attribute, in one spelling, as JSON."""
    known = language().kind(kind).attributes[attribute] if kind is not None else None
    if known is None or known.default is None:
        return NOTHING
    spell = spelling(known.type)
    return encoded(spell(known.default) if spell is not None else known.default)


def _literal(text: str) -> str:
    return text.replace("%", "%%")
