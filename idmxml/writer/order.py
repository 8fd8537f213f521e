"""The order of elements and attributes in what we write: by ``schemas/layout.json``, then as in the XSD."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from idmxml.facts.files import schemas_folder
from idmxml.facts.load import language

NUMBER: Final = re.compile(r"(?P<base>.*?)(?P<number>[0-9]*)")
IN_LANGUAGE: Final = "_L"
IDENTITY: Final = "@identity"
Rank = tuple[int, int, int]


@lru_cache(maxsize=1)
def layout() -> Mapping[str, Any]:
    """The rules of layout, as ``schemas/layout.schema.json`` describes them."""
    stored: Mapping[str, Any] = json.loads((schemas_folder() / "layout.json").read_text(encoding="utf-8"))
    return stored


@lru_cache(maxsize=1024)
def attribute_ranks(kind: str) -> Mapping[str, Rank]:
    """For each attribute of a kind its place among the others; texts in several languages stand together."""
    known = language().kind(kind)
    first = [each for name in layout()["attributes"]["first"] for each in (known.identity if name == IDENTITY else (name,))]
    last = layout()["attributes"]["last"]
    bases: dict[str, int] = {}
    found = {}
    for name in known.attributes:
        base, number = _split(name)
        place = bases.setdefault(base, len(bases))
        group = first.index(base) if base in first else len(first) + (1 + last.index(base) if base in last else 0)
        found[name] = (group, place, number)
    return found


def _split(name: str) -> tuple[str, int]:
    """Such as ``DisplayName_L2`` to ``DisplayName`` and 2; without a number it is -1."""
    match = NUMBER.fullmatch(name)
    if match is None or not match["number"]:
        return name, -1
    return match["base"].removesuffix(IN_LANGUAGE), int(match["number"])


@lru_cache(maxsize=65536)
def ordered_names(kind: str | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of attributes in their order: declarations of namespaces, then known ones, then the rest as they stand."""
    ranks = attribute_ranks(kind) if kind is not None else {}
    spaces = [each for each in names if is_namespace(each)]
    known = sorted((each for each in names if each in ranks), key=lambda each: ranks[each])
    rest = [each for each in names if each not in ranks and not is_namespace(each)]
    return (*spaces, *known, *rest)


def is_namespace(name: str) -> bool:
    """Whether an attribute declares a namespace."""
    return name == "xmlns" or name.startswith("xmlns:")


@lru_cache(maxsize=1)
def kind_ranks() -> Mapping[str, int]:
    """The place of each kind that may stand below the root."""
    return _places([*layout()["elements"], *language().root.values()])


@lru_cache(maxsize=1)
def unordered_kinds() -> frozenset[str]:
    """The kinds of parts whose order means nothing."""
    return frozenset(layout()["unordered"])


def _places(names: Iterable[str]) -> Mapping[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(names))}
