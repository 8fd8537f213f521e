"""Fetches the secrets that settings alone do not give: from the keyring of the operating system, and from vaults.

Environment variables in the product's naming are a layer of the settings already; the keyring comes next, and vaults are asked
for the rest. What is left without a value is told: which secret, from which layer, and how to give it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from idmxml.drivers.settings import variable_name
from idmxml.live.vaults.vaults import Opened, Vaults, is_for_export
from idmxml.phrases import counted, listed
from idmxml.settings.completeness import Completeness, completeness
from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.keys import Key, fold, fold_path
from idmxml.settings.layers import Source
from idmxml.settings.names import quoted
from idmxml.settings.read import fetched_layer
from idmxml.settings.resolve import Given
from idmxml.settings.sealing import Sealer
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Skip, Stage, StageFailure, StageResult, passed, skipped

SERVICE: Final = "idmxml"
KEYRING: Final = "the keyring"
ENCRYPTED: Final = "what stands encrypted can't be read"
NO_VAULT: Final = "no vault is asked"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The settings with what was fetched, and how that ended.

    ``unasked`` is why a vault, which may give more, could not be asked for what it has; None when it was, or there is none.
    """

    section: ConnectionSettings
    result: StageResult
    unasked: StageFailure | None = None

    def completeness(self, way: str) -> Completeness | None:
        """What is missing for a way to run, such as ``complete``, as far as it is known now; None when nothing can be said.

        A way that is not sure to exist needs what the complete one does.
        """
        ways = {each.way: each for each in completeness(self.section)}
        return ways.get(way) or ways.get("complete")

    def stage(self, found: Completeness | None) -> StageResult:
        """The stage of the secrets, for a way to run of which ``found`` is missing."""
        if self.unasked is None or self.result.status == "failed":
            return self.result
        if found is not None and not found.is_complete:
            return _unasked_failure(self.section, self.unasked, found.lacks).result
        told = f"nothing of Azure Key Vault is used: {self.unasked.message}; {self.unasked.hint}"
        return replace(self.result, warnings=(*self.result.warnings, told))


def with_keyring(section: ConnectionSettings) -> ConnectionSettings:
    """The settings with every secret that the keyring has: what can't be read, and credentials that no layer gives."""
    paths = [*(given.path[len(section.key) :] for given in _unreadable(section)), *_absent(section)]
    asked = ((path, from_keyring(_variable(section, path))) for path in paths)
    found = [((*section.key, *path), text) for path, text in asked if text is not None]
    if not found:
        return section
    sealer = Sealer.for_connections({section.connection.identifier: section.connection.package})
    layer = fetched_layer(KEYRING, Source.VARIABLES, found, sealer)
    return ConnectionSettings(section.connection, section.settings.with_layers(layer))


def fetch(section: ConnectionSettings, vaults: Vaults | None, deadline: float) -> Fetched:
    """The settings with what lies in vaults as well, fetched until ``deadline``, a time of ``time.monotonic``.

    ``section`` has the secrets of the keyring. No vault is asked without ``vaults``.
    """
    opened = Opened(section) if vaults is None else vaults.opened(section, deadline)
    return Fetched(opened.section, _result(opened), opened.unasked)


def _absent(section: ConnectionSettings) -> Iterator[tuple[str, ...]]:
    """The credentials at the top of the page that no layer gives, where one may lie out of sight."""
    page = section.page
    if page is None or not section.settings.may_hold_more:
        return
    for folded, (name, shape) in page.root.children.items():
        is_given = section.settings.resolved.has((*section.key, folded))
        if not is_given and shape.schema.get("x-idmxml-credential") and is_for_export(shape):
            yield (name,)


def _unreadable(section: ConnectionSettings) -> Iterator[Given]:
    """The values that nobody here can read."""
    return (each for each in _givens(section) if not each.is_known)


def _givens(section: ConnectionSettings) -> Iterator[Given]:
    """The single values of the section."""
    return (setting.winner for _key, setting in section.given_inside)


def _result(opened: Opened) -> StageResult:
    section = opened.section
    depth = len(section.key)
    missing = [each for each in _unreadable(section) if is_for_export(section.shape_of(each.path[depth:]))]
    if missing:
        return _failure(section, missing, opened.failures).result
    return replace(_success(section), warnings=opened.warnings)


