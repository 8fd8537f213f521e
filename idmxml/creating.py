"""New connectors and connections: which files they go into, and what those then hold. Nothing is written here."""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from idmxml.errors import EnvironmentFault, UsageError
from idmxml.facts.packages import packages
from idmxml.inventory import Inventory
from idmxml.model.names import closest
from idmxml.phrases import did_you_mean
from idmxml.settings.jsonc import decode
from idmxml.settings.stubs import Stub, stub_of
from idmxml.source.document import Document, read_document
from idmxml.source.entry import Entry
from idmxml.writer.json_insert import Note, Unwritable, insert_member
from idmxml.writer.xml_insert import EMPTY, element, encoded, insert_after, insert_at_end, prefix_of

IDENTIFIER: Final = re.compile(r"[A-Za-z][A-Za-z0-9.\-]{0,441}")
AGENT_FILE: Final = "appsettings.agent.json"
ENCRYPTED_FILE: Final = "appsettings.encrypted.agent.json"
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class NewConnector:
    """A connector to write; ``agent`` None leaves the attribute out. ``folder`` None stands for where the others lie."""

    identifier: str
    name: str
    agent: str | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class NewConnection:
    """A connection to write, with the section of its settings in ``settings_folder``."""

    identifier: str
    name: str
    connector: str
    package: str
    settings_folder: Path


@dataclass(frozen=True, slots=True)
class Draft:
    """The new contents of files, and what was done, one line each."""

    files: Mapping[Path, bytes]
    told: tuple[str, ...]


def draft_connector(inventory: Inventory, new: NewConnector) -> Draft:
    """The draft of a connector in ``<ID>/<ID> Connector.xml``; UsageError for a wrong or taken identifier, or no such agent."""
    _check_identifier(inventory, "Connector", new.identifier, inventory.look.context.names("Connector"))
    _check_name(new.name)
    attributes = {"Identifier": new.identifier, "DisplayName_L1": new.name}
    if new.agent is not None:
        attributes["Agent"] = new.agent
    file = _folder(inventory, new) / new.identifier / f"{new.identifier} Connector.xml"
    data = _content(file) if file.is_file() else EMPTY.encode()
    document = document_of(inventory, file, data)
    text = insert_at_end(document, element(prefix_of(document) + "Connector", attributes))
    return Draft({file: encoded(text, data)}, (f"{_told(inventory, file)}: connector {new.identifier}",))


def _folder(inventory: Inventory, new: NewConnector) -> Path:
    """Where the folders of connectors lie: most of the others, else ``Conf``, else the root."""
    if new.folder is not None:
        return new.folder
    root = inventory.root
    names = inventory.look.context.names("Connector")
    files = [(name, inventory.look.files[place].file) for name, place in names.items() if place < len(inventory.look.files)]
    conventional = Counter(file.parent.parent for name, file in files if file.name == f"{name} Connector.xml")
    if conventional:
        return min(conventional, key=lambda folder: (-conventional[folder], folder.as_posix()))
    return root / "Conf" if (root / "Conf").is_dir() else root


def draft_connection(inventory: Inventory, new: NewConnection) -> Draft:
    """The draft of a connection beside its connector, with a stub of its settings.

    UsageError for a wrong or taken identifier, and for a connector or package that does not exist.
    """
    taken = [each.connection.identifier for each in inventory.sections]
    _check_identifier(inventory, "Connection", new.identifier, taken)
    _check_name(new.name)
    check_package(new.package)
    position = inventory.look.context.names("Connector").get(new.connector)
    if position is None:
        raise UsageError(no_connector(inventory, new.connector))
    file = inventory.look.files[position].file
    data = _content(file)
    document = document_of(inventory, file, data)
    attributes = {
        "Identifier": new.identifier,
        "DisplayName_L1": new.name,
        "Connector": new.connector,
        "Package": new.package,
    }
    written = element(prefix_of(document) + "Connection", attributes)
    anchor = _anchor(document, new.connector)
    text = insert_after(document, anchor, written) if anchor else insert_at_end(document, written)
    told = [f"{_told(inventory, file)}: connection {new.identifier} of {new.connector}"]
    files = {file: encoded(text, data)}
    files.update(_settings(inventory, new, stub_of(new.identifier, new.package), told))
    return Draft(files, tuple(told))


def no_connector(inventory: Inventory, name: str) -> str:
    """That there is no such connector, with the nearest, or how to make one."""
    names = inventory.look.context.names("Connector")
    near = closest(name, names)
    hint = did_you_mean(near) or f"write it with 'idmxml new connector {name}' first"
    return f"no connector '{name}' in {inventory.root}; {hint}"


