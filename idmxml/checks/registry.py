"""The list of all rules; a double code or name fails when they are read.

Importing every rule costs more than a small check. So what is known of each module (its codes, and the tags its rules look
at) is kept in ``index.json`` beside it, and a small check imports the modules that can have something to say. The index is
written by ``python -m idmxml.checks.registry``; one that does not fit the modules is not used.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from idmxml.checks.rule import Rule
from idmxml.diagnostics import RuleFacts, Severity
from idmxml.facts.files import schemas_folder
from idmxml.facts.load import language

HERE = Path(__file__).parent
INDEX = HERE / "index.json"
# The modules that hold rules.
MODULES = (
    "reading",
    "structure",
    "documented",
    "duplicates",
    "identifiers",
    "references",
    "property_references",
    "columns",
    "bindings",
    "bindings_aspects",
    "dimensions",
    "language_rules",
    "consolidation",
    "scaffoldings",
    "hierarchy",
    "connections",
    "packages_in_use",
    "table_names",
    "transformations",
    "resource_type_mappings",
    "connector_use",
    "password_settings",
    "cron",
    "jobs",
    "tasks",
    "mappings",
    "entity_model",
    "languages",
    "thresholds",
    "display",
    "display_values",
    "access_control",
    "access_control_permissions",
    "forms",
    "forms_content",
    "formats",
    "keys",
    "storage",
    "associations",
    "resources",
    "resource_types",
    "role_model",
    "role_model_dependencies",
    "risks",
    "record_sections",
    "expressions_functions",
    "expressions_literals",
    "csharp_syntax",
    "csharp_members",
    "csharp_calls",
    "workflows",
    "workflows_uniqueness",
    "notifications",
    "settings_elements",
    "menus",
    "reports_and_universes",
    "reports_query",
    "recorded_columns",
    "recorded_age",
    "naming",
    "unused",
    "unused_dead",
    "named_files",
    "expressions",
    "attribute_conditions",
    "settings_checks",
)
# Functions that make rules: once for each attribute of a sort, or from data.
FAMILIES: Mapping[str, str] = {
    "references": "reference_rules",
    "property_references": "property_rules",
    "columns": "column_rules",
    "bindings": "binding_rules",
    "display_values": "comparison_rules",
    "expressions": "expression_rules",
    "unused": "unused_rules",
    "unused_dead": "dead_rules",
    "named_files": "file_rules",
}
# Modules whose rules are complete as they are made, without a function of their own.
MADE: Mapping[str, str] = {"attribute_conditions": "condition_rules", "settings_checks": "settings_rules"}
# Modules whose rules are always taken: they are about files, or need what no tag tells.
ALWAYS = frozenset({"reading", "recorded_age", "settings_checks", "duplicates", "languages", "structure"})
# Rules with a signature of their own, called by the steps of the program that know what they need.
CALLED = frozenset({"IDM1008", "IDM2001", "IDM4101"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the index tells of a rule without importing it."""

    code: str
    name: str
    severity: Severity
    module: str


def _module(name: str) -> ModuleType:
    return import_module(f"idmxml.checks.{name}")


def _declared(name: str) -> Iterator[Rule]:
    """The rules that a module declares by functions, or makes whole."""
    module = _module(name)
    for value in vars(module).values():
        found = getattr(value, "rule", None)
        if isinstance(found, Rule) and getattr(value, "__module__", None) == module.__name__:
            yield found
    if name in MADE:
        yield from getattr(module, MADE[name])()


def _bound(name: str) -> tuple[Rule, ...]:
    """The rules that a module makes for each attribute of a sort."""
    if name not in FAMILIES:
        return ()
    make: Callable[[], Iterable[Rule]] = getattr(_module(name), FAMILIES[name])
    return tuple(make())


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Every rule by code, in the order of the codes; all modules are imported."""
    found: dict[str, Rule] = {}
    names: dict[str, str] = {}
    for each in (rule for module in MODULES for rule in _declared(module)):
        if each.code in found or each.name in names:
            raise ValueError(f"rule {each.code} {each.name} is declared twice")
        found[each.code] = each
        names[each.name] = each.code
    return dict(sorted(found.items()))


@lru_cache(maxsize=1)
def known() -> Mapping[str, Known]:
    """What is known of every rule, by code in order, without importing it when the index fits."""
    found = {
        code: Known(code, name, Severity(severity), module)
        for module, entry in index()["modules"].items()
        for code, (name, severity) in entry["codes"].items()
    }
    return dict(sorted(found.items()))


@lru_cache(maxsize=1)
def index() -> Mapping[str, Any]:
    """The stored index when it fits the modules, else one made now."""
    try:
        stored: Mapping[str, Any] = json.loads(INDEX.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return make_index()
    return stored if stored.get("fits") == _fitting() else make_index()


def _fitting() -> dict[str, int]:
    """The sizes of the files that the index is made from; those that are not there (compiled only) are left out."""
    files = [HERE / f"{name}.py" for name in MODULES] + sorted(schemas_folder().joinpath("rules").glob("*.json"))
    return {each.name: each.stat().st_size for each in files if each.is_file()}


def make_index() -> Mapping[str, Any]:
    """The index of the modules as they are."""
    modules: dict[str, Any] = {}
    facts = language()
    for name in MODULES:
        declared, bound = tuple(_declared(name)), _bound(name)
        kinds = {kind for rule in (*declared, *bound) for kind in rule.kinds if facts.knows(kind)}
        modules[name] = {
            "codes": {each.code: [each.name, int(each.severity)] for each in sorted(declared, key=lambda each: each.code)},
            "made": sorted({each.code for each in bound}),
            "tags": sorted({*map(facts.tag, kinds), *(tag for tag, kind in facts.root.items() if kind in kinds)}),
        }
    return {"fits": _fitting(), "modules": modules}


def runnable(active: frozenset[str], tags: frozenset[str] | None = None) -> tuple[Rule, ...]:
    """The active rules as the plan takes them: those made from the language bound to their attributes.

    ``tags`` are those that occur in the files; rules that look at none of them are left out. None means any may occur.
    """
    wanted = [name for name in MODULES if _is_wanted(name, active, tags)]
    bound = tuple(each for name in wanted for each in _bound(name) if each.code in active)
    made = {code for entry in index()["modules"].values() for code in entry["made"]}
    declared = (each for name in wanted for each in _declared(name))
    return tuple(_passive(each) for each in declared if each.code in active and each.code not in made) + bound


def _is_wanted(name: str, active: frozenset[str], tags: frozenset[str] | None) -> bool:
    entry = index()["modules"][name]
    if active.isdisjoint((*entry["codes"], *entry["made"])):
        return False
    return tags is None or name in ALWAYS or not tags.isdisjoint(entry["tags"])


def _passive(each: Rule) -> Rule:
    called = each.code in CALLED or not each.on
    return replace(each, run=None) if called else each


class FactsByCode(Mapping[str, RuleFacts]):
    """What reports tell about every rule, by code; a page is read when it is asked for."""

    def __getitem__(self, code: str) -> RuleFacts:
        return rules()[code].facts

    def __iter__(self) -> Iterator[str]:
        return iter(known())

    def __len__(self) -> int:
        return len(known())


def text() -> str:
    """The index as it is stored: a module a line."""
    made = make_index()
    body = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in made["modules"].items())
    return f'{{"fits": {json.dumps(made["fits"])},\n"modules": {{\n{body}\n}}}}\n'


def main() -> None:
    """Rewrite the stored index from the modules."""
    INDEX.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{INDEX} is up to date\n")


if __name__ == "__main__":
    main()
