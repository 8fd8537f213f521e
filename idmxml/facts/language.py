"""The configuration language as frozen values: kinds of elements, attributes, value types, references."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

NAMESPACE = "urn:schemas-usercube-com:configuration"
ROOT = "ConfigurationFile"
CONSOLIDATION = "ConsolidationMode"


@dataclass(frozen=True, slots=True)
class ValueType:
    """The values an attribute may hold.

    ``base`` is ``string``, ``int``, ``long``, ``byte`` or ``double``. ``values`` lists the names and numbers of an
    enumeration, empty when there is none; an ``open`` one allows others. ``numbers`` gives the number of a name.
    """

    name: str
    base: str = "string"
    values: tuple[str, ...] = ()
    open: bool = False
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    numbers: Mapping[str, int] | None = None

    def allows(self, value: str) -> bool:
        """Whether ``value`` is acceptable; an unlisted value of an open enumeration is."""
        if self.values and (self.open or value in self.values):
            return True
        if self.values and self.base == "string":
            return False
        return self._fits_base(value)

    def _fits_base(self, value: str) -> bool:
        if self.pattern is not None:
            return re.fullmatch(self.pattern, value) is not None
        if self.base == "string":
            return True
        text = value.strip(" \t\r\n")
        if self.base == "double":
            return DOUBLE.fullmatch(text) is not None
        low, high = RANGES[self.base]
        low = low if self.minimum is None else self.minimum
        high = high if self.maximum is None else self.maximum
        return INTEGER.fullmatch(text) is not None and low <= int(text) <= high

    @property
    def expected(self) -> str:
        """What to write, in words: the second half of "expected …"."""
        names = [value for value in self.values if not INTEGER.fullmatch(value)]
        if self.name == "Boolean":
            return "true or false"
        if names:
            return "one of " + ", ".join(names)
        if self.values:
            return "one of " + ", ".join(self.values)
        if self.minimum is not None or self.maximum is not None:
            return f"a whole number from {self.minimum} to {self.maximum}"
        return {
            "int": "a whole number",
            "long": "a whole number",
            "byte": "a whole number from 0 to 255",
            "double": "a number, with a point before the decimals",
        }.get(self.base, f"text of the form {self.pattern}")


INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN")
RANGES = {"int": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1), "byte": (0, 255)}


@dataclass(frozen=True, slots=True)
class Reference:
    """What an attribute's value names: an object of kind ``to``.

    ``within`` says where the owner of a bare scoped name is found: ``@A`` an attribute of the same element, ``../@A`` of
    its parent, followed by ``/Kind/@B`` for attribute B of the object of that kind the value names.
    """

    to: str
    within: str | None = None


@dataclass(frozen=True, slots=True)
class ExpressionUse:
    """What is known of an attribute that holds an expression; every place is written ``@A`` or ``../@A``.

    ``source`` lists where the entity type of the C# parameter is found, the first given place counting; ``through`` is a
    property that leads to it; ``along`` a binding that ends there. ``binding`` is the binding whose value the expression is
    given instead, ``target`` the property that takes its result. ``literal`` tells whether a literal is documented as
    allowed or as forbidden, None when the documentation does not say.
    """

    source: tuple[str, ...] = ()
    through: str | None = None
    along: str | None = None
    binding: str | None = None
    target: str | None = None
    literal: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """An attribute of a kind.

    ``soft`` is the severity (warning or info) of leaving out one that is documented as required although documented
    examples omit it, None for others; ``unless`` names attributes (``../`` of the parent) any of which says as much.
    """

    name: str
    type: ValueType
    required: bool = False
    soft: str | None = None
    unless: tuple[str, ...] = ()
    default: str | None = None
    reference: Reference | None = None
    pattern: str | None = None
    example_only: bool = False
    alias_of: str | None = None
    expression: ExpressionUse | None = None


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of element: one tag in one place of the tree. ``id`` is the tag, preceded by its parent where tags repeat.

    ``role`` is element, scaffolding, argument or override. ``scope`` is global or parent, where ``identity`` is unique.
    ``children`` maps tags to kinds; ``required_children`` must occur, ``single_children`` at most once;
    ``soft_children`` are documented as required although examples omit them. The attributes of an ``open`` kind are not
    documented in full; those of the kind ``like`` presumably apply to it.
    """

    id: str
    tag: str
    role: str
    family: str
    identity: tuple[str, ...]
    scope: str
    attributes: Mapping[str, Attribute]
    children: Mapping[str, str]
    required_children: tuple[str, ...] = ()
    single_children: tuple[str, ...] = ()
    soft_children: tuple[str, ...] = ()
    open: bool = False
    like: str | None = None
    aliases: tuple[str, ...] = ()

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the attributes that must be given."""
        return tuple(name for name, attribute in self.attributes.items() if attribute.required)

    @cached_property
    def references(self) -> tuple[Attribute, ...]:
        """The attributes that name another object."""
        return tuple(attribute for attribute in self.attributes.values() if attribute.reference)
