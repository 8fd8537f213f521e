"""The drivers that are installed, by the settings page or package they serve."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from idmxml.drivers.driver import Driver
from idmxml.errors import EnvironmentFault
from idmxml.facts.packages import Package

GROUP: Final = "idmxml.drivers"
OURS: Final = "idmxml"


def driver_for(package: Package) -> Driver | None:
    """The driver of a package: that of its identifier, else of its settings page; None when there is none.

    EnvironmentFault when one is registered and can't be loaded, or when two claim the same.
    """
    return driver_named(package.identifier or "") or driver_named(package.page)


def driver_named(name: str) -> Driver | None:
    """The driver registered under a name."""
    candidates = _registered().get(name, ())
    if not candidates:
        return None
    foreign = [each for each in candidates if _owner(each) != OURS]
    if len(foreign) > 1:
        owners = " and ".join(sorted(_owner(each) for each in foreign))
        raise EnvironmentFault(f"{owners} both bring a driver for '{name}'; uninstall one of them")
    return load(foreign[0] if foreign else candidates[0])


def names() -> tuple[str, ...]:
    """The names drivers are registered under, sorted."""
    return tuple(sorted(_registered()))


def load(entry: EntryPoint) -> Driver:
    """The driver of an entry point; EnvironmentFault when it is none."""
    try:
        found = entry.load()
        driver = found() if isinstance(found, type) else found
    except Exception as error:  # a driver of somebody else may fail in any way
        raise EnvironmentFault(f"the driver '{entry.name}' ({entry.value}) can't be loaded: {error}") from error
    if not isinstance(driver, Driver):
        raise EnvironmentFault(f"'{entry.value}' is no driver: it lacks check or discover")
    return driver


def _owner(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.module.partition(".")[0]


@lru_cache(maxsize=1)
def _registered() -> Mapping[str, tuple[EntryPoint, ...]]:
    found: dict[str, dict[str, EntryPoint]] = defaultdict(dict)
    for each in entry_points(group=GROUP):
        found[each.name].setdefault(f"{_owner(each)} {each.value}", each)
    return {name: tuple(each.values()) for name, each in found.items()}
