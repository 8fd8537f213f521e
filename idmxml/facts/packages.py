"""The catalogue of connection packages: what each can do, as far as the product's documentation tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from idmxml.facts.files import read_stored


@dataclass(frozen=True, slots=True)
class Package:
    """A connection package. None for ``incremental`` and ``schema`` means that nothing is documented.

    ``settings`` is the file name of the JSON Schema of its settings, below ``schemas/settings``; ``replaced_by`` names the
    package to use instead of a retired one.
    """

    identifier: str | None
    display_name: str
    exports: bool
    fulfills: bool
    incremental: bool | None
    incremental_disputed: bool
    provisioning: str
    schema: bool | None
    technology: str
    settings: str | None
    resource_type_mapping: str | None
    resource_type_mapping_basis: str | None
    implements_entity_type_mapping: bool | None
    implements_resource_type_mapping: bool | None
    status: str
    replaced_by: str | None
    keywords: tuple[str, ...]
    other_names: tuple[str, ...]
    note: str

    @property
    def page(self) -> str:
        """The name of the settings page, which is its file without the ending; empty when there is none."""
        return (self.settings or "").removesuffix(".schema.json")


def _package(stored: Mapping[str, Any]) -> Package:
    return Package(**{**stored, "keywords": tuple(stored["keywords"]), "other_names": tuple(stored["other_names"])})


@lru_cache(maxsize=1)
def catalogue() -> tuple[Package, ...]:
    """Every known package, those without a documented identifier included, in the order of the catalogue."""
    stored = read_stored("packages.json")
    return tuple(_package(each) for each in stored["packages"])


@lru_cache(maxsize=1)
def packages() -> Mapping[str, Package]:
    """The packages by identifier, in exact case."""
    return {each.identifier: each for each in catalogue() if each.identifier is not None}
