"""Objects that share an identity in the same scope."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from idmxml.checks.finding import Elsewhere, Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.language import CONSOLIDATION, Kind
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.model.filefacts import Key, comparable, identity_of
from idmxml.source.document import Document
from idmxml.source.entry import Entry

# Where an identity is one attribute of these, the documentation says that it is unique; elsewhere it is a natural key.
DECLARED = frozenset({"Identifier", "Code", "Id"})
# Attributes that make a second child with the same natural key another one: two limits of a date, two directions.
BESIDE_THE_KEY: Mapping[str, tuple[str, ...]] = {
    "Criterion": ("Operator", "OptimizedBinding1"),
    "AssociationInstance": ("Direction",),
}
# A documented example holds a double of these, so it may be meant.
SHOWN_TWICE = frozenset({"Step"})


@rule("IDM2001", "duplicate-identity")
def duplicate_identity(document: Document, position: int, context: Context) -> Iterator[Finding]:
    """Two objects of a kind have the same identity, in one file or in two.

    Why: the product keeps one of them, or refuses both. Identifiers of connections are compared without regard to case. An
    object with a ConsolidationMode adjusts a generated one and is no duplicate of it.

    Bad:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
        <Agent Identifier="Local" DisplayName_L1="Local agent"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
        <Agent Identifier="Remote" DisplayName_L1="Remote agent"/>
    """
    seen: set[tuple[str, Key]] = set()
    for entry in document.entries:
        doubles = context.duplicates.get(entry.kind or "")
        if not doubles or CONSOLIDATION in entry.attributes or _is_repeated_check(entry):
            continue
        kind = context.language.kind(entry.kind or "")
        key = identity_of(kind, entry)
        mark = comparable(kind, key) if key is not None else None
        if key is None or mark is None or mark not in doubles:
            continue
        first = doubles[mark][0]
        if first == position and (kind.id, mark) not in seen:
            seen.add((kind.id, mark))
            continue
        yield _double(entry, kind, key, Elsewhere(first, kind.id, key, "first declared here"))


def _is_repeated_check(entry: Entry) -> bool:
    """Whether the entry is a check inside an aspect, whose second check into an entity type another rule tells of."""
    return entry.kind == "UnicityCheck" and entry.parent is not None and entry.parent.kind == "BuildUniqueValueAspect"


def _double(entry: Entry, kind: Kind, key: Key, first: Elsewhere) -> Finding:
    exact = len(kind.identity) == 1 and kind.identity[0] in DECLARED
    return Finding(
        entry,
        f"a second {kind.tag} {_shown(kind, key)}",
        kind.identity[0] if len(kind.identity) == 1 else None,
        hint="rename or remove one of the two; to adjust a generated object, give it a ConsolidationMode",
        severity=None if exact or kind.id == "ConnectionTable" else Severity.WARNING,
        elsewhere=(first,),
    )


def _shown(kind: Kind, key: Key) -> str:
    if isinstance(key, str):
        return f"with the {kind.identity[0]} '{key}'"
    told = [f"{name} '{value}'" for name, value in zip(kind.identity, key, strict=True) if value is not None]
    return "with " + ", ".join(told)


def duplicate_positions(context: Context) -> frozenset[int]:
    """The files that hold a double."""
    return frozenset(place for doubles in context.duplicates.values() for places in doubles.values() for place in places)


def parents_of_identified() -> tuple[str, ...]:
    """The kinds with children that have an identity of their own within them."""
    facts = language()
    return tuple(kind.id for kind in facts if any(_is_scoped(facts.kind(child)) for child in kind.children.values()))


def _is_scoped(kind: Kind) -> bool:
    return kind.scope == "parent" and bool(kind.identity)


@lru_cache(maxsize=512)
def _scoped(kind: str | None) -> Kind | None:
    if kind is None:
        return None
    found = language().kind(kind)
    return found if _is_scoped(found) else None


@rule("IDM2002", "duplicate-child", on=parents_of_identified)
def duplicate_child(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """An element holds two children of a kind with the same identity, such as two properties of one name.

    Why: the product keeps one of them, or refuses both. Where the identity is made of several attributes it is a warning;
    a step of a job may be meant to run twice, so it is only told.

    Bad:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Login" TargetColumnIndex="5"/>
        </EntityType>

    Good:
        <EntityType Identifier="HR_Person">
          <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
          <Property Identifier="Mail" TargetColumnIndex="5"/>
        </EntityType>
    """
    for kind_id in dict.fromkeys([child.kind for child in entry.children]):
        kind = _scoped(kind_id)
        if kind is None:
            continue
        children = [child for child in entry.children if child.kind == kind_id]
        if len(kind.identity) == 1:
            name = kind.identity[0]
            values = [child.attributes.get(name) for child in children]
            if len(set(values)) == len(values):
                continue
        yield from _double_children(entry, kind, children)


def _severity_of_child(kind: Kind) -> Severity | None:
    if kind.id in SHOWN_TWICE:
        return Severity.INFO
    strict = len(kind.identity) == 1 and kind.identity[0] in DECLARED
    return None if strict else Severity.WARNING


def _double_children(entry: Entry, kind: Kind, children: list[Entry]) -> Iterator[Finding]:
    seen: dict[tuple[object, ...], Entry] = {}
    for child in children:
        key = identity_of(kind, child)
        if key is None or CONSOLIDATION in child.attributes:
            continue
        first = seen.setdefault((key, *(child.get(name) for name in BESIDE_THE_KEY.get(kind.id, ()))), child)
        if first is not child:
            yield Finding(
                child,
                f"a second {kind.tag} {_shown(kind, key)} in this {entry.tag}",
                kind.identity[0] if len(kind.identity) == 1 else None,
                hint="rename or remove one of the two",
                severity=_severity_of_child(kind),
                related=((first, "the first one"),),
            )