def _success(section: ConnectionSettings) -> StageResult:
    secrets = [each for each in _givens(section) if isinstance(each.text, Secret)]
    if not secrets:
        return skipped(Stage.SECRET, Skip.NOT_APPLICABLE, "no secret is given, and none is hidden")
    fetched = [each.layer.name for each in secrets if each.layer.is_opened]
    told = (f"{fetched.count(name)} of them from {name}" for name in dict.fromkeys(fetched))
    return passed(Stage.SECRET, ", ".join((counted(len(secrets), "value"), *told)))


def _failure(section: ConnectionSettings, missing: Sequence[Given], failures: Mapping[Key, StageFailure]) -> StageFailure:
    """What could not be had: which settings, from which layers, why, and how to give them."""
    depth = len(section.key)
    causes = [failures.get(fold_path(each.path)) for each in missing]
    by_reason: dict[str, dict[str, list[str]]] = {}
    for given, cause in zip(missing, causes, strict=True):
        unread = NO_VAULT if given.layer.source.is_vault else ENCRYPTED
        reason = unread if cause is None else cause.message
        by_reason.setdefault(reason, {}).setdefault(given.layer.name, []).append(_spelt(section, given.path[depth:]))
    told = (f"{listed(map(_of_layer, layers.items()))} can't be had here: {reason}" for reason, layers in by_reason.items())
    hints = dict.fromkeys(each.hint for each in causes if each is not None)
    variables = [_variable(section, each.path[depth:]) for each in missing]
    setting = _spelt(section, missing[0].path[depth:])
    hint = "; ".join((*hints, f"{'or ' if hints else ''}{_way(variables)}"))
    return StageFailure(_reason(causes), "; ".join(told), setting=setting, hint=hint, stage=Stage.SECRET)


def _reason(causes: Sequence[StageFailure | None]) -> Failure:
    """The one reason for all that is missing; a library that is missing counts before others, as it can be had at once."""
    reasons = {Failure.SECRET_MISSING if each is None else each.failure for each in causes}
    if Failure.DEPENDENCY_MISSING in reasons:
        return Failure.DEPENDENCY_MISSING
    return next(iter(reasons)) if len(reasons) == 1 else Failure.SECRET_MISSING


def _unasked_failure(section: ConnectionSettings, cause: StageFailure, lacks: Sequence[str]) -> StageFailure:
    """What no layer gives while the vault that may could not be asked."""
    what = " and ".join(lacks) or f"the section of '{section.connection.identifier}'"
    message = f"{what} may lie in Azure Key Vault, and nowhere else: {cause.message}"
    name = re.search(r"'([^']+)'", " ".join(lacks))
    variable = variable_name(section.connection.identifier, name[1] if name else "NAME")
    hint = f"{cause.hint}; or give it in an environment variable such as {variable}"
    return StageFailure(cause.failure, message, hint=hint, stage=Stage.SECRET)


def _of_layer(named: tuple[str, list[str]]) -> str:
    layer, names = named
    return f"{quoted(names)} in {layer}"


def _way(variables: Sequence[str]) -> str:
    if len(variables) == 1:
        return f"set the environment variable {variables[0]}, or store it in the keyring: keyring set {SERVICE} {variables[0]}"
    return (
        f"set the environment variables {', '.join(variables)}, "
        f"or store each in the keyring: keyring set {SERVICE} {variables[0]}, and so on"
    )


def _variable(section: ConnectionSettings, path: tuple[str, ...]) -> str:
    return variable_name(section.connection.identifier, _spelt(section, path))


def _spelt(section: ConnectionSettings, path: tuple[str, ...]) -> str:
    """A setting inside the section as it is documented: ``Servers[0].Login``."""
    told, shape = "", section.page.root if section.page else None
    for name in path:
        known = shape.children.get(fold(name)) if shape else None
        step = f"[{name}]" if name.isdecimal() and told else f".{known[0] if known else name}"
        told, shape = told + step, shape.below(name) if shape else None
    return told.removeprefix(".")


def from_keyring(name: str) -> str | None:
    """The secret that the keyring has under the name of an environment variable; None when it has none."""
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        found = keyring.get_password(SERVICE, name)
    except Exception:  # noqa: BLE001  backends of all systems fail in ways of their own; then it has nothing for us
        return None
    return None if found is None else str(found)


@lru_cache(maxsize=1)
def _keyring() -> Any:
    """The library, when it is installed."""
    try:
        import keyring
    except ImportError:
        return None
    return keyring
