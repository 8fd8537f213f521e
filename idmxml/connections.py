"""The connections of a repository: what the XML declares of them, joined with the settings of their agent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from idmxml.checks.declared_connections import Declared
from idmxml.checks.settings_checks import RULES, check_settings
from idmxml.diagnostics import Diagnostic, Related
from idmxml.settings.layers import RepositorySettings
from idmxml.settings.read import SettingsRequest, read_settings
from idmxml.settings.redaction import Redactor

CODES = frozenset(rule.code for rule in RULES)
MISSING_SECTION = "IDM8010"
ORPHAN_SECTION = "IDM8011"


@dataclass(frozen=True, slots=True)
class SettingsQuestion:
    """Where settings are looked for, and which.

    ``base`` is the folder that paths are told from. The first of ``folders`` that has settings files counts.
    ``vault_names`` and ``variables`` are as in ``SettingsRequest``.
    """

    base: Path
    folders: tuple[Path, ...]
    environment: str | None = None
    vault_names: tuple[str, ...] | None = None
    variables: Mapping[str, str] | None = None


def settings_of(declared: Declared, question: SettingsQuestion) -> RepositorySettings:
    """The settings, with the secrets of the declared connections sealed."""
    request = SettingsRequest(
        root=question.base,
        folders=question.folders,
        packages={each.identifier: each.package for each in declared.connections},
        environment=question.environment,
        variables=question.variables or {},
        vault_names=question.vault_names,
    )
    return read_settings(request)


def judge_connections(
    declared: Declared, settings: RepositorySettings, active: frozenset[str], *, bounded: bool
) -> Iterator[Diagnostic]:
    """The diagnostics of the settings.

    ``bounded`` tells that the declared connections are all that the settings can be for. Where some may be declared out of
    sight, sections without a connection are passed over; so are connections that need no section in these settings.
    """
    if not settings.any_files:
        return
    agent = settings.resolved.text("OpenId", "AgentIdentifier")
    if not (bounded and declared.context.is_whole):
        active -= {ORPHAN_SECTION}
    excused = {f"Connection[{each}]/settings" for each in _excused(declared, agent)}
    for each in check_settings(settings, declared.connections, active, declared.names(agent)):
        if each.code != MISSING_SECTION or each.object not in excused:
            yield each


def _excused(declared: Declared, agent: str | None) -> Iterator[str]:
    """Connections whose connector is switched off, or runs on another agent than the one the settings are of."""
    agents = {name.casefold() for name, _off, _told in declared.connectors.values() if name}
    for each in declared.connections:
        name, is_off, _told = declared.connectors.get(each.connector, (None, False, ""))
        elsewhere = len(agents) > 1 if agent is None else name is not None and name.casefold() != agent.casefold()
        if is_off or elsewhere:
            yield each.identifier


def redacted(diagnostics: Iterable[Diagnostic], redactor: Redactor) -> Iterator[Diagnostic]:
    """The diagnostics, their texts without secrets."""
    clean = redactor.redact
    for each in diagnostics:
        yield replace(
            each,
            message=clean(each.message),
            hint=each.hint and clean(each.hint),
            object=clean(each.object),
            related=tuple(Related(one.span, clean(one.message)) for one in each.related),
            edit=each.edit if each.edit is None or clean(each.edit.text) == each.edit.text else None,
            source=clean(each.source),
        )
