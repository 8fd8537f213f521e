"""Packages as JSON objects, described by ``schemas/package-*.schema.json``."""

from collections.abc import Sequence
from typing import Any

from idmxml.facts.choosing import Choice, Wish
from idmxml.facts.packages import Package
from idmxml.settings.pages import Page

VERSION = 1


def list_object(packages: Sequence[Package]) -> dict[str, Any]:
    """The catalogue."""
    return {"format": "idmxml-package-list", "version": VERSION, "packages": [package_object(each) for each in packages]}


def package_object(package: Package) -> dict[str, Any]:
    """One package."""
    return {
        "identifier": package.identifier,
        "display_name": package.display_name,
        "other_names": list(package.other_names),
        "technology": package.technology,
        "export": package.exports,
        "fulfill": package.fulfills,
        "incremental": package.incremental,
        "incremental_disputed": package.incremental_disputed,
        "provisioning": package.provisioning,
        "schema": package.schema,
        "resource_type_mapping": package.resource_type_mapping,
        "settings": package.settings,
        "status": package.status,
        "replaced_by": package.replaced_by,
        "note": package.note,
    }


def show_object(package: Package, page: Page | None) -> dict[str, Any]:
    """One package with the JSON Schema of its settings."""
    return {
        "format": "idmxml-package",
        "version": VERSION,
        "package": package_object(package),
        "settings_schema": dict(page.schema) if page else None,
    }


def choice_object(wish: Wish, choice: Choice) -> dict[str, Any]:
    """The fitting packages, best first, and why the others do not fit."""
    pair = choice.pair
    return {
        "format": "idmxml-package-choice",
        "version": VERSION,
        "wish": {"technology": wish.technology, "export": wish.export, "provisioning": wish.provisioning},
        "fitting": [{"package": package_object(each.package), "remarks": list(each.remarks)} for each in choice.fitting],
        "pair": {"export": package_object(pair[0]), "provisioning": package_object(pair[1])} if pair else None,
        "others": [{"package": package_object(each.package), "reasons": list(each.against)} for each in choice.others],
    }
