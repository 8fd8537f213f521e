"""Whom and what access rights are about."""

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item
from idmxml.expansion.queries.entity_types import dimension_entity_types, linked_entity_types
from idmxml.model.value_spelling import whole_number


def all_resource_types(configuration: Configuration) -> list[str]:
    """Every resource type, sorted."""
    return [each["Identifier"] for each in configuration.all("ResourceType")]


def connector_of(configuration: Configuration, entity_type: str) -> str:
    """The connector that feeds an entity type; empty when none does."""
    found = configuration.find("EntityTypeMapping", entity_type)
    return found["Connector"] if found is not None else ""


def certification_entity_types(configuration: Configuration) -> list[str]:
    """The entity types whose access may be reviewed: those of dimensions, and those linked to them by an association; sorted.

    The meaning of this set is inferred: the documentation shows it by an example only.
    """
    chosen = dimension_entity_types(configuration)
    beside = (linked for each in chosen for linked in linked_entity_types(configuration, each))
    return sorted({*chosen, *beside})


def profile_names(configuration: Configuration, arguments: tuple[Item, ...]) -> dict[int, str]:
    """What the arguments DisplayNameProfile call the profile, by the number of the language whose code they give.

    The name stands in DisplayName, or in Value as examples have it.
    """
    numbers = {each["Code"]: each["IndicatorNumber"] for each in configuration.all("Language")}
    found: dict[int, str] = {}
    for each in arguments:
        number = whole_number(numbers.get(each["Identifier"], ""))
        if number is not None:
            found[number] = each["DisplayName"] or each["Value"]
    return dict(sorted(found.items()))
