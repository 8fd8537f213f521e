"""Values of C# code, as far as their types can be told from the code and the entity model alone."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """The parameter that the expression declares."""


@dataclass(frozen=True, slots=True)
class Free:
    """A name that the code does not declare: a service, a class, a namespace."""

    name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of a type that the code names."""

    type: str


@dataclass(frozen=True, slots=True)
class Item:
    """One element of a collection."""

    of: "Value"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a value: ``receiver.name`` or ``receiver?.name``.

    ``start`` and ``end`` are the offsets of the name in the code. ``called`` tells a method call, ``conditional`` one with
    ``?.``, ``forced`` one on a value with ``!``. ``type_argument`` is the only type argument, ``result`` what a lambda that is
    the only argument gives.
    """

    receiver: "Value"
    name: str
    start: int
    end: int
    conditional: bool = False
    forced: bool = False
    called: bool = False
    type_argument: str | None = None
    result: "Value | None" = None


Value = Unknown | Parameter | Free | Typed | Item | Member
UNKNOWN: Final = Unknown()
PARAMETER: Final = Parameter()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why code is no C#: what, where (offsets in the code), and what to do."""

    message: str
    hint: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Use:
    """A call of a method or a creation of an object, by its name as written, such as ``System.Convert.ToInt32``.

    ``arguments`` counts them; ``declared`` tells that the code declares the method itself.
    """

    name: str
    start: int
    end: int
    arguments: int
    creates: bool = False
    declared: bool = False
    type_arguments: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What the rules look at in the code of an expression.

    ``fault`` is the first syntax error; with one, nothing else but ``comment`` and ``returns`` is told. ``returns`` says
    whether the code can hand back a value. ``comment`` is the offset of a comment that runs to the end of the code although
    code seems to stand in it. ``names`` are all identifiers, ``members`` all accesses in order, ``checked`` the texts of
    values compared with null, without blanks, ``?`` and ``!``.
    """

    fault: Fault | None
    returns: bool
    comment: int | None = None
    names: frozenset[str] = frozenset()
    members: tuple[Member, ...] = ()
    uses: tuple[Use, ...] = ()
    checked: frozenset[str] = frozenset()
