"""ConsolidationMode: elements written by hand that change or replace what a scaffolding generates."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION, Kind
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.generated import Made
from idmxml.model.names import closest
from idmxml.model.projection import Row, RowView
from idmxml.phrases import did_you_mean
from idmxml.source.entry import Entry

MODES: Final = ("Merge", "Update", "Delete")
# What scaffoldings put their own into: a hand-written one is meant to stand beside them.
COMPLETED: Final = frozenset({"MenuItem"})
MODULES: Final = ("WorkforceModule", "BootstrapModule", "ProfileModule")


def _is_named(kind: Kind) -> bool:
    return kind.scope == "global" and kind.identity == ("Identifier",) and CONSOLIDATION in kind.attributes


@lru_cache(maxsize=1)
def named_kinds() -> tuple[str, ...]:
    """The kinds of elements that are told apart by their Identifier."""
    return tuple(kind.id for kind in language() if kind.role == "element" and _is_named(kind))


@lru_cache(maxsize=1)
def kinds_with_children() -> tuple[str, ...]:
    """The kinds of elements that hold others and may have a ConsolidationMode."""
    return tuple(kind.id for kind in language() if kind.children and CONSOLIDATION in kind.attributes)


def _untargeted(context: Context) -> Mapping[str, frozenset[str]]:
    """By kind, the names with a ConsolidationMode that no scaffolding generates."""
    return context.derived(_collect_untargeted)


def _collect_untargeted(context: Context) -> Mapping[str, frozenset[str]]:
    if not context.is_whole or context.uses(MODULES):
        return {}
    found: dict[str, set[str]] = {}
    for each in context.files:
        for kind, keys in each.consolidated.items():
            names = (key for key, _ in keys if isinstance(key, str))
            found.setdefault(kind, set()).update(name for name in names if not context.generated.has(kind, name))
    return {kind: frozenset(names) for kind, names in found.items() if names and _is_named(language().kind(kind))}


def _rows_untargeted(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    return rows if _untargeted(context) else frozenset()


@rule(
    "IDM4151",
    "consolidation-without-target",
    on=named_kinds,
    reads=(CONSOLIDATION,),
    screen=_rows_untargeted,
)
def consolidation_without_target(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """An element has a ConsolidationMode, and no scaffolding generates an element of its name.

    Why: the mode says how to change a generated element of the same identity; where there is none, nothing is changed. It is
    a warning where scaffoldings are used at all, because not everything they generate is documented.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <DisplayTable Identifier="HR_Sites" EntityType="HR_Site" DisplayTableDesignElement="table" ConsolidationMode="Update"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <DisplayTable Identifier="HR_Site" EntityType="HR_Site" DisplayTableDesignElement="table" ConsolidationMode="Update"/>
    """
    if isinstance(entry, RowView):
        yield Finding(entry, "the names decide")
        return
    kind, name, mode = entry.kind or "", entry.get("Identifier"), entry.get(CONSOLIDATION)
    if mode not in MODES or name not in _untargeted(context).get(kind, ()):
        return
    near = closest(name or "", context.generated.names(kind))
    hint = did_you_mean(near) or "correct the name, or remove ConsolidationMode to declare the element"
    used = bool(context.used_scaffoldings)
    yield Finding(
        entry,
        f"no scaffolding generates a {entry.tag} named '{name}'",
        CONSOLIDATION,
        hint,
        severity=Severity.WARNING if used else None,
    )


@lru_cache(maxsize=1)
def replaceable_kinds() -> tuple[str, ...]:
    """The kinds of elements that scaffoldings make as a whole."""
    return tuple(each for each in named_kinds() if each not in COMPLETED)


def _replaced(context: Context) -> Made:
    """By kind and name, the scaffoldings of generated elements that hand-written ones without ConsolidationMode stand for."""
    return context.derived(_collect_replaced)


def _collect_replaced(context: Context) -> Made:
    generated = context.generated
    suspects = {}
    for kind in sorted(generated.kinds() & frozenset(replaceable_kinds())):
        written = (key for each in (*context.files, *context.others) for key in each.declared.get(kind, ()))
        suspects[kind] = {key for key in written if isinstance(key, str) and generated.has(kind, key)}
    if not any(suspects.values()):
        return {}
    return {
        kind: {name: by for name, by in generated.made.get(kind, {}).items() if name in names}
        for kind, names in suspects.items()
    }


def _rows_replacing(rows: frozenset[Row], context: Context) -> frozenset[Row]:
    return rows & context.derived(_replaced_names)


def _replaced_names(context: Context) -> frozenset[str]:
    return frozenset(name for names in _replaced(context).values() for name in names)


@rule("IDM4152", "silent-replacement", Severity.INFO, on=replaceable_kinds, reads=("Identifier",), screen=_rows_replacing)
def silent_replacement(entry: Entry | RowView, context: Context) -> Iterator[Finding]:
    """An element without ConsolidationMode has the name of one that a scaffolding generates.

    Why: it replaces the generated one completely, attributes and children. That is right where it is meant.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <DisplayTable Identifier="HR_Site" EntityType="HR_Site" DisplayTableDesignElement="table"/>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <DisplayTable Identifier="HR_Site" EntityType="HR_Site" DisplayTableDesignElement="table" ConsolidationMode="Update"/>
    """
    kind, name = entry.kind or "", entry.get("Identifier")
    by = _replaced(context).get(kind, {}).get(name or "")
    if by is None:
        return
    if isinstance(entry, RowView):
        yield Finding(entry, "the name is generated")
    elif entry.get(CONSOLIDATION) is None:
        message = f"this {entry.tag} replaces the one that {by} generates, children included"
        hint = f'write {CONSOLIDATION}="Merge" or "Update" to keep what is generated; leave it so where it is meant'
        yield Finding(entry, message, "Identifier", hint)


def _children(entry: Entry, mode: str) -> list[Entry]:
    return [child for child in entry.children if child.kind is not None] if entry.get(CONSOLIDATION) == mode else []


@rule("IDM4153", "deleted-with-children", Severity.WARNING, on=kinds_with_children, touch=frozenset({CONSOLIDATION}))
def deleted_with_children(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An element with ConsolidationMode Delete holds children.

    Why: the generated element is removed with all it holds, so what is written inside has no effect.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <DisplayTable Identifier="HR_Site" ConsolidationMode="Delete">
          <Column DisplayBinding="Code"/>
        </DisplayTable>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <DisplayTable Identifier="HR_Site" ConsolidationMode="Delete"/>
    """
    children = _children(entry, "Delete")
    if children:
        message = f"the {entry.tag} is deleted, and the {children[0].tag} in it has no effect"
        hint = 'remove the children, or write ConsolidationMode="Merge" to add them'
        yield Finding(entry, message, CONSOLIDATION, hint, related=((children[0], "the first child"),))


@rule("IDM4154", "updated-with-children", Severity.WARNING, on=kinds_with_children, touch=frozenset({CONSOLIDATION}))
def updated_with_children(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An element with ConsolidationMode Update holds children.

    Why: Update changes attributes and keeps the generated children, so what is written inside has no effect; Merge adds it.

    Bad:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <DisplayTable Identifier="HR_Site" ConsolidationMode="Update">
          <Column DisplayBinding="Code"/>
        </DisplayTable>

    Good:
        <EntityType Identifier="HR_Site">
          <Property Identifier="Code" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <EntityTypeDisplayTable EntityType="HR_Site"/>
        <DisplayTable Identifier="HR_Site" ConsolidationMode="Merge">
          <Column DisplayBinding="Code"/>
        </DisplayTable>
    """
    children = _children(entry, "Update")
    if children:
        message = f"the {entry.tag} keeps its generated children, and the {children[0].tag} in it has no effect"
        hint = 'write ConsolidationMode="Merge" to add children, or remove them'
        yield Finding(entry, message, CONSOLIDATION, hint, related=((children[0], "the first child"),))
