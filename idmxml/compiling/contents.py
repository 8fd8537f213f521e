"""A compiled repository to the files of its output, the manifest the last of them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from idmxml.baselines import FILE as BASELINE
from idmxml.baselines import baseline_file
from idmxml.compiling.companions import named_files
from idmxml.compiling.compiled import Compiled
from idmxml.diagnostics import Report, Severity
from idmxml.inventory import Inventory, take_inventory
from idmxml.options import APPROVALS_NAME, APPROVE, CONFIG_NAME, CheckOptions, stored_options
from idmxml.pipeline import settings_question
from idmxml.reports.json_text import redacted
from idmxml.reports.manifest_json import Input, Manifest, SchemaUsed, manifest_lines, manifest_sections
from idmxml.reports.model_json import model_lines
from idmxml.settings.details import details
from idmxml.settings.layers import FileName
from idmxml.snapshots.store import Store
from idmxml.source.repository import SCHEMAS, recorded_schemas
from idmxml.writer.order import layout

MODEL: Final = "model.json"
PICTURE: Final = "model.svg"
# What the options of a repository say about findings; the rest is about its files.
KEPT_OPTIONS: Final = ("select", "ignore", "severity", "fail-on", APPROVE)
Redact = Callable[[str], str]
HEAD: Final = "# Written by idmxml compile; manifest.json tells from what.\n"


@dataclass(frozen=True)
class Asked:
    """How the output was asked for: the folder, the options of the check, and the variables that may hold settings."""

    path: Path
    options: CheckOptions
    variables: Mapping[str, str]


@dataclass(frozen=True)
class OutputDraft:
    """The output but for its manifest: the files by path, and sentences about what could not be written.

    ``sections`` are those of the manifest; ``redact`` keeps secrets out of a text, None when there are none.
    """

    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    sections: Mapping[str, Sequence[str]]
    redact: Redact | None

    def manifest(self, report: Report, *, forced: bool) -> bytes:
        """The manifest, which tells what the check found, and whether errors were passed over."""
        return _as_bytes(manifest_lines(self.sections, findings(report), forced=forced), self.redact)


def draft_of(compiled: Compiled, asked: Asked, picture: Callable[[Compiled], tuple[str | None, str | None]]) -> OutputDraft:
    """The draft of the output. ``picture`` gives the picture of a model, or None and why there is none.

    The configuration is written as it is; secrets of the settings are kept out of everything beside it.
    """
    named = named_files(compiled.items, compiled.root)
    schemas = {each.path: each.file.read_bytes() for each in recorded_schemas(compiled.root, compiled.root)}
    files = _checked(compiled, asked.options, named, schemas)
    inventory = _inventory(compiled, asked)
    redact = inventory.redactor.redact if inventory else None
    files[MODEL] = _as_bytes(model_lines(compiled.items), redact)
    drawn, why = picture(compiled)
    if drawn is not None:
        files[PICTURE] = (redact(drawn) if redact else drawn).encode()
    read = [*named.values(), *schemas.items(), *_baseline(compiled, asked.options).items()]
    inputs = [*compiled.inputs, *(Input.of(path, data) for path, data in dict(read).items()), *_settings_inputs(inventory)]
    manifest = Manifest(
        options=compiled.options.as_data,
        inputs=inputs,
        schemas=list(_schemas(compiled, schemas)),
        settings={each.connection.identifier: details(each, inventory.redactor) for each in inventory.sections}
        if inventory
        else {},
        environment=asked.options.environment,
        results=compiled.expansion.results,
        meetings=compiled.expansion.meetings,
        items=compiled.items,
        objects=[each for path in compiled.placed for each in compiled.written[path].objects],
        files=files,
    )
    notes = tuple(each for each in (why, *(inventory.notes if inventory else ())) if each)
    return OutputDraft(files, notes, manifest_sections(manifest), redact)


def _as_bytes(lines: Sequence[str], redact: Redact | None) -> bytes:
    """JSON, given by its lines, with ``redact`` done to its texts."""
    if redact is not None:
        return redacted("\n".join(lines), redact).encode()
    return b"\n".join([each.encode() for each in lines])


def checked_files(compiled: Compiled, options: CheckOptions) -> Mapping[str, bytes]:
    """Those files of the output that a check looks at."""
    schemas = {each.path: each.file.read_bytes() for each in recorded_schemas(compiled.root, compiled.root)}
    return _checked(compiled, options, named_files(compiled.items, compiled.root), schemas)


def _checked(
    compiled: Compiled, options: CheckOptions, named: Mapping[str, tuple[str, bytes]], schemas: Mapping[str, bytes]
) -> dict[str, bytes]:
    folder = layout()["configuration"]
    files = {path: each.data for path, each in compiled.written.items()}
    files |= {f"{folder}/{path}": data for path, (_, data) in named.items()}
    files |= {"/".join((*SCHEMAS, path.rpartition("/")[2])): data for path, data in schemas.items()}
    files[CONFIG_NAME] = _options(compiled.root, options).encode()
    return files | _baseline(compiled, options)


def _baseline(compiled: Compiled, options: CheckOptions) -> dict[str, bytes]:
    """The findings of an earlier day that a check leaves out: they are in the output as well."""
    file = baseline_file(compiled.root)
    return {"/".join(BASELINE): file.read_bytes()} if options.use_baseline and file.is_file() else {}


def findings(report: Report) -> Mapping[str, int]:
    """How many findings a check has, by severity."""
    found = [each.severity for each in report.diagnostics]
    return {each.label: found.count(each) for each in sorted(Severity, reverse=True)}


def _inventory(compiled: Compiled, asked: Asked) -> Inventory | None:
    """The connections with their settings; None when there are no settings to look for."""
    repository = replace(compiled.repository, paths=(asked.path,))
    folders = settings_question(repository, compiled.root, asked.options).folders
    if not any(FileName.read(each.name) for folder in folders if folder.is_dir() for each in folder.iterdir()):
        return None
    found = take_inventory(asked.path, asked.options, asked.variables)
    return found if found.settings.any_files else None


def _settings_inputs(inventory: Inventory | None) -> Iterator[Input]:
    """The settings files; what tells their content apart might tell a secret, so it is left out."""
    for each in inventory.settings.files if inventory else ():
        yield Input(each.path)


def _schemas(compiled: Compiled, files: Mapping[str, bytes]) -> Iterator[SchemaUsed]:
    store = Store(compiled.root)
    for path in sorted(files):
        stem = unquote(path.rpartition("/")[2].removesuffix(".xml").removesuffix("%"))
        snapshot = store.current(stem)
        state = store.state(stem)
        tables = snapshot.tables if snapshot is not None else ()
        refreshed = state.last_good.at if state.last_good is not None else None
        yield SchemaUsed(path, store.spelling(stem), len(tables), sum(len(each.columns) for each in tables), refreshed)


def _options(root: Path, options: CheckOptions) -> str:
    """The options of the output: what those of the repository say about findings."""
    stored, own = (_stored(file) for file in (options.config or root / CONFIG_NAME, root / APPROVALS_NAME))
    if own.get(APPROVE):
        stored[APPROVE] = [*stored.get(APPROVE, []), *own[APPROVE]]
    lines = [HEAD]
    lines += [f"{key} = {_toml(stored[key])}\n" for key in KEPT_OPTIONS if key in stored]
    return "".join(lines)


def _stored(file: Path) -> dict[str, Any]:
    return stored_options(file.read_bytes(), file) if file.is_file() else {}


def _toml(value: Any) -> str:
    """A value of the options as TOML, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")  # all else that JSON escapes, TOML reads
