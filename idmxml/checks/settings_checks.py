"""Judges the settings of a repository by every rule about them."""

from collections.abc import Iterator, Sequence
from types import ModuleType

from idmxml.checks import (
    reading,
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
from idmxml.checks.rule import Rule, rule_of
from idmxml.checks.settings_context import SettingsContext, SettingsFinding
from idmxml.diagnostics import Diagnostic, Span, tidy
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


def settings_rules() -> tuple[Rule, ...]:
    """The rules about settings, by code."""
    return RULES


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
            context.diagnose(as_rule, finding)
            for rule in RULES
            if rule.code in active
            for as_rule, finding in _run_safely(rule, context)
        )
    )


def _run_safely(rule: Rule, context: SettingsContext) -> Iterator[tuple[Rule, SettingsFinding]]:
    """What a rule finds, each with the rule to tell it under.

    A rule that fails tells of its failure, without the text of the error, which may hold what nobody may read.
    """
    assert rule.run is not None  # noqa: S101  every rule about settings has a function
    try:
        for finding in rule.run(context):
            yield rule, finding
    except Exception as error:  # noqa: BLE001  the tool's own fault must not hide the user's
        place = Span(context.settings.files[0].path, 1, 1, 1, 1)
        message = f"rule {rule.code} failed: {type(error).__name__}"
        yield rule_of(reading.rule_failure), SettingsFinding(place, message)
