"""Questions that templates ask of a configuration, by name: the sets that the documentation of scaffoldings speaks of.

Every public function of the modules of this package is one: its first argument is the configuration. Answers are sorted, so
that neither the order nor the split of files matters. Where the product's documentation does not say what a set holds, the
docstring says that its meaning is inferred.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from inspect import getmembers, isfunction
from types import MappingProxyType
from typing import Any

MODULES = ("names", "entity_types", "connectors", "jobs", "displays", "optimizing", "access_control", "workflows")


def _collect() -> Mapping[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for module in MODULES:
        name = f"{__name__}.{module}"
        functions = getmembers(import_module(name), isfunction)
        found |= {each: made for each, made in functions if made.__module__ == name and not each.startswith("_")}
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def queries() -> Mapping[str, Callable[..., Any]]:
    """The queries by name."""
    return _collect()
