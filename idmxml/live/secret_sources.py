"""Fetches the secrets that settings alone do not give: from the keyring of the operating system.

Environment variables in the product's naming are a layer of the settings already. What is left without a value is told: which
secret, from which layer, and how to give it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from idmxml.drivers.settings import Settings, variable_name
from idmxml.phrases import counted
from idmxml.settings.connections import ConnectionSettings, Unreadable
from idmxml.settings.names import quoted
from idmxml.settings.pages import Shape
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Skip, Stage, StageFailure, StageResult, passed, skipped

SERVICE: Final = "idmxml"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The settings with what was fetched, how that ended, and the secrets, for the redaction of outputs."""

    settings: Settings
    result: StageResult
    secrets: tuple[Secret, ...] = ()


def fetch(section: ConnectionSettings, settings: Settings) -> Fetched:
    """The settings with every secret that can be had here."""
    found: list[Secret] = []

    def change(name: str, value: object) -> object:
        if not isinstance(value, Unreadable):
            return value
        text = _from_keyring(variable_name(settings.connection, name))
        if text is None:
            return value
        found.append(Secret(text))
        return found[-1]

    filled = _with_absent(section, settings, found).replaced(change)
    return Fetched(filled, _result(section, filled, len(found)), tuple(found))


def _with_absent(section: ConnectionSettings, settings: Settings, found: list[Secret]) -> Settings:
    """The settings with credentials at the top of the page that no layer gives, when the keyring has them."""
    page = section.page
    if page is None or not section.settings.may_hold_more:
        return settings
    values = dict(settings.values)
    for name, shape in page.root.children.values():
        if name not in values and shape.schema.get("x-idmxml-credential") and _is_for_export(shape):
            text = _from_keyring(variable_name(settings.connection, name))
            if text is not None:
                found.append(Secret(text))
                values[name] = found[-1]
    return Settings(
        settings.connection, settings.package, values, settings.defaults, settings.paths, settings.deadline, settings.prefix
    )


def _result(section: ConnectionSettings, settings: Settings, from_keyring: int) -> StageResult:
    missing = [(name, value.layer) for name, value in _leaves(settings.values) if isinstance(value, Unreadable)]
    missing = [(name, layer) for name, layer in missing if _is_for_export(_shape(section, name))]
    if missing:
        return _failure(settings.connection, missing).result
    secrets = sum(isinstance(value, Secret) for _name, value in _leaves(settings.values))
    if not secrets:
        return skipped(Stage.SECRET, Skip.NOT_APPLICABLE, "no secret is given, and none is hidden")
    more = f", {from_keyring} of them from the keyring" if from_keyring else ""
    return passed(Stage.SECRET, f"{counted(secrets, 'value')}{more}")


def _failure(connection: str, missing: list[tuple[str, str]]) -> StageFailure:
    by_layer: dict[str, list[str]] = {}
    for name, layer in missing:
        by_layer.setdefault(layer, []).append(name)
    told = (f"{quoted(names)} in {layer}" for layer, names in by_layer.items())
    variables = [variable_name(connection, name) for name, _layer in missing]
    way = f"set the environment variable{'' if len(variables) == 1 else 's'} {', '.join(variables)}"
    hint = f"{way}, or store it in the keyring: keyring set {SERVICE} {variables[0]}"
    message = f"what stands encrypted or in a vault can't be read here: {'; '.join(told)}"
    return StageFailure(Failure.SECRET_MISSING, message, setting=missing[0][0], hint=hint)


def _is_for_export(shape: Shape | None) -> bool:
    return shape is None or shape.schema.get("x-idmxml-half", "export") != "fulfill"


def _shape(section: ConnectionSettings, name: str) -> Shape | None:
    steps = tuple(step for part in name.split(".") for step in part.replace("]", "").split("["))
    return section.shape_of(steps)


def _leaves(values: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(values, Mapping):
        for key, each in values.items():
            yield from _leaves(each, f"{name}.{key}" if name else str(key))
    elif isinstance(values, list | tuple):
        for place, each in enumerate(values):
            yield from _leaves(each, f"{name}[{place}]")
    else:
        yield name, values


def _from_keyring(name: str) -> str | None:
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
