"""The files that a configuration names, such as translations, mail templates and pictures, so that its output has them too."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

from idmxml.checks.named_files import NAMES, NO_PATH
from idmxml.expansion.item import Item, Shape
from idmxml.facts.load import language
from idmxml.source.companions import Companions

TRANSLATION: Final = "JsonPath"


def named_files(items: Iterable[Item], root: Path) -> Mapping[str, tuple[str, bytes]]:
    """The files that elements name, by the path they are named by; each with its path below ``root`` and its content."""
    companions = Companions(root)
    found: dict[str, tuple[str, bytes]] = {}
    for path in sorted(set(_named(items))):
        there = companions.named(path)
        data = companions.read(there[0]) if there else None
        if data is not None:
            found[path] = (there[0], data)
    return found


def _named(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        for place in _naming(item.shape):
            path = _path(item.values[place])
            if path is not None:
                yield path
        if item.children:
            yield from _named(item.children)


def _path(value: str) -> str | None:
    """The path that a value is, with ``/``; None for a value that is none, or leads elsewhere."""
    if not value.strip() or NO_PATH.search(value):
        return None
    parts = [each for each in value.strip().replace("\\", "/").split("/") if each not in {"", "."}]
    return PurePosixPath(*parts).as_posix() if parts and ".." not in parts else None


@cache
def _naming(shape: Shape) -> tuple[int, ...]:
    """The places of the values of a shape that name files."""
    if shape.kind is None or language().role(shape.kind) != "element":
        return ()
    known = language().kind(shape.kind).attributes
    naming = (name for name in shape.names if name in known and (name == TRANSLATION or NAMES.fullmatch(name)))
    return tuple(shape.index[name] for name in naming)
