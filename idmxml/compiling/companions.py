"""The files that a configuration names, such as translations, mail templates and pictures, so that its output has them too."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final

from idmxml.checks.named_files import NAMES, NO_PATH
from idmxml.expansion.item import Item
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
        for each in item.walk():
            for name in _naming(each.kind) if each.kind is not None else ():
                path = _path(each.text(name))
                if path is not None:
                    yield path


def _path(value: str) -> str | None:
    """The path that a value is, with ``/``; None for a value that is none, or leads elsewhere."""
    if not value.strip() or NO_PATH.search(value):
        return None
    parts = [each for each in value.strip().replace("\\", "/").split("/") if each not in {"", "."}]
    return PurePosixPath(*parts).as_posix() if parts and ".." not in parts else None


@lru_cache(maxsize=1024)
def _naming(kind: str) -> tuple[str, ...]:
    """The attributes of a kind that name files."""
    known = language().kind(kind)
    if known.role != "element":
        return ()
    return tuple(name for name in known.attributes if name == TRANSLATION or NAMES.fullmatch(name))
