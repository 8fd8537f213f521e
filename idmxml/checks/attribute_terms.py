"""Terms of conditions on attributes, such as ``Type=ConcatColumns`` or ``!InputColumn``, to tests on entries.

``Name`` holds when the attribute is given and not blank, ``Name?`` when it is given at all; ``Name=v|w`` when its value, or its default where it is not given, is
one of these; ``Tag/`` when the entry has a child of this tag. ``*`` in a name stands for any characters, ``../`` before it
for the parent, ``!`` before all of it for the contrary. Names and numbers of an enumeration are the same value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from idmxml.facts.language import Kind
from idmxml.facts.load import language
from idmxml.source.entry import Entry

FORM = re.compile(
    r"(?P<negated>!?)(?P<up>(?:\.\./)*)(?P<name>\*?[A-Za-z_][\w*]*)(?:(?P<child>/)|(?P<blank>\?)|=(?P<values>.*))?"
)
BOOLEAN = {"true": ("true", "True", "1"), "false": ("false", "False", "0")}
Test = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True)
class Term:
    """A term as it is written.

    ``values`` is None for one that asks whether something is given, ``blank`` for one that a blank value satisfies;
    ``level`` counts parents up.
    """

    name: str
    negated: bool = False
    level: int = 0
    child: bool = False
    blank: bool = False
    values: tuple[str, ...] | None = None

    @property
    def words(self) -> str:
        """The term in a message, without its negation: ``Type="ConcatColumns"``, ``InputColumn`` or ``<TaskEntityType>``."""
        if self.child:
            return f"<{self.name}>"
        if self.values is None:
            return self.name
        return f"{self.name}=" + " or ".join(f'"{each}"' for each in self.values)

    @property
    def phrase(self) -> str:
        """The term as a circumstance: ``with Type="ConcatColumns"``, ``without InputColumn``, ``when the parent has …``."""
        where = " of its parent" if self.level else ""
        return f"{'without' if self.negated else 'with'} {self.words}{where}"


@lru_cache(maxsize=4096)
def parse_term(text: str) -> Term:
    """The term written as ``text``; ValueError for text that is none."""
    match = FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no term: write Name, Name=value, Tag/, with ! and ../ before it where needed")
    values = tuple(match["values"].split("|")) if match["values"] is not None else None
    return Term(
        match["name"], bool(match["negated"]), len(match["up"]) // 3, bool(match["child"]), bool(match["blank"]), values
    )


def test_of(term: Term, kind: Kind) -> Test:
    """Whether the term holds for an entry of this kind."""
    plain = _child_test(term) if term.child else _value_test(term, kind) if term.values is not None else _given_test(term)
    lifted = _lifted(plain, term.level) if term.level else plain
    return (lambda entry: not lifted(entry)) if term.negated else lifted


def given_names(term: Term, entry: Entry) -> list[str]:
    """The attributes of the entry itself that make a positive term hold, as far as they are written."""
    if term.level or term.child:
        return []
    if "*" in term.name:
        return [name for name in entry.attributes if fnmatchcase(name, term.name) and _is_given(entry, name, term.blank)]
    return [term.name] if _is_given(entry, term.name, term.blank) else []


def _is_given(entry: Entry, name: str, blank: bool) -> bool:  # noqa: FBT001  it is the term's own property
    value = entry.attributes.get(name)
    return value is not None and (blank or bool(value.strip()))


def triggers(term: Term, kind: Kind) -> frozenset[str] | None:
    """The attributes one of which must be written for the term to hold; None when it may hold without any."""
    if term.negated or term.level or term.child:
        return None
    if "*" in term.name:
        return frozenset(name for name in kind.attributes if fnmatchcase(name, term.name))
    if term.values is not None:
        attribute = kind.attributes.get(term.name)
        if attribute is not None and attribute.default is not None and attribute.default in spellings(term, kind):
            return None
    return frozenset({term.name})


def spellings(term: Term, kind: Kind) -> frozenset[str]:
    """Every spelling of the values of a term: names and numbers of an enumeration, and those of true and false."""
    attribute = kind.attributes.get(term.name)
    values = term.values or ()
    if attribute is None:
        return frozenset(values)
    if attribute.type.name == "Boolean":
        return frozenset(each for value in values for each in BOOLEAN.get(value, (value,)))
    return frozenset(each for value in values for each in _same(value, attribute.type.numbers or {}))


def _same(value: str, numbers: Mapping[str, int]) -> tuple[str, ...]:
    if value in numbers:
        return value, str(numbers[value])
    return (value, *(name for name, number in numbers.items() if str(number) == value))


def _child_test(term: Term) -> Test:
    tag = term.name
    return lambda entry: any(child.tag == tag for child in entry.children)


def _given_test(term: Term) -> Test:
    name, blank = term.name, term.blank
    if "*" in name:
        return lambda entry: bool(given_names(Term(name, blank=blank), entry))
    return lambda entry: _is_given(entry, name, blank)


def _value_test(term: Term, kind: Kind) -> Test:
    if term.level:
        return _value_test_of_parent(term)
    name, wanted = term.name, spellings(term, kind)
    attribute = kind.attributes.get(name)
    default = attribute.default if attribute is not None else None
    return lambda entry: entry.attributes.get(name, default) in wanted


def _value_test_of_parent(term: Term) -> Test:
    def test(entry: Entry) -> bool:
        here = Term(term.name, values=term.values)
        return entry.kind is not None and language().knows(entry.kind) and _value_test(here, language().kind(entry.kind))(entry)

    return test


def _lifted(test: Test, level: int) -> Test:
    def lifted(entry: Entry) -> bool:
        above: Entry | None = entry
        for _ in range(level):
            above = above.parent if above is not None else None
        return above is not None and test(above)

    return lifted
