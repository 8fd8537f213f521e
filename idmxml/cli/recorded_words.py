"""The words of commands about recorded schemas: which connection, in which repository."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from idmxml.cli.places import PLACE
from idmxml.errors import UsageError

if TYPE_CHECKING:
    from idmxml.snapshots.store import Store

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Recorded:
    """The store of a repository, and the connection asked for, spelt as it is recorded."""

    root: Path
    store: "Store"
    connection: str

    @classmethod
    def read(cls, identifier: str, path: Path) -> "Recorded":
        """The checked words; UsageError for a folder or connection that is not there, with the nearest name."""
        if not path.exists():
            raise UsageError(f"there is no file or folder '{path}'")
        from idmxml.snapshots.store import Store
        from idmxml.source.repository import find_root

        root, _marked = find_root(path)
        store = Store(root)
        if store.schema_file(identifier).is_file() or store.state_file(identifier).is_file():
            return cls(root, store, store.spelling(identifier))
        from idmxml.inventory import take_inventory
        from idmxml.options import CheckOptions

        section = take_inventory(path, CheckOptions(jobs=1)).section(identifier)
        return cls(root, store, section.connection.identifier)


def recorded_words(function: F) -> F:
    """The arguments ID and PATH."""
    for decorate in (
        click.argument("path", metavar="[PATH]", type=PLACE, default=Path()),
        click.argument("identifier", metavar="ID"),
    ):
        function = decorate(function)
    return function
