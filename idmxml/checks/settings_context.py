"""What rules of settings look at, and what they yield."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from idmxml.checks.rule import Rule
from idmxml.diagnostics import Diagnostic, Related, Severity, Span
from idmxml.settings.agent_judging import AgentJudge
from idmxml.settings.completeness import ABSENCES
from idmxml.settings.connections import ConnectionSettings, DeclaredConnection, DeclaredNames
from idmxml.settings.demands import demand_problems
from idmxml.settings.judging import SectionJudge
from idmxml.settings.keys import Key, fold_path
from idmxml.settings.layers import Layer, RepositorySettings, Source
from idmxml.settings.problems import Fault, Problem
from idmxml.settings.resolve import Given
from idmxml.settings.view import View


@dataclass(frozen=True, slots=True)
class SettingsFinding:
    """A fault of settings: where, what, what to do. ``object`` names what is at fault, independent of lines.

    ``severity`` lowers the rule's for this case.
    """

    span: Span
    message: str
    hint: str | None = None
    object: str = ""
    severity: Severity | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True)
class SettingsContext:
    """All that a rule of settings may look at."""

    settings: RepositorySettings
    connections: Sequence[DeclaredConnection]
    names: DeclaredNames

    @cached_property
    def view(self) -> View:
        """The resolved settings under judgement."""
        return View(self.settings)

    @cached_property
    def sections(self) -> tuple[ConnectionSettings, ...]:
        """The settings of every declared connection."""
        return tuple(ConnectionSettings(each, self.settings) for each in self.connections)

    @cached_property
    def by_key(self) -> Mapping[Key, DeclaredConnection]:
        """The declared connections by the place of their section."""
        return {each.key: each for each in self.connections}

    @property
    def has_agent_settings(self) -> bool:
        """Whether the settings of an agent are here at all, rather than those of a server alone."""
        return bool(self.settings.of(Source.AGENT)) or self.settings.given_anywhere(("CONNECTIONS",))

    def is_off(self, key: Key) -> bool:
        """Whether a switch of ``appsettings.json`` is surely not on: the file is here, and no environment has it true."""
        settings = self.settings
        return (
            bool(settings.of(Source.APPLICATION))
            and not settings.has_unread
            and not settings.resolved.flag(key)
            and not settings.elsewhere.flag(key)
        )

    @cached_property
    def _problems(self) -> Mapping[Fault, tuple[tuple[Problem, DeclaredConnection | None], ...]]:
        found: dict[Fault, dict[tuple[Key, str], tuple[Problem, DeclaredConnection | None]]] = {}
        for problem, connection in self._all_problems():
            found.setdefault(problem.fault, {}).setdefault((problem.key, problem.message), (problem, connection))
        return {fault: tuple(each.values()) for fault, each in found.items()}

    def _all_problems(self) -> Iterator[tuple[Problem, DeclaredConnection | None]]:
        yield from _problems_of(self.settings, self.connections)
        for environment in self.settings.environments:
            for problem, connection in _problems_of(self.settings.seen_in(environment), self.connections):
                if problem.fault not in ABSENCES and problem.given and problem.given.layer.environment:
                    yield problem, connection

    def problems(self, *faults: Fault) -> Iterator[SettingsFinding]:
        """The findings for the problems of these kinds."""
        for fault in faults:
            for problem, connection in self._problems.get(fault, ()):
                yield self.finding(problem, connection)

    def unknown(self, fault: Fault, *, encrypted: bool) -> Iterator[SettingsFinding]:
        """The findings for keys without meaning, of the encrypted files or of all others."""
        for problem, connection in self._problems.get(fault, ()):
            if (problem.given is not None and problem.given.layer.source.is_encrypted) is encrypted:
                yield self.finding(problem, connection)

    def finding(self, problem: Problem, connection: DeclaredConnection | None) -> SettingsFinding:
        """The finding for a problem, at a place in a file: of the value, else of the connection in the XML."""
        given, message = problem.given, problem.message
        if given is not None and not given.layer.path:
            message = f"{message} (from {given.layer.name})"
            given = self.in_file(given)
        if given is None:
            span = connection.span if connection else Span("", 1, 1, 1, 1)
            return SettingsFinding(span, message, problem.hint, f"Connection[{problem.key[1]}]/settings", problem.severity)
        span = given.span if problem.on_value and not given.is_container else given.key_span
        return SettingsFinding(_first_line(span), message, problem.hint, _object(given, problem.key), problem.severity)

    def in_file(self, given: Given) -> Given | None:
        """What stands in a file at the key of ``given``, or at the nearest key around it."""
        key = fold_path(given.path)
        for depth in range(len(key), 0, -1):
            for where in (self.settings.resolved, self.settings.elsewhere):
                setting = where.get(key[:depth])
                found = next((each for each in setting.all if each.layer.path), None) if setting else None
                if found:
                    return found
        return None

    def files(self, *sources: Source) -> Iterator[Layer]:
        """The layers that are files and come from one of ``sources``, of all environments."""
        for layer in self.settings.files:
            if layer.source in sources:
                yield layer

    def diagnose(self, rule: Rule, finding: SettingsFinding) -> Diagnostic:
        """The diagnostic of a finding, with the line it stands in unless a secret is there."""
        layer = next((each for each in self.settings.files if each.path == finding.span.path), None)
        severity = rule.severity if finding.severity is None else finding.severity
        return Diagnostic(
            code=rule.code,
            name=rule.name,
            severity=severity,
            message=finding.message,
            span=finding.span,
            hint=finding.hint,
            object=finding.object,
            related=finding.related,
            source=layer.line_of(finding.span) if layer else "",
        )


def at_key(given: Given, message: str, hint: str | None = None, severity: Severity | None = None) -> SettingsFinding:
    """A finding at the key of a value."""
    return SettingsFinding(_first_line(given.key_span), message, hint, _object(given, ()), severity)


def at_value(given: Given, message: str, hint: str | None = None, severity: Severity | None = None) -> SettingsFinding:
    """A finding at a value."""
    return SettingsFinding(_first_line(given.span), message, hint, _object(given, ()), severity)


def at_file(layer: Layer, message: str, hint: str | None = None, severity: Severity | None = None) -> SettingsFinding:
    """A finding about a whole file, at its start."""
    return SettingsFinding(Span(layer.path, 1, 1, 1, 1), message, hint, layer.name, severity)


def _object(given: Given, key: Key) -> str:
    """What identifies a setting whatever its line: file and path; a missing one by the path it would have."""
    path = (*given.path, *key[len(given.path) :])
    return "/".join((given.layer.name, *path))


def _first_line(span: Span) -> Span:
    """A span of several lines, cut down to its first character: nobody wants a whole section underlined."""
    if span.line == span.end_line:
        return span
    return replace(span, end_line=span.line, end_column=span.column + 1)


def _problems_of(
    settings: RepositorySettings, connections: Sequence[DeclaredConnection]
) -> Iterator[tuple[Problem, DeclaredConnection | None]]:
    view = View(settings)
    for connection in connections:
        section = ConnectionSettings(connection, settings)
        if section.page is not None:
            judge = SectionJudge(section, view)
            for problem in (*judge.problems(), *demand_problems(judge)):
                yield problem, connection
    for problem in AgentJudge(view).problems():
        yield problem, None
