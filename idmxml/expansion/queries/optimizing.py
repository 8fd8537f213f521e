"""What a display table shows of other resources, as properties that hold it beforehand. Columns and names are inferred."""

from dataclasses import dataclass

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item
from idmxml.expansion.queries.displays import tiles
from idmxml.expansion.queries.entity_types import localized_as, navigations, properties
from idmxml.model.entity_model import type_name
from idmxml.model.value_spelling import whole_number

FIRST_SCALAR = 4
FIRST_NAVIGATION = 128
LAST = 153


@dataclass(frozen=True, slots=True)
class Step:
    """A path of bindings from the entity type: the property that holds its end, and the entity type it leads to."""

    path: str
    name: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """A property that is added. ``language`` and ``neutral`` are empty for one that is not for one language."""

    name: str
    type: str
    column: int | None = None
    language: str = ""
    neutral: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is added for a display table."""

    properties: tuple[Added, ...]
    bindings: tuple[Step, ...]
    navigations: tuple[Step, ...]


def optimized_type(configuration: Configuration, table: str) -> str:
    """The entity type of a display table; empty when the table is not known."""
    found = configuration.find("DisplayTable", table)
    return found["EntityType"] if found is not None else ""


def optimized(configuration: Configuration, table: str) -> Plan:
    """What is added for the tiles of a display table whose bindings cross a navigation property, in order of the paths."""
    owner = optimized_type(configuration, table)
    items = (item for tile in tiles(configuration, configuration.find("DisplayTable", table)) for item in tile.of("Item"))
    paths = sorted({path for item in items if "." in (path := item["Binding"].partition(":")[2] or item["Binding"])})
    scalars: list[Step] = []
    crossed: dict[str, Step] = {}
    ends: list[tuple[Step, Item]] = []
    for path in paths:
        end = _follow(configuration, owner, path, crossed)
        if end is not None:
            scalars.append(_step(path))
            ends.append((scalars[-1], end))
    steps = tuple(crossed[path] for path in sorted(crossed))
    return Plan(_properties(configuration, owner, ends, steps), tuple(scalars), steps)


def _step(path: str, target: str = "") -> Step:
    return Step(path, f"Op_{path.replace('.', '_')}", target)


def _follow(configuration: Configuration, owner: str, path: str, crossed: dict[str, Step]) -> Item | None:
    """The property at the end of a path; the navigations it crosses are added to ``crossed``. None when it is not known."""
    *way, last = path.split(".")
    found: dict[str, Step] = {}
    for position, name in enumerate(way):
        target = next((each.target for each in navigations(configuration, owner) if each.name == name), "")
        if not target:
            return None
        owner = target
        passed = ".".join(way[: position + 1])
        found[passed] = _step(passed, target)
    end = next((each for each in properties(configuration, owner) if each["Identifier"] == last), None)
    if end is not None:
        crossed |= found
        numbers = localized_as(configuration, owner, last)
        return end.changed(attributes=end.attributes | {"Language": ",".join(map(str, numbers))}) if numbers else end
    return None


def _properties(
    configuration: Configuration, owner: str, ends: list[tuple[Step, Item]], steps: tuple[Step, ...]
) -> tuple[Added, ...]:
    existing = properties(configuration, owner)
    taken = {whole_number(each["TargetColumnIndex"]) for each in existing}
    free = iter([each for each in range(FIRST_SCALAR, FIRST_NAVIGATION) if each not in taken])
    free_navigation = iter([each for each in range(FIRST_NAVIGATION, LAST) if each not in taken])
    found: list[Added] = []
    for step, end in ends:
        if not end["Language"]:
            found.append(Added(step.name, type_name(end["Type"] or "String"), next(free, None)))
            continue
        found.append(Added(step.name, "String"))
        for number in end["Language"].split(","):
            suffix = _suffix(configuration, number)
            found.append(Added(f"{step.name}_{suffix}", "String", next(free, None), number, step.name))
    found += [Added(step.name, "ForeignKey", next(free_navigation, None)) for step in steps]
    return tuple(found)


def _suffix(configuration: Configuration, number: str) -> str:
    """The code of a language without its dash; the number when the language is not declared."""
    codes = (each["Code"] for each in configuration.all("Language") if each["IndicatorNumber"] == number)
    return next(codes, number).replace("-", "")
