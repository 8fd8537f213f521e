"""What the tasks of generated jobs work on. The documentation shows these sets by an example; their meaning is inferred."""

from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item
from idmxml.expansion.queries.connectors import connector_entity_types, exports_incrementally, fulfilling_connections
from idmxml.expansion.queries.names import text
from idmxml.facts.load import language

UNUSED = frozenset({"NotUsed", "1"})
SYNCHRONIZATION_ONLY = frozenset({"OnlySynchronization", "2"})
PROVISIONING_ONLY = frozenset({"OnlyProvisioning", "3"})
DOCUMENTED_CLIENT = "Job"


def agents(configuration: Configuration) -> list[str]:
    """The agents that connectors name, sorted."""
    return sorted({each["Agent"] for each in configuration.all("Connector")} - {""})


def open_id_client(configuration: Configuration, arguments: tuple[Item, ...]) -> str:
    """The client of the argument OpenIdIdentifier, else the documented ``Job`` where it is declared, else nothing."""
    if arguments:
        return arguments[0]["Identifier"]
    return DOCUMENTED_CLIENT if configuration.find("OpenIdClient", DOCUMENTED_CLIENT) is not None else ""


def job_connectors(configuration: Configuration, agent: str, rule: str = "") -> list[str]:
    """The connectors of the agent, or that name no agent, that take part in a job, sorted.

    ``rule`` is the attribute of connectors that may leave them out: CompleteJob, IncrementalJob, or empty for neither. In
    an incremental job only those take part that can export incrementally.
    """
    found = []
    for each in configuration.all("Connector"):
        name = each["Identifier"]
        if each["Agent"] not in {agent, ""} or (rule and each[rule] in UNUSED):
            continue
        if rule != "IncrementalJob" or exports_incrementally(configuration, name):
            found.append(name)
    return found


def synchronized(configuration: Configuration, connectors: list[str], rule: str) -> list[str]:
    """Those of the connectors that the job reads."""
    return [name for name in connectors if _rule(configuration, name, rule) not in PROVISIONING_ONLY]


def provisioned(configuration: Configuration, connectors: list[str], rule: str = "") -> list[str]:
    """Those of the connectors that the job writes to: something is provisioned through them."""
    return [
        name
        for name in connectors
        if (not rule or _rule(configuration, name, rule) not in SYNCHRONIZATION_ONLY)
        and provisioned_resource_types(configuration, [name])
    ]


def _rule(configuration: Configuration, connector: str, rule: str) -> str:
    found = configuration.find("Connector", connector)
    return found[rule] if found is not None else ""


def provisioned_resource_types(configuration: Configuration, connectors: list[str]) -> list[str]:
    """The resource types that are provisioned through these connectors, sorted: those mapped to one of their connections."""
    used = [each for connector in connectors for each in fulfilling_connections(configuration, connector)]
    kinds = language().resource_type_mappings
    mappings = (configuration.having(kind, ("Connection",), each) for kind in kinds for each in used)
    names = {mapping["Identifier"] for found in mappings for mapping in found}
    return sorted(name for name in names if configuration.find("ResourceType", name) is not None)


def principal_resource_types(configuration: Configuration, connector: str) -> list[str]:
    """The resource types that target a connector, sorted."""
    types = connector_entity_types(configuration, [connector])
    found = (configuration.having("ResourceType", ("TargetEntityType",), each) for each in types)
    return sorted(each["Identifier"] for targeting in found for each in targeting)


def _of_job(configuration: Configuration, connectors: list[str]) -> list[Item]:
    """The resource types that start or end in an entity type of the connectors."""
    types = connector_entity_types(configuration, connectors)
    found = (configuration.having("ResourceType", ("SourceEntityType", "TargetEntityType"), each) for each in types)
    by_name = {each["Identifier"]: each for linked in found for each in linked}
    return [by_name[name] for name in sorted(by_name)]


def entity_types_with_expressions(configuration: Configuration, connectors: list[str]) -> list[str]:
    """The entity types whose computed properties the job computes: those of its connectors, sorted."""
    return connector_entity_types(configuration, connectors)


def source_entity_types(configuration: Configuration, connectors: list[str]) -> list[str]:
    """The entity types whose resources get rights from the job's resource types, sorted."""
    return sorted({each["SourceEntityType"] for each in _of_job(configuration, connectors)} - {""})


def entity_types_with_correlations(configuration: Configuration, connectors: list[str]) -> list[str]:
    """The entity types at both ends of the job's resource types that have correlation rules, sorted."""
    found = [each for each in _of_job(configuration, connectors) if _is_ruled(configuration, "ResourceCorrelationRule", each)]
    ends = {end for each in found for end in (each["SourceEntityType"], each["TargetEntityType"])}
    return sorted(ends - {""})


def entity_types_with_classification(configuration: Configuration, connectors: list[str]) -> list[str]:
    """The target entity types of resource types with classification rules, of the job's connectors, sorted."""
    types = connector_entity_types(configuration, connectors)
    found = (each for name in types for each in configuration.having("ResourceType", ("TargetEntityType",), name))
    ruled = (each for each in found if _is_ruled(configuration, "ResourceClassificationRule", each))
    return sorted({each["TargetEntityType"] for each in ruled})


def _is_ruled(configuration: Configuration, kind: str, resource_type: Item) -> bool:
    return bool(configuration.having(kind, ("ResourceType",), resource_type["Identifier"]))


def profile_rule_entity_types(configuration: Configuration, connectors: list[str] | None = None) -> list[str]:
    """The entity types of the contexts of profile rules, sorted; with ``connectors`` those that they feed."""
    found = {each["EntityType"] for each in configuration.all("ProfileRuleContext")} - {""}
    return sorted(found if connectors is None else found.intersection(connector_entity_types(configuration, connectors)))


def profile_rule_resource_types(configuration: Configuration, connectors: list[str] | None = None) -> list[str]:
    """The resource types of the contexts of profile rules, sorted; with ``connectors`` those that target them."""
    found = {each["ResourceType"] for each in configuration.all("ProfileRuleContext")} - {""}
    if connectors is None:
        return sorted(found)
    return sorted(found.intersection(name for each in connectors for name in principal_resource_types(configuration, each)))


def names_of_connectors(configuration: Configuration, connectors: list[str], number: int) -> str:
    """The display names of connectors in a language, with commas between them."""
    return ", ".join(text(configuration, "Connector", each, number) for each in connectors)


def without(_configuration: Configuration, names: list[str], arguments: list[Item], attribute: str) -> list[str]:
    """The names less those that arguments give in an attribute."""
    excluded = {each[attribute] for each in arguments}
    return [each for each in names if each not in excluded]
