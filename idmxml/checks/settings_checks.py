"""Judges the settings of a repository by every rule about them."""

from collections.abc import Sequence
from types import ModuleType

from idmxml.checks import (
    settings_agent,
    settings_certificates,
    settings_files,
    settings_keys,
    settings_secrets,
    settings_sections,
    settings_server,
    settings_values,
    settings_vaults,
)
from idmxml.checks.rule import Rule
from idmxml.checks.settings_context import SettingsContext
from idmxml.diagnostics import Diagnostic, tidy
from idmxml.settings.connections import DeclaredConnection, DeclaredNames
from idmxml.settings.layers import RepositorySettings

MODULES: tuple[ModuleType, ...] = (
    settings_files,
    settings_sections,
    settings_keys,
    settings_values,
    settings_secrets,
    settings_vaults,
    settings_certificates,
    settings_agent,
    settings_server,
)


def _rules_of(module: ModuleType) -> list[Rule]:
    marked = (getattr(each, "rule", None) for each in vars(module).values())
    return [each for each in marked if isinstance(each, Rule)]


RULES: tuple[Rule, ...] = tuple(sorted((each for module in MODULES for each in _rules_of(module)), key=lambda each: each.code))
"""Every rule about settings, by code."""


def check_settings(
    settings: RepositorySettings,
    connections: Sequence[DeclaredConnection],
    active: frozenset[str],
    names: DeclaredNames | None = None,
) -> list[Diagnostic]:
    """The diagnostics of the rules in ``active`` (codes), in order; none when no settings file was found.

    ``names`` tells what else the XML declares; rules that need it are silent without.
    """
    if not settings.any_files:
        return []
    context = SettingsContext(settings, connections, names or DeclaredNames())
    return list(
        tidy(
            context.diagnose(rule, finding)
            for rule in RULES
            if rule.code in active and rule.run is not None
            for finding in rule.run(context)
        )
    )
