"""The conditions of change rules: what an attribute did, judged by its values in both versions, defaults included."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from idmxml.diff.change import Difference
from idmxml.facts.language import Attribute
from idmxml.facts.load import language
from idmxml.source.entry import TRUE

# For each type of a property, the types that hold every one of its values.
WIDER: Final[Mapping[str, frozenset[str]]] = {
    "Byte": frozenset({"Int16", "Int32", "Int64", "Double", "String"}),
    "Int16": frozenset({"Int32", "Int64", "Double", "String"}),
    "Int32": frozenset({"Int64", "Double", "String"}),
    "Option": frozenset({"Int32", "Int64", "String"}),
    "Int64": frozenset({"String"}),
    "Double": frozenset({"String"}),
    "Bool": frozenset({"String"}),
    "DateTime": frozenset({"String"}),
    "Guid": frozenset({"String"}),
    "Bytes": frozenset({"Binary"}),
}


@dataclass(frozen=True, slots=True)
class Values:
    """What an attribute says in both versions: as given, and with its default where it is not given."""

    old: str | None
    new: str | None
    before: str
    after: str
    attribute: Attribute | None

    @classmethod
    def of(cls, difference: Difference) -> "Values":
        """The values of a difference."""
        attribute = None
        if difference.attribute is not None and language().knows(difference.subject):
            attribute = language().kind(difference.subject).attributes.get(difference.attribute)
        default = (attribute.default if attribute is not None else None) or ""
        old, new = difference.old, difference.new
        return cls(old, new, default if old is None else old, default if new is None else new, attribute)

    def numbers(self) -> tuple[int, int] | None:
        """Both values as numbers, those of an enumeration by their order; None when one is no number."""
        try:
            return self._number(self.before), self._number(self.after)
        except ValueError:
            return None

    def _number(self, text: str) -> int:
        names = self.attribute.type.numbers if self.attribute is not None else None
        return names[text] if names and text in names else int(text or "0")

    def is_wider(self) -> bool:
        """Whether every value of the old type is one of the new."""
        old, new = _type_name(self.before), _type_name(self.after)
        return new in WIDER.get(old, ())


def _type_name(text: str) -> str:
    numbers = language().kind("EntityType.Property").attributes["Type"].type.numbers or {}
    return next((name for name, number in numbers.items() if str(number) == text), text)


def _compared(condition: Callable[[int, int], bool]) -> Callable[[Values], bool]:
    def holds(values: Values) -> bool:
        numbers = values.numbers()
        return numbers is not None and condition(*numbers)

    return holds


CONDITIONS: Final[Mapping[str, Callable[[Values], bool]]] = {
    "set": lambda values: values.old is None,
    "cleared": lambda values: values.new is None,
    "turned-on": lambda values: values.after in TRUE and values.before not in TRUE,
    "turned-off": lambda values: values.before in TRUE and values.after not in TRUE,
    "to-zero": _compared(lambda old, new: old != 0 and new == 0),
    "from-zero": _compared(lambda old, new: old == 0 and new != 0),
    "raised": _compared(lambda old, new: new > old),
    "lowered": _compared(lambda old, new: new < old),
    "narrowed": lambda values: not values.is_wider(),
    "widened": lambda values: values.is_wider(),
}
USED: Final = "used"
"""The condition that something depends on the object; it is not judged by values."""


def holds(condition: str, difference: Difference, *, is_used: bool) -> bool:
    """Whether a condition holds of a difference; KeyError for a word that is none."""
    return is_used if condition == USED else CONDITIONS[condition](Values.of(difference))
