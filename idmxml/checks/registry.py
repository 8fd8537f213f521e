"""The list of all rules; a double code or name fails at import."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import ModuleType

from idmxml.checks import (
    access_control,
    access_control_permissions,
    associations,
    attribute_conditions,
    bindings,
    bindings_aspects,
    columns,
    connections,
    connector_use,
    consolidation,
    cron,
    csharp_calls,
    csharp_members,
    csharp_syntax,
    dimensions,
    display,
    display_values,
    documented,
    duplicates,
    entity_model,
    expressions,
    expressions_functions,
    expressions_literals,
    formats,
    forms,
    forms_content,
    hierarchy,
    identifiers,
    jobs,
    keys,
    language_rules,
    languages,
    mappings,
    menus,
    named_files,
    naming,
    notifications,
    packages_in_use,
    password_settings,
    property_references,
    reading,
    record_sections,
    recorded_columns,
    references,
    reports_and_universes,
    reports_query,
    resource_type_mappings,
    resource_types,
    resources,
    risks,
    role_model,
    role_model_dependencies,
    scaffoldings,
    settings_elements,
    storage,
    structure,
    table_names,
    tasks,
    thresholds,
    transformations,
    unused,
    unused_dead,
    workflows,
    workflows_uniqueness,
)
from idmxml.checks.rule import Rule
from idmxml.checks.settings_checks import RULES as SETTINGS_RULES
from idmxml.diagnostics import RuleFacts

MODULES: tuple[ModuleType, ...] = (
    reading,
    structure,
    documented,
    duplicates,
    identifiers,
    references,
    property_references,
    columns,
    bindings,
    bindings_aspects,
    dimensions,
    language_rules,
    consolidation,
    scaffoldings,
    hierarchy,
    connections,
    packages_in_use,
    table_names,
    transformations,
    resource_type_mappings,
    connector_use,
    password_settings,
    cron,
    jobs,
    tasks,
    mappings,
    entity_model,
    languages,
    thresholds,
    display,
    display_values,
    access_control,
    access_control_permissions,
    forms,
    forms_content,
    formats,
    keys,
    storage,
    associations,
    resources,
    resource_types,
    role_model,
    role_model_dependencies,
    risks,
    record_sections,
    expressions_functions,
    expressions_literals,
    csharp_syntax,
    csharp_members,
    csharp_calls,
    workflows,
    workflows_uniqueness,
    notifications,
    settings_elements,
    menus,
    reports_and_universes,
    reports_query,
    recorded_columns,
    naming,
    unused,
    unused_dead,
    named_files,
)
# Rules that are kept as data.
DATA = (attribute_conditions.condition_rules,)
# Rules that are made once for each attribute of a sort.
FAMILIES = (
    references.reference_rules,
    property_references.property_rules,
    columns.column_rules,
    bindings.binding_rules,
    display_values.comparison_rules,
    expressions.expression_rules,
    unused.unused_rules,
    unused_dead.dead_rules,
    named_files.file_rules,
)
# Rules with a signature of their own, called by the steps of the program that know what they need.
CALLED = frozenset({"IDM1008", "IDM2001", "IDM4101"})


def _declared(modules: Iterable[ModuleType]) -> Iterator[Rule]:
    for module in modules:
        for value in vars(module).values():
            found = getattr(value, "rule", None)
            if isinstance(found, Rule) and getattr(value, "__module__", None) == module.__name__:
                yield found


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Every rule by code, in the order of the codes."""
    found: dict[str, Rule] = {}
    names: dict[str, str] = {}
    for each in (*_declared(MODULES), *SETTINGS_RULES, *(kept for family in DATA for kept in family())):
        if each.code in found or each.name in names:
            raise ValueError(f"rule {each.code} {each.name} is declared twice")
        found[each.code] = each
        names[each.name] = each.code
    return dict(sorted(found.items()))


def runnable(active: frozenset[str]) -> tuple[Rule, ...]:
    """The active rules as the plan takes them: those made from the language bound to their attributes."""
    bound = tuple(each for family in FAMILIES for each in family() if each.code in active)
    made = {each.code for each in bound}
    return tuple(_passive(each) for each in rules().values() if each.code in active and each.code not in made) + bound


def _passive(each: Rule) -> Rule:
    from dataclasses import replace

    called = each.code in CALLED or not each.on
    return replace(each, run=None) if called else each


class FactsByCode(Mapping[str, RuleFacts]):
    """What reports tell about every rule, by code; a page is read when it is asked for."""

    def __getitem__(self, code: str) -> RuleFacts:
        return rules()[code].facts

    def __iter__(self) -> Iterator[str]:
        return iter(rules())

    def __len__(self) -> int:
        return len(rules())
