"""Snapshots to the bytes of their file and back: equal schemas give equal bytes, sorted, in the vocabulary of the product."""

import hashlib
import re
from collections.abc import Iterator

from lxml import etree

from idmxml.facts.language import NAMESPACE
from idmxml.model.value_spelling import whole_number
from idmxml.snapshots.snapshot import Column, KeyKind, Snapshot, Table, ValueType

SAMPLE = re.compile(r" Recorded from the sample (.*), not from the system itself\. ", re.DOTALL)
ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}
ROOT = f"{{{NAMESPACE}}}ConfigurationFile"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class NotASchema(Exception):
    """Bytes that are no recorded schema; the message says why."""


def canonical(snapshot: Snapshot) -> bytes:
    """The file of a snapshot: UTF-8, line feeds, tables and columns sorted, defaults left out.

    ValueError for a name with a character that XML can't hold.
    """
    return "".join(_lines(snapshot.sorted())).encode("utf-8")


def fingerprint(snapshot: Snapshot) -> str:
    """The content address of a snapshot: the SHA-256 of its file, in hexadecimal digits."""
    return address_of(canonical(snapshot))


def address_of(data: bytes) -> str:
    """The content address of the file of a snapshot."""
    return hashlib.sha256(data).hexdigest()


def _lines(snapshot: Snapshot) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<ConfigurationFile xmlns="{NAMESPACE}">\n'
    if snapshot.sample:
        yield f"  <!-- Recorded from the sample {_in_comment(snapshot.sample)}, not from the system itself. -->\n"
    for table in snapshot.tables:
        yield f"  <ConnectionTable{_attributes(_of_table(table, snapshot.connection))}>\n"
        for column in table.columns:
            yield f"    <Column{_attributes(_of_column(column))} />\n"
        yield "  </ConnectionTable>\n"
    yield "</ConfigurationFile>\n"


def _of_table(table: Table, connection: str) -> Iterator[tuple[str, str]]:
    yield "Identifier", table.identifier
    yield "Connection", connection
    if table.display_name:
        yield "DisplayName", table.display_name


def _of_column(column: Column) -> Iterator[tuple[str, str]]:
    yield "Identifier", column.identifier
    if column.display_name:
        yield "DisplayName", column.display_name
    if column.foreign_column:
        yield "ForeignColumn", column.foreign_column
    if column.is_multivalued:
        yield "IsMultivalued", "true"
    if column.key is not KeyKind.NONE:
        yield "KeyType", str(int(column.key))
    if column.group:
        yield "Path", column.group
    if column.length:
        yield "ValueLength", str(column.length)
    if column.value_type is not ValueType.STRING:
        yield "ValueType", column.value_type.value


def _attributes(pairs: Iterator[tuple[str, str]]) -> str:
    return "".join(f' {name}="{_escaped(text)}"' for name, text in pairs)


def _escaped(text: str) -> str:
    if UNWRITABLE.search(text):
        raise ValueError(f"the name {text!r} holds a character that no XML file can hold")
    return "".join(ESCAPES.get(character, character) for character in text)


def _in_comment(text: str) -> str:
    return re.sub(r"--+", "-", UNWRITABLE.sub("?", text)).replace("\n", " ").replace("\r", " ")


def read_snapshot(data: bytes, connection: str) -> Snapshot:
    """The snapshot in the bytes of a file, of ``connection`` unless they name another; NotASchema when there is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotASchema(f"it is no XML: {error.msg}") from None
    if root.tag != ROOT:
        raise NotASchema(f"its root element is not <ConfigurationFile> of the namespace {NAMESPACE}")
    tables: list[Table] = []
    sample = ""
    for node in root:
        if node.tag is etree.Comment:
            found = SAMPLE.fullmatch(node.text or "")
            sample = found[1] if found else sample
        elif isinstance(node.tag, str) and etree.QName(node).localname == "ConnectionTable":
            tables.append(_table(node))
            connection = node.get("Connection") or connection
    return Snapshot(connection, tuple(tables), sample)


def _table(node: etree._Element) -> Table:
    columns = (
        Column(
            each.get("Identifier", ""),
            ValueType.read(each.get("ValueType", "")),
            max(whole_number(each.get("ValueLength", "0")) or 0, 0),
            KeyKind.read(each.get("KeyType", "0")),
            each.get("IsMultivalued", "").casefold() in {"true", "1"},
            each.get("ForeignColumn", ""),
            each.get("Path", ""),
            each.get("DisplayName", ""),
        )
        for each in node
        if isinstance(each.tag, str)
    )
    return Table(node.get("Identifier", ""), tuple(columns), node.get("DisplayName", ""))
