"""An element by name to its story: which scaffoldings make it, what was written by hand, and what is left of both."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from idmxml.expansion.consolidate import DELETE, MERGE, UPDATE, settle
from idmxml.expansion.expand import Expansion
from idmxml.expansion.item import Item
from idmxml.facts.language import CONSOLIDATION
from idmxml.facts.load import language

WRITTEN = "written"
GENERATED = "generated"
REPLACED = "replaced"
COMPLETED = "completed"
MERGED = "merged"
UPDATED = "updated"
DELETED = "deleted"
WITHOUT_TARGET = "without-target"


@dataclass(frozen=True, slots=True)
class Value:
    """One attribute: as it was generated, as it was written by hand, and as it is in the end; None where it is not given."""

    name: str
    generated: str | None
    written: str | None
    result: str | None

    @property
    def is_changed(self) -> bool:
        """Whether the hand-written element changes what was generated."""
        return self.generated != self.result


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one element.

    ``made`` is what each scaffolding generates of it. ``outcome`` is ``written`` (no scaffolding makes it), ``generated``
    (nobody wrote it), ``replaced`` (the hand-written one stands for it), ``completed`` (a scaffolding completes the
    hand-written one), ``merged``, ``updated``, ``deleted``, or ``without-target`` for a ConsolidationMode where nothing is
    generated.
    """

    made: tuple[Item, ...]
    written: tuple[Item, ...]
    result: Item | None
    outcome: str

    @property
    def subject(self) -> Item:
        """One item that has the element's tag and identity."""
        return (*self.written, *self.made)[0]

    @property
    def generated(self) -> Item | None:
        """What all scaffoldings make of it together; None when they make nothing."""
        return settle(None, self.made)

    @property
    def values(self) -> tuple[Value, ...]:
        """The attributes of an element that a scaffolding makes, the generated ones first, without ConsolidationMode."""
        if not self.made:
            return ()
        generated = self.generated
        given = [each.attributes if each is not None else {} for each in (generated, *self.written[:1], self.result)]
        names = dict.fromkeys(name for attributes in given for name in attributes if name != CONSOLIDATION)
        made = given[0]
        by_hand = self.written[0].attributes if self.written else {}
        left = self.result.attributes if self.result is not None else {}
        return tuple(Value(name, made.get(name), by_hand.get(name), left.get(name)) for name in names)

    @property
    def children(self) -> tuple[tuple[Item, ...], tuple[Item, ...], tuple[Item, ...]]:
        """The children that stay as generated, those that go, and those that come from the hand-written element."""
        if not self.made:
            return (), (), ()
        generated = self.generated.children if self.generated is not None else ()
        left = self.result.children if self.result is not None else ()
        stay = tuple(each for each in generated if _is_among(each, left))
        gone = tuple(each for each in generated if not _is_among(each, left))
        new = tuple(each for each in left if not _is_among(each, generated))
        return stay, gone, new


def _is_among(item: Item, others: Iterable[Item]) -> bool:
    return any(item.same_as(each) for each in others)


def stories(expansion: Expansion, name: str) -> list[Story]:
    """The stories of all elements of this name: an identity in any case, or a tag and an identity as ``Tag[Identity]``."""
    wanted = name.casefold()
    found = []
    for kind in _kinds(expansion):
        for written, made in expansion.configuration.slots(kind):
            subject = (*written, *made)[0]
            if wanted in {subject.identity.casefold(), f"{subject.tag}[{subject.identity}]".casefold()}:
                found.append(_story(written, made))
    return found


def names(expansion: Expansion) -> Iterator[str]:
    """The names that can be asked for."""
    for kind in _kinds(expansion):
        for written, made in expansion.configuration.slots(kind):
            yield (*written, *made)[0].identity


def _kinds(expansion: Expansion) -> list[str]:
    return [each for each in expansion.configuration.kinds() if language().role(each) == "element"]


def _story(written: tuple[Item, ...], made: tuple[Item, ...]) -> Story:
    first = written[0] if written else None
    return Story(made, written, settle(first, made), _outcome(first, made))


def _outcome(written: Item | None, made: tuple[Item, ...]) -> str:
    if written is None:
        return GENERATED
    if not made:
        return WRITTEN if written.mode is None else WITHOUT_TARGET
    if written.mode is None:
        return COMPLETED if all(each.mode == MERGE for each in made) else REPLACED
    return {MERGE: MERGED, UPDATE: UPDATED, DELETE: DELETED}.get(written.mode, REPLACED)
