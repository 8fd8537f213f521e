"""What the section of a connection lacks: altogether, and for each of the modes it may run in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from idmxml.diagnostics import Severity
from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.demands import demand_problems
from idmxml.settings.judging import SectionJudge
from idmxml.settings.problems import Fault, Problem
from idmxml.settings.view import View

ABSENCES = frozenset({Fault.MISSING, Fault.INCOMPLETE})
MODES = ("complete", "incremental")


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is missing for one way to run: an export mode, or the fulfilment.

    ``way`` is complete, incremental or fulfill. ``lacks`` holds what is missing, each in words such as ``'Login' and
    'Password'``; it is empty when everything is given, or lies where nobody here can look. ``has_section`` is False when the
    package needs a section and no layer has one.
    """

    way: str
    has_section: bool
    lacks: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.has_section and not self.lacks


def completeness(section: ConnectionSettings) -> tuple[Completeness, ...]:
    """For each way the connection may run, what is missing; empty when its package is unknown or reads no settings."""
    page = section.page
    if page is None or page.section == "superfluous":
        return ()
    has_section = page.section != "required" or View(section.settings).has(section.key) is not False
    return tuple(Completeness(way, has_section, tuple(_lacks(section, way)) if has_section else ()) for way in _ways(section))


def _ways(section: ConnectionSettings) -> Iterator[str]:
    connection = section.connection
    if connection.does("export") is not False:
        yield "complete"
        package = connection.known_package
        if package is not None and (package.incremental or package.incremental_disputed):
            yield "incremental"
    if connection.does("fulfill") is not False:
        yield "fulfill"


def _lacks(section: ConnectionSettings, way: str) -> Iterator[str]:
    """What is missing when the connection runs in one way and in no other."""
    connection = replace(
        section.connection,
        exported=way in MODES,
        fulfilled=way not in MODES,
        modes=frozenset({way}) & frozenset(MODES),
    )
    judge = SectionJudge(replace(section, connection=connection), View(section.settings))
    problems: tuple[Problem, ...] = (*judge.problems(), *demand_problems(judge))
    found = dict.fromkeys(each.lacks for each in problems if each.fault in ABSENCES and each.severity > Severity.INFO)
    for each in found:
        ways = each.split(" or ")
        if len(ways) == 1 or not any(way in found for way in ways):
            yield each
