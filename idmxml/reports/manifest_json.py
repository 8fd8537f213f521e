"""The manifest of a compiled configuration, described by ``schemas/manifest.schema.json``: from what it was made."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from idmxml.diff.paths import path_of
from idmxml.expansion.consolidate import Meeting
from idmxml.expansion.expand import DELETED, EXPANDED, REPLACED, Result
from idmxml.expansion.item import Item
from idmxml.reports.connection_json import origin_object
from idmxml.reports.expansion_json import maker_object
from idmxml.reports.json_members import NOTHING, encoded
from idmxml.reports.json_text import dump, in_lines, safe, sections_in_lines
from idmxml.settings.details import Detail
from idmxml.version import __version__
from idmxml.writer.xml_text import element_text

FORMAT: Final = "idmxml-manifest"
VERSION: Final = 1
CHECK: Final = "check"
FORCED: Final = "forced"


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read. ``sha256`` is None for one whose content may be secret."""

    path: str
    sha256: str | None = None

    @classmethod
    def of(cls, path: str, data: bytes) -> "Input":
        """The input with this content."""
        return cls(path, _digest(data))


@dataclass(frozen=True, slots=True)
class SchemaUsed:
    """A recorded schema: its file, its size, and when it was last read from the system, None when nothing tells."""

    path: str
    connection: str
    tables: int
    columns: int
    refreshed: str | None


@dataclass(frozen=True)
class Manifest:
    """All that a manifest tells. ``settings`` are those of each connection, by identifier; ``files`` are the written ones.

    ``items`` are the elements of the configuration, ``objects`` those of all files as ``objects_of`` gives them; all
    but what the check found.
    """

    options: Mapping[str, object]
    inputs: Sequence[Input]
    schemas: Sequence[SchemaUsed]
    settings: Mapping[str, Sequence[Detail]]
    environment: str | None
    results: Sequence[Result]
    meetings: Sequence[Meeting]
    items: Sequence[Item]
    objects: Sequence[str]
    files: Mapping[str, bytes] = field(default_factory=dict)


def manifest_sections(of: Manifest) -> Mapping[str, Sequence[str]]:
    """The sections of the manifest by name, each as lines of JSON; what the check has to say is left open in them."""
    sections: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION,
        "tool": {"name": "idmxml", "version": __version__},
        "options": dict(of.options),
        CHECK: None,
        FORCED: None,
        "counts": _counts(of),
        "inputs": [_input(each) for each in sorted(of.inputs, key=lambda each: each.path)],
        "schemas": [_schema(each) for each in of.schemas],
        "environment": of.environment,
        "connections": [
            {"identifier": name, "settings": [_setting(each) for each in found if each.status != "unset"]}
            for name, found in of.settings.items()
        ],
        "scaffoldings": [_result(each) for each in of.results],
        "adjusted": [_meeting(each) for each in of.meetings],
        "files": [{"path": path, "sha256": _digest(data)} for path, data in sorted(of.files.items())],
    }
    told = {name: _told(value) for name, value in sections.items()}
    return told | {"objects": in_lines(of.objects)}


def manifest_lines(sections: Mapping[str, Sequence[str]], findings: Mapping[str, int], *, forced: bool) -> list[str]:
    """The lines of the manifest with these sections, one entry on each.

    ``findings`` counts what the check found, by severity; ``forced`` tells that errors were passed over.
    """
    return sections_in_lines({**sections, CHECK: [dump(dict(findings))], FORCED: [dump(forced)]})


def _told(value: object) -> list[str]:
    return in_lines([dump(each) for each in value]) if isinstance(value, list) else [dump(value)]


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _counts(of: Manifest) -> dict[str, object]:
    kinds = Counter(each.tag for each in of.items)
    statuses = Counter(each.status for each in of.results)
    return {
        "inputs": len(of.inputs),
        "files": len(of.files),
        "objects": len(of.objects),
        "elements": sum(each.size for each in of.items),
        "scaffoldings": {status: statuses[status] for status in sorted(statuses)},
        "kinds": {kind: kinds[kind] for kind in sorted(kinds)},
    }


def _input(each: Input) -> dict[str, object]:
    return {"path": each.path, "sha256": each.sha256}


def _schema(each: SchemaUsed) -> dict[str, object]:
    return {
        "connection": each.connection,
        "path": each.path,
        "tables": each.tables,
        "columns": each.columns,
        "refreshed": each.refreshed,
    }


def _setting(each: Detail) -> dict[str, Any]:
    """A setting with its value, or with where it lies when it is a secret or nobody here can read it."""
    origin = origin_object(each.origin) if each.origin is not None else None
    is_hidden = each.is_secret or not each.is_readable
    if origin is not None:
        del origin["value"]
    value = None if is_hidden else each.text
    return {"name": each.name, "status": each.status, "secret": each.is_secret, "value": value, "from": origin}


def _result(each: Result) -> dict[str, object]:
    item = each.scaffolding
    return {
        "scaffolding": item.tag,
        "identity": item.identity,
        "path": item.origin.path,
        "line": item.origin.line,
        "called_by": [maker_object(one) for one in item.origin.chain],
        "status": each.status if each.status in {EXPANDED, DELETED, REPLACED} else "not expanded",
        "reason": each.reason,
        "elements": len(each.items),
    }


def _meeting(each: Meeting) -> dict[str, object]:
    written = each.written
    return {
        "object": path_of("", written),
        "mode": each.mode,
        "completed": each.completed,
        "path": written.origin.path,
        "line": written.origin.line,
        "made_by": [maker_object(one) for one in each.generated.origin.chain],
    }


def objects_of(file: str, items: Sequence[Item], texts: Sequence[str]) -> list[str]:
    """The objects of a written file as JSON: the elements at the top, with their texts, and those in them with an identity."""
    return list(_objects(encoded(file), items, texts))


def _objects(file: str, items: Sequence[Item], texts: Sequence[str]) -> Iterator[str]:
    """The objects in a file, whose name is given as JSON."""
    for item, text in zip(items, texts, strict=True):
        path = path_of("", item)
        yield _object(file, path, item, text)
        if item.children:
            yield from _within(file, path, item.children)


def _within(file: str, parents: str, items: Iterable[Item]) -> Iterator[str]:
    for each in items:
        is_object = each.has_global_identity
        if is_object or each.children:
            path = path_of(parents, each)
            if is_object:
                yield _object(file, path, each, element_text(each))
            yield from _within(file, path, each.children)


def _object(file: str, path: str, item: Item, text: str) -> str:
    source, line, _, chain = item.origin
    kind = encoded(item.kind) if item.kind is not None else NOTHING
    made_by = dump([maker_object(each) for each in chain]) if chain else "[]"
    return safe(
        f'{{"object":{encoded(path)},"kind":{kind},"file":{file},"path":{encoded(source)},"line":{line},'
        f'"made_by":{made_by},"sha256":"{_digest(text.encode())}"}}'
    )
