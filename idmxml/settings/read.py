"""Finds and reads the settings files of a repository: the only part of ``settings`` that touches files."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from idmxml.diagnostics import Span
from idmxml.settings.json_faults import Fault
from idmxml.settings.jsonc import Member, Object, Scalar, decode, parse
from idmxml.settings.keys import fold
from idmxml.settings.layers import KEY_VAULT, FileName, Layer, RepositorySettings, Source
from idmxml.settings.pages import agent_page
from idmxml.settings.sealing import Sealer, secret_spans
from idmxml.settings.secret import Secret

NOWHERE = Span("", 1, 1, 1, 1)
NO_FILES = "Settings were not checked: no appsettings*.json file was found."


@dataclass(frozen=True)
class SettingsRequest:
    """Which settings to read.

    ``root`` is the root of the repository; ``folders`` are where the files may lie, the first that has any counts.
    ``packages`` gives the package of each declared connection by identifier, so that its secrets are known.
    ``variables`` are environment variables, of which those named like ``Connections__HR__Path`` count.
    ``vault_names`` are names of secrets in Azure Key Vault, such as ``Connections--HR--Password``; None when nobody
    listed them.
    """

    root: Path
    folders: tuple[Path, ...]
    packages: Mapping[str, str] = field(default_factory=dict)
    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    vault_names: Sequence[str] | None = None


def read_settings(request: SettingsRequest) -> RepositorySettings:
    """The settings a request asks for. Files that can't be read are layers with a fault; nothing is raised for them."""
    sealer = Sealer.for_connections(request.packages)
    folder = next((each for each in request.folders if settings_files(each)), None)
    if folder is None:
        return RepositorySettings("", environment=request.environment, notes=(NO_FILES,))
    files = [_read_file(request.root, file, name, sealer) for file, name in settings_files(folder)]
    wanted = (request.environment or "").casefold()
    layers = [each for each in files if each.environment is None or each.environment.casefold() == wanted]
    overlays = [each for each in files if each not in layers]
    layers += _listed_layers(request, sealer, files)
    return RepositorySettings(
        _relative(request.root, folder),
        tuple(sorted(layers, key=lambda each: each.order)),
        tuple(sorted(overlays, key=lambda each: each.order)),
        request.environment,
        _notes(request, files),
    )


def settings_files(folder: Path) -> list[tuple[Path, FileName]]:
    """The settings files in ``folder`` itself, sorted by name; none when it can't be listed."""
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:
        return []
    read = ((folder / name, FileName.read(name)) for name in names)
    return [(path, name) for path, name in read if name is not None and path.is_file()]


def _notes(request: SettingsRequest, files: Sequence[Layer]) -> tuple[str, ...]:
    known = {each.environment.casefold() for each in files if each.environment}
    if request.environment and request.environment.casefold() not in known:
        return (f"No settings file is an overlay for the environment '{request.environment}'.",)
    return ()


def _read_file(root: Path, file: Path, name: FileName, sealer: Sealer) -> Layer:
    path = _relative(root, file)
    layer = Layer(file.name, name.source, path, name.environment)
    start = Span(path, 1, 1, 1, 1)
    try:
        text = decode(file.read_bytes())
    except UnicodeDecodeError:
        return replace(layer, unreadable=Fault(start, "the file is no UTF-8 text", "save it as UTF-8"))
    except OSError as error:
        why = (error.strerror or "unknown reason").casefold()
        return replace(layer, unreadable=Fault(start, f"the file can't be read: {why}"))
    return layer_of(text, layer, sealer)


def layer_of(text: str, layer: Layer, sealer: Sealer) -> Layer:
    """``layer`` with the tree of ``text``, its secrets sealed, or with the fault that keeps it from being read."""
    tree = parse(text, layer.path)
    if isinstance(tree, Fault):
        return replace(layer, fault=tree)
    if not isinstance(tree, Object):
        return replace(
            layer, fault=Fault(tree.span, "the file holds no object", "a settings file starts with { and ends with }")
        )
    sealed = sealer.seal(tree, layer.source)
    return replace(layer, tree=sealed, lines=_shown_lines(text, sealed))


def _shown_lines(text: str, tree: Object) -> tuple[str, ...]:
    """The lines of a file, each cut off before its first secret."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line, column in sorted(secret_spans(tree), reverse=True):
        lines[line - 1] = lines[line - 1][: column - 1]
    return tuple(lines)


def _listed_layers(request: SettingsRequest, sealer: Sealer, files: Sequence[Layer]) -> list[Layer]:
    """The layers that are no files: names in a vault, and environment variables."""
    layers: list[Layer] = []
    if request.vault_names is not None:
        layers.append(vault_layer(request.vault_names))
    sections = {fold(name) for name, _shape in agent_page().root.children.values()}
    sections.update(fold(member.key) for file in files if file.tree for member in file.tree.members)
    chosen = [
        (name.replace("__", ":"), text)
        for name, text in sorted(request.variables.items())
        if "__" in name and fold(name.split("__")[0]) in sections
    ]
    if chosen:
        tree = sealer.seal(_tree(chosen), Source.VARIABLES)
        layers.append(Layer("environment variables", Source.VARIABLES, tree=tree))
    return layers


def vault_layer(names: Iterable[str]) -> Layer:
    """The layer of an Azure Key Vault of which the names are known, such as ``Connections--HR--Password``, and no value."""
    named = [(name.replace("--", ":"), Secret("", sought=False)) for name in sorted(names) if "--" in name]
    return Layer(KEY_VAULT, Source.KEY_VAULT, tree=_tree(named))


def fetched_layer(name: str, source: Source, found: Iterable[tuple[Sequence[str], str]], sealer: Sealer) -> Layer:
    """A layer of secrets that were fetched, by their paths."""
    tree = _tree([(":".join(path), text) for path, text in found])
    return Layer(name, source, tree=sealer.seal_all(tree), is_opened=True)


def _tree(values: Sequence[tuple[str, str | Secret]]) -> Object:
    return Object(tuple(Member(key, NOWHERE, Scalar("string", text, NOWHERE)) for key, text in values), NOWHERE)


def _relative(root: Path, path: Path) -> str:
    """``path`` from ``root``, with ``/``; '' for the root itself."""
    try:
        relative = os.path.relpath(path, root)
    except ValueError:
        return path.as_posix()
    return "" if relative == os.curdir else Path(relative).as_posix()
