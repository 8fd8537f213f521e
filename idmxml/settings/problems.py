"""What can be wrong with the section of a connection, before anyone decides how to say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from idmxml.diagnostics import Severity
from idmxml.settings.keys import Key
from idmxml.settings.pages import Shape
from idmxml.settings.resolve import Given


class Fault(Enum):
    """The kinds of problems, one for each rule that reports them."""

    UNKNOWN = auto()
    SPELLING = auto()
    MISPLACED = auto()
    MISSING = auto()
    INCOMPLETE = auto()
    TYPE = auto()
    VALUE = auto()
    ADDRESS = auto()
    EXPRESSION = auto()
    PATH = auto()
    OUTSIDE = auto()
    EXTENSION = auto()
    FORMAT = auto()
    DEMAND = auto()
    USELESS = auto()
    OUTDATED = auto()


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: at which key, what to say and to do.

    ``given`` is the value at fault, or the section or element in which something is missing; None when no file has it.
    ``on_value`` tells whether the value is to be shown rather than its key; ``lacks`` names what is missing, in words.
    """

    fault: Fault
    key: Key
    given: Given | None
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR
    on_value: bool = True
    lacks: str = ""


def severity_of(rule: Mapping[str, Any] | None, shape: Shape | None = None, otherwise: Severity = Severity.ERROR) -> Severity:
    """The severity a rule of the page gives; guesses, and settings that are weakly documented, get a warning at most.

    A rule that only informs does not make a fault of what its keyword checks any smaller.
    """
    severity = Severity.from_label(rule["level"]) if rule else otherwise
    severity = otherwise if severity is Severity.INFO else severity
    weak = (shape is not None and shape.is_weak) or (rule is not None and rule["basis"] != "documented")
    return min(severity, Severity.WARNING) if weak else severity
