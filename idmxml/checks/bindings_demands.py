"""What is asked of a binding besides that it resolves: its start, its end, and whether it may lead to many."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final

from idmxml.checks.within import Within, read_within
from idmxml.diagnostics import Severity
from idmxml.facts.files import read_stored
from idmxml.model.entity_model import PropertyFacts
from idmxml.model.projection import Subject

NOT_DATES: Final = frozenset({"Bytes", "Bool", "Guid", "Double", "Byte", "ForeignKey"})


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of some attributes of a kind.

    ``start`` is how grave another start than the implied one is, None for not at all. ``type`` names the entity type to start
    from, as a name or pattern, and ``type_start`` where it is found, when it is not the implied one. ``ends`` is the sort of the last property, ``one`` asks for
    single values on the way. ``unless`` is an attribute that lifts the demand, ``when`` the values it depends on.
    """

    start: Severity | None = None
    type: str | None = None
    type_start: Within | None = None
    ends: str | None = None
    one: bool = False
    unless: str | None = None
    when: tuple[tuple[str, str], ...] = ()
    inferred: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the element that decide whether, and what, is asked."""
        names = [name for name, _ in self.when]
        starts = self.type_start.columns if self.type_start is not None else ()
        return (*names, *((self.unless,) if self.unless else ()), *starts)

    def applies(self, entry: Subject) -> bool:
        """Whether the demand is made on this entry."""
        if self.unless is not None and entry.get(self.unless):
            return False
        return all(entry.get(name) == value for name, value in self.when)


@lru_cache(maxsize=1)
def _stored() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_stored("bindings.json")["attributes"])


def demands_on(kind: str, attribute: str) -> tuple[Demand, ...]:
    """The demands on the bindings in an attribute; the implied start is asked for, as a warning, where nothing else is told."""
    found = tuple(
        _demand(each)
        for each in _stored()
        if each["kind"] == kind and any(fnmatchcase(attribute, name) for name in each["names"])
    )
    said = any(each.start is not None or each.type is not None for each in found) or _never(kind, attribute)
    return found if said else (*found, Demand(start=Severity.WARNING))


def _never(kind: str, attribute: str) -> bool:
    return any(each["kind"] == kind and attribute in each["names"] and each.get("start") == "never" for each in _stored())


def _demand(each: Mapping[str, Any]) -> Demand:
    written, named = each.get("start"), each.get("type")
    start = Severity.from_label(written) if written not in {None, "never"} else None
    return Demand(
        start=start if start is not None or named is None else Severity.WARNING,
        type=named if named and "@" not in named else None,
        type_start=read_within(named) if named and "@" in named else None,
        ends=each.get("ends"),
        one=each.get("one", False),
        unless=each.get("unless"),
        when=tuple(sorted(each.get("when", {}).items())),
        inferred=each.get("basis") == "inferred",
    )


def misfit(ends: str, end: PropertyFacts) -> tuple[str, str] | None:
    """What is wrong with the last property of a binding, and what to write; None when it is, or may be, of the asked sort."""
    name = f"{end.owner}:{end.name}"
    if ends == "scalar" and end.is_navigation:
        target = f"one of {end.target}, such as {end.name}.InternalDisplayName" if end.target else "one of where it leads"
        return f"the binding ends on {name}, a navigation property, and a scalar is asked for", f"add a property, {target}"
    if ends == "date" and (end.type in NOT_DATES or end.is_navigation):
        return (
            f"the binding ends on {name}, of type {end.type}, and a date is asked for",
            "end it on a property of type DateTime",
        )
    if ends == "one resource" and end.is_scalar:
        return (
            f"the binding ends on the scalar {name}, and a navigation property is asked for",
            "end it on a property that leads to one resource",
        )
    if ends == "one resource" and end.is_collection:
        return (
            f"{name} leads to many, and a navigation property to one is asked for",
            "end it on a property that leads to one resource",
        )
    return None
