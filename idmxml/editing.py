"""What editors need for a repository: the XSD, the JSON Schemas, and the settings of Visual Studio Code that wire both."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from idmxml.errors import UsageError
from idmxml.facts.files import XSD_NAME, schemas_folder, xsd_file
from idmxml.inventory import Inventory
from idmxml.reports.json_text import dump
from idmxml.settings.editor_schema import editor_schemas
from idmxml.settings.jsonc import Array, Object, Scalar, decode, parse
from idmxml.settings.layers import Source
from idmxml.writer.json_insert import Unwritable, append_item, insert_member

MAIN: Final = "appsettings.agent.schema.json"
OVERLAY: Final = "appsettings.agent.overlay.schema.json"
APPLICATION: Final = "agent-settings.schema.json"
WIRING: Final = (".vscode", "settings.json")
MARK: Final = b"\xef\xbb\xbf"


def schema_files(inventory: Inventory, folder: Path) -> dict[Path, bytes]:
    """The schemas for ``folder``: the XSD, every published JSON Schema, and those of this repository's agent settings."""
    published = schemas_folder()
    files = {folder / XSD_NAME: xsd_file().read_bytes()}
    for each in sorted(published.rglob("*.schema.json")):
        files[folder / each.relative_to(published)] = each.read_bytes()
    made = editor_schemas(inventory.sections, inventory.settings)
    files[folder / MAIN] = _stored(made.main)
    files[folder / OVERLAY] = _stored(made.overlay)
    return files


def _stored(schema: Mapping[str, Any]) -> bytes:
    return (dump(schema, indent=2) + "\n").encode()


def wiring(inventory: Inventory, folder: Path, file: Path) -> bytes:
    """The settings of Visual Studio Code in ``file``, with the schemas in ``folder`` wired; what is there stays.

    Paths are relative to the root of the repository, which is the folder to open. UsageError when the file is no JSON.
    """
    data = file.read_bytes() if file.is_file() else b""
    try:
        text = decode(data)
        for associations in _xml_associations(inventory, folder):
            text = _with_item(text, "xml.fileAssociations", "systemId", "pattern", associations)
        for schemas in _json_schemas(inventory, folder):
            text = _with_item(text, "json.schemas", "url", "fileMatch", schemas)
        text = _with_comments_allowed(text)
    except (Unwritable, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, Unwritable) else "it is no UTF-8 text"
        raise UsageError(f"'{file}' can't be extended: {why}") from None
    return (MARK if data.startswith(MARK) else b"") + text.encode()


def _xml_associations(inventory: Inventory, folder: Path) -> Iterator[dict[str, Any]]:
    """One entry for each folder of the root that holds files of the configuration."""
    ours = (each.facts.path for each in inventory.look.checked if each.facts.status.value == "read")
    tops = sorted({path.partition("/")[0] if "/" in path else "" for path in ours})
    for top in tops:
        pattern = f"{top}/**/*.xml" if top else "*.xml"
        yield {"pattern": pattern, "systemId": _reference(inventory.root, folder / XSD_NAME)}


def _json_schemas(inventory: Inventory, folder: Path) -> Iterator[dict[str, Any]]:
    """The agent's own file, its overlays, and the files beside it that are documented too."""
    prefix = f"/{inventory.settings.folder}/" if inventory.settings.folder else "/"
    overlays = [each for each in inventory.settings.files if each.source is Source.AGENT and each.environment]
    yield {"fileMatch": [f"{prefix}appsettings.agent.json"], "url": _reference(inventory.root, folder / MAIN)}
    if overlays:
        names = [f"{prefix}{each.name}" for each in overlays]
        yield {"fileMatch": names, "url": _reference(inventory.root, folder / OVERLAY)}
    yield {"fileMatch": [f"{prefix}appsettings.json"], "url": _reference(inventory.root, folder / APPLICATION)}


def _reference(root: Path, file: Path) -> str:
    """A file as the editor finds it: relative to the root when it lies below it, else as an address."""
    if file.is_relative_to(root):
        return f"./{file.relative_to(root).as_posix()}"
    return Path(os.path.normpath(file)).as_uri()


def _with_item(text: str, key: str, name: str, beside: str, item: Mapping[str, Any]) -> str:
    """``text`` with an item in the list at ``key``, unless one with the same ``name`` and ``beside`` is there."""
    tree = parse(text, "") if text.strip() else None
    members = tree.members if isinstance(tree, Object) else ()
    found = next((each.value for each in members if each.key == key), None)
    items = found.items if isinstance(found, Array) else ()
    if any(_has(each, name, item[name]) and _has(each, beside, item[beside]) for each in items):
        return text
    return append_item(text, (key,), item)


def _has(node: object, key: str, wanted: object) -> bool:
    value = next((each.value for each in node.members if each.key == key), None) if isinstance(node, Object) else None
    if isinstance(value, Array) and isinstance(wanted, list):
        return [each.text for each in value.items if isinstance(each, Scalar)] == wanted
    return isinstance(value, Scalar) and value.text == wanted


def _with_comments_allowed(text: str) -> str:
    """Settings files may hold comments, as the product reads them; the editor has to be told."""
    tree = parse(text, "")
    members = tree.members if isinstance(tree, Object) else ()
    associations = next((each.value for each in members if each.key == "files.associations"), None)
    named = associations.members if isinstance(associations, Object) else ()
    if any(each.key == "appsettings*.json" for each in named):
        return text
    return insert_member(text, ("files.associations",), "appsettings*.json", "jsonc")
