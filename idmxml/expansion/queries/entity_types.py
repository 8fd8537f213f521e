"""Entity types: their properties, where navigation properties lead, and which entity types belong together."""

from dataclasses import dataclass

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item
from idmxml.model.entity_model import type_name
from idmxml.model.value_spelling import whole_number

NOT_SCALAR = frozenset({"ForeignKey", "Binary", "Option"})
DISPLAY_NAME = "InternalDisplayName"
MANY = 4
FIRST_FREE = 10_000
ENDS = ("Property1", "Property2")


@dataclass(frozen=True, slots=True)
class Navigation:
    """A navigation property: its name, the association that says where it leads, the target, and whether to several."""

    name: str
    association: str
    target: str
    is_collection: bool


def properties(configuration: Configuration, entity_type: str) -> list[Item]:
    """The properties of an entity type, sorted by name."""
    found = configuration.find("EntityType", entity_type)
    children = found.of("Property") if found is not None else ()
    return sorted(children, key=lambda each: (each["Identifier"].casefold(), each["Identifier"]))


def property_type(_configuration: Configuration, item: Item) -> str:
    """The type of a property by name: String when none is given; a number is allowed in its place."""
    return type_name(item.get("Type") or "String")


def scalar_properties(configuration: Configuration, entity_type: str) -> list[Item]:
    """The properties that lead to no other resource, sorted by name; those for one language of a localized one left out."""
    found = properties(configuration, entity_type)
    return [each for each in found if type_name(each["Type"] or "String") not in NOT_SCALAR and not each["NeutralProperty"]]


def display_columns(configuration: Configuration, entity_type: str) -> list[str]:
    """The columns of a default table: all scalar properties when there are fewer than 4, else the display name alone."""
    found = [each["Identifier"] for each in scalar_properties(configuration, entity_type)]
    return found if 0 < len(found) < MANY else [DISPLAY_NAME]


def key_property(configuration: Configuration, entity_type: str) -> str:
    """The name of the key property, the first by name when there are several; empty when there is none."""
    return next((each["Identifier"] for each in properties(configuration, entity_type) if each.flag("IsKey")), "")


def display_property(configuration: Configuration, entity_type: str) -> str:
    """The property that gives the display name when none is told.

    The first String property, by TargetColumnIndex, whose name contains "name" in any case; else the first String property
    that is a key; else the first property. A neutral property counts with the first column of its languages.
    """
    columns = _by_column(configuration, entity_type)
    texts = [each for each in columns if type_name(each["Type"] or "String") == "String"]
    named = [each for each in texts if "name" in each["Identifier"].casefold()]
    keys = [each for each in texts if each.flag("IsKey")]
    chosen = named or keys or columns
    return chosen[0]["Identifier"] if chosen else ""


def _by_column(configuration: Configuration, entity_type: str) -> list[Item]:
    found = properties(configuration, entity_type)
    columns: dict[str, int] = {}
    for each in found:
        name = each["NeutralProperty"] or each["Identifier"]
        columns[name] = min(columns.get(name, FIRST_FREE), _column(each))
    neutral = [each for each in found if not each["NeutralProperty"]]
    return sorted(neutral, key=lambda each: (columns[each["Identifier"]], each["Identifier"]))


def _column(item: Item) -> int:
    index = whole_number(item["TargetColumnIndex"])
    return index if index is not None and index >= 0 else FIRST_FREE


def localized_as(configuration: Configuration, entity_type: str, name: str) -> dict[int, str]:
    """The properties that hold a localized property in each language, by the number of the language; empty for another one."""
    numbers = {each["Code"]: each["IndicatorNumber"] for each in configuration.all("Language")}
    found: dict[int, str] = {}
    for each in properties(configuration, entity_type):
        if each["NeutralProperty"] in {name, f"{entity_type}:{name}"}:
            number = whole_number(numbers.get(each["Language"], each["Language"]))
            if number is not None:
                found[number] = each["Identifier"]
    return dict(sorted(found.items()))


def navigations(configuration: Configuration, entity_type: str) -> list[Navigation]:
    """The navigation properties of an entity type whose association is declared, sorted by name."""
    found: dict[str, Navigation] = {}
    for each in configuration.having("EntityAssociation", ENDS, entity_type, ":"):
        for own, other, many in _ends(each):
            owner, _, name = own.partition(":")
            if owner == entity_type and name:
                found.setdefault(name, Navigation(name, each["Identifier"], other.partition(":")[0], many))
    return [found[name] for name in sorted(found, key=lambda name: (name.casefold(), name))]


def _ends(association: Item) -> tuple[tuple[str, str, bool], tuple[str, str, bool]]:
    first, second = association["Property1"], association["Property2"]
    return (
        (first, second, association.flag("IsProperty1Collection")),
        (second, first, association.flag("IsProperty2Collection")),
    )


def linked_entity_types(configuration: Configuration, entity_type: str) -> list[str]:
    """The entity types that have an association with this one, sorted. The meaning of this set is inferred."""
    return sorted({each.target for each in navigations(configuration, entity_type)} - {entity_type, ""})


def dimension_entity_types(configuration: Configuration) -> list[str]:
    """The entity types of the dimensions, sorted. The meaning of this set is inferred."""
    return sorted({each["EntityType"] for each in configuration.all("Dimension")} - {""})


def mapped_entity_types(configuration: Configuration) -> list[str]:
    """The entity types that a connector feeds, sorted."""
    return sorted({each["Identifier"] for each in configuration.all("EntityTypeMapping")} - {""})


def stored_scalars(configuration: Configuration, entity_type: str) -> list[str]:
    """The scalar properties with a column of their own, neither computed nor binary, sorted."""
    computed = _computed(configuration, entity_type)
    found = (each for each in properties(configuration, entity_type) if type_name(each["Type"] or "String") not in NOT_SCALAR)
    return [each["Identifier"] for each in found if _column(each) < FIRST_FREE and each["Identifier"] not in computed]


def stored_navigations(configuration: Configuration, entity_type: str) -> list[Navigation]:
    """The navigation properties that lead to one resource and are not computed, sorted by name."""
    computed = _computed(configuration, entity_type)
    return [each for each in navigations(configuration, entity_type) if not each.is_collection and each.name not in computed]


def _computed(configuration: Configuration, entity_type: str) -> frozenset[str]:
    rules = configuration.having("EntityPropertyExpression", ("EntityType",), entity_type)
    return frozenset(each["Property"].rpartition(":")[2] for each in rules)


def property_text(configuration: Configuration, entity_type: str, name: str, number: int) -> str:
    """The display name of a property in a language; its identifier when it has none there."""
    found = (each for each in properties(configuration, entity_type) if each["Identifier"] == name)
    return next((each[f"DisplayName_L{number}"] for each in found), "") or name


def resource_types(configuration: Configuration, source: str) -> list[Item]:
    """The resource types whose source is this entity type, sorted."""
    return configuration.having("ResourceType", ("SourceEntityType",), source)


def target_entity_types(configuration: Configuration, source: str) -> list[str]:
    """The target entity types of the resource types whose source is this entity type, sorted."""
    return sorted({each["TargetEntityType"] for each in resource_types(configuration, source)} - {""})