def check_package(identifier: str) -> None:
    """UsageError for a package that does not exist or is retired."""
    package = packages().get(identifier)
    if package is None:
        near = closest(identifier, packages())
        hint = did_you_mean(near) or "see 'idmxml package choose'"
        raise UsageError(f"no package '{identifier}'; {hint}")
    if package.status == "retired":
        raise UsageError(f"package '{identifier}' is retired; use '{package.replaced_by}'")


def _check_identifier(inventory: Inventory, kind: str, identifier: str, taken: Iterable[str]) -> None:
    if not IDENTIFIER.fullmatch(identifier):
        rule = "a letter, then up to 441 letters, digits, points and dashes"
        raise UsageError(f"'{identifier}' can't identify a {kind.lower()}: it takes {rule}")
    same = next((each for each in taken if each.casefold() == identifier.casefold()), None)
    if same is not None:
        raise UsageError(f"{kind.lower()} '{same}' exists already in {inventory.root}")
    if inventory.look.context.may_exist(identifier):
        raise UsageError(f"'{identifier}' may exist already in a file that can't be read; see 'idmxml check'")


def _check_name(name: str) -> None:
    """UsageError for a display name that no XML file can hold, or that is not one line."""
    wrong = next((each for each in name if unicodedata.category(each) in {"Cc", "Cs"}), None)
    if wrong is not None:
        raise UsageError(f"a display name can't hold the character U+{ord(wrong):04X}")


def document_of(inventory: Inventory, file: Path, data: bytes) -> Document:
    """The document to put something into; UsageError when it is no configuration file, or broken."""
    from idmxml.source import encoding

    text = encoding.decode(data)
    path = _told(inventory, file)
    if not isinstance(text, str):
        raise UsageError(f"'{path}' can't be extended: {text.message}")
    document = read_document(path, text, inventory.look.context.language)
    if document.fault is not None or not document.is_ours:
        why = document.fault.message if document.fault else "it is no configuration file"
        raise UsageError(f"'{path}' can't be extended: {why}")
    return document


def _anchor(document: Document, connector: str) -> Entry | None:
    """What a new connection stands behind: the last one of its connector, else the connector."""
    ours = [
        each
        for each in document.entries
        if (each.kind == "Connection" and each.get("Connector") == connector)
        or (each.kind == "Connector" and each.get("Identifier") == connector)
    ]
    connections = [each for each in ours if each.kind == "Connection"]
    behind = connections or ours
    return behind[-1] if behind else None


def _settings(inventory: Inventory, new: NewConnection, stub: Stub, told: list[str]) -> dict[Path, bytes]:
    """The settings files with the sections of the stub; a section that is there already is left as it is."""
    if stub.plain is None:
        told.append(f"package {new.package} reads no settings")
        return {}
    notes = {Note(f"{name}: in {ENCRYPTED_FILE}"): "" for name in stub.secrets}
    wanted = [(AGENT_FILE, notes | stub.plain)] + ([(ENCRYPTED_FILE, stub.encrypted)] if stub.encrypted else [])
    key = ("CONNECTIONS", new.identifier.upper())
    if inventory.settings.given_anywhere(key):
        told.append(f"the settings have a section {new.identifier} already; it stays as it is")
        return {}
    files: dict[Path, bytes] = {}
    for name, section in wanted:
        file = _settings_file(new.settings_folder, name)
        files[file] = _with_section(inventory, file, new.identifier, section)
        told.append(f"{_told(inventory, file)}: section Connections > {new.identifier}")
    if stub.encrypted:
        told.append(f"write the secrets into {ENCRYPTED_FILE} in the place of <…>, and encrypt them")
    return files


def _settings_file(folder: Path, name: str) -> Path:
    """The file of this name in any case, or where it will lie."""
    found = sorted(each for each in folder.iterdir() if each.name.casefold() == name.casefold()) if folder.is_dir() else []
    return found[0] if found else folder / name


def _with_section(inventory: Inventory, file: Path, identifier: str, section: object) -> bytes:
    data = _content(file) if file.is_file() else b""
    mark, encoding = next((each for each in MARKS if data.startswith(each[0])), (b"", "utf-8"))
    try:
        text = insert_member(decode(data), ("Connections",), identifier, section)
    except (Unwritable, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, Unwritable) else "it is no UTF-8 text"
        raise UsageError(f"'{_told(inventory, file)}' can't be extended: {why}") from None
    return mark + text.encode(encoding)


def _content(file: Path) -> bytes:
    """What a file holds; EnvironmentFault when it can't be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise EnvironmentFault(f"{file} can't be read: {error.strerror}") from None


def _told(inventory: Inventory, file: Path) -> str:
    """The path as it is told: relative to the root where that is possible."""
    return file.relative_to(inventory.root).as_posix() if file.is_relative_to(inventory.root) else str(file)
