"""Items of a configuration by identity: what was written by hand, what was generated, and what is left of both."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import is_
from typing import TypeVar

from idmxml.expansion.consolidate import DELETE, MERGE, Meeting, settle
from idmxml.expansion.index import Index
from idmxml.expansion.item import Item
from idmxml.model.filefacts import IGNORING_CASE

Key = tuple[str, tuple[str, ...]]
T = TypeVar("T")


class Slot:
    """Everything of one kind and identity. ``firm`` are those of ``made`` whose scaffolding is expanded in full.

    ``nested`` tells whether the first one written stands inside another element.
    """

    __slots__ = ("_contents", "firm", "made", "nested", "written")

    def __init__(self) -> None:
        self.written: tuple[Item, ...] = ()
        self.nested = False
        self.made: Sequence[Item] = ()  # most slots hold nothing made, so lists are made when they do
        self.firm: Sequence[tuple[Item, bool]] = ()
        self._contents: set[tuple[object, ...]] | None = None

    def add_made(self, item: Item) -> bool:
        """Add what a scaffolding makes, unless another one makes the same; whether it was added."""
        if self.made:
            if self._contents is None:
                self._contents = {self.made[0].content}
            content = item.content
            if content in self._contents:
                return False
            self._contents.add(content)
        self.made = _with(self.made, item)
        return True

    @property
    def first(self) -> Item | None:
        """The hand-written one, None for none."""
        return self.written[0] if self.written else None


class _Kind:
    """The objects of one kind: ``slots`` by identity, ``loose`` those that nothing tells apart."""

    def __init__(self, name: str, written: Iterable[tuple[Item, bool]]) -> None:
        self.slots: dict[tuple[str, ...], Slot] = {}
        self.loose: list[Item] = []
        self._name = name
        for item, nested in written:
            slot = self.slot_for(item)
            if slot is None:
                self.loose.append(item)
            elif slot.written:
                slot.written = (*slot.written, item)
            else:
                slot.written = (item,)
                slot.nested = nested

    def slot_for(self, item: Item) -> Slot | None:
        """The slot of an object, a new one for the first; None for one that nothing tells from others."""
        key = item.key
        if key is None:
            return None
        key = comparable(self._name, key)
        found = self.slots.get(key)
        if found is None:
            found = self.slots[key] = Slot()
        return found


class _Kinds(dict[str, _Kind]):
    """The objects of the whole configuration by kind; those of a kind are told apart when the first one is asked for.

    ``written`` are those written by hand, each with whether it stands inside another element.
    """

    def __init__(self, written: Iterable[Item]) -> None:
        super().__init__()
        self.written: dict[str, list[tuple[Item, bool]]] = defaultdict(list)
        self._add(written, nested=False)

    def _add(self, written: Iterable[Item], *, nested: bool) -> None:
        for item in written:
            shape = item.shape
            if shape.has_global_keys and shape.kind is not None:
                self.written[shape.kind].append((item, nested))
            if item.children:
                self._add(item.children, nested=True)

    def __missing__(self, kind: str) -> _Kind:
        found = self[kind] = _Kind(kind, self.written.get(kind, ()))
        return found


class Configuration:
    """The objects of a configuration while it is expanded: hand-written items first, generated ones as they come."""

    def __init__(self, written: Sequence[Item]) -> None:
        self.written = tuple(written)
        self.made: list[Item] = []
        self._firm_tops: list[Item] = []
        self._made_kinds: set[str] = set()
        self._known: dict[str, list[Item]] = {}
        self._indexes: dict[str, list[Index]] = {}

    @cached_property
    def _held(self) -> _Kinds:
        """The objects; without scaffoldings none is asked for."""
        return _Kinds(self.written)

    def add_generated(self, items: Iterable[Item], *, firm: bool) -> None:
        """Add what a scaffolding generates; ``firm`` when all that it generates is known."""
        for item in items:
            self.made.append(item)
            if firm:
                self._firm_tops.append(item)
            self._add_made(item, firm=firm, nested=False)

    def _add_made(self, item: Item, *, firm: bool, nested: bool) -> None:
        kind = item.kind or ""
        self._known.pop(kind, None)
        if item.shape.has_global_keys:
            self._made_kinds.add(kind)
            self._hold(item, self._held[kind], firm=firm, nested=nested)
        for child in item.children:
            self._add_made(child, firm=firm, nested=True)

    def _hold(self, item: Item, held: _Kind, *, firm: bool, nested: bool) -> None:
        slot = held.slot_for(item)
        if slot is not None:
            if slot.add_made(item):
                self._note(item)
            if firm:
                slot.firm = _with(slot.firm, (item, nested))
        elif not any(each.same_as(item) for each in held.loose):
            held.loose.append(item)
            self._note(item)

    def _note(self, item: Item) -> None:
        for index in self._indexes.get(item.kind or "", ()):
            index.add(item, _place(item))

    def written_scaffolding(self, call: Item) -> Item | None:
        """The hand-written scaffolding of the same kind and identity as one that another scaffolding calls."""
        slot = self._held[call.kind or ""].slots.get(call.key or ())
        return slot.first if slot is not None else None

    def find(self, kind: str, identifier: str) -> Item | None:
        """The object of this kind with one identifying attribute; None when there is none."""
        slot = self._held[kind].slots.get(comparable(kind, (identifier,)))
        return settle(slot.first, slot.made) if slot is not None else None

    def all(self, kind: str) -> Sequence[Item]:
        """All objects of a kind, sorted by identity; then those that nothing tells apart, in the order of the files."""
        known = self._known.get(kind)
        if known is None:
            slots = self._held[kind].slots
            settled = (settle(slots[key].first, slots[key].made) for key in sorted(slots))
            known = [each for each in settled if each is not None] + self._held[kind].loose
            self._known[kind] = known
        return known

    def having(self, kind: str, attributes: tuple[str, ...], value: str, before: str = "") -> list[Item]:
        """Those of ``all`` that have the value in one of the attributes; with ``before``, what stands before that text counts.

        It takes as long as there is to find, however many objects there are.
        """
        index = self._index(kind, attributes, before)
        slots = self._held[kind].slots
        settled = (settle(slots[place].first, slots[place].made) for place in index.places(value))
        found = [each for each in settled if each is not None and value in index.values(each)]
        return [*found, *index.loose(value)]

    def _index(self, kind: str, attributes: tuple[str, ...], before: str) -> Index:
        indexes = self._indexes.setdefault(kind, [])
        for each in indexes:
            if (each.attributes, each.before) == (attributes, before):
                return each
        made = Index(attributes, before)
        indexes.append(made)
        held = self._held[kind]
        for item in (*(each for slot in held.slots.values() for each in (*slot.written, *slot.made)), *held.loose):
            made.add(item, _place(item))
        return made

    def meetings(self) -> Iterator[Meeting]:
        """Every hand-written element that has the identity of a generated one, by kind and identity."""
        for kind in sorted(self._made_kinds):
            for _, slot in sorted(self._held[kind].slots.items()):
                if slot.first is not None and slot.made and not slot.first.is_scaffolding:
                    yield _meeting(slot.first, slot.made)

    def slots(self, kind: str) -> Iterator[tuple[tuple[Item, ...], tuple[Item, ...]]]:
        """By identity, sorted, the hand-written items of a kind and the generated ones, as each scaffolding makes them."""
        for _, slot in sorted(self._held[kind].slots.items()):
            yield slot.written, tuple(slot.made)

    def kinds(self) -> list[str]:
        """The kinds that occur, sorted."""
        return sorted({*self._held.written, *self._made_kinds})

    def result(self, gone: frozenset[int]) -> list[Item]:
        """The items in full: hand-written ones in their order, then generated ones that nobody wrote.

        ``gone`` are the scaffoldings (by ``id``) that their results stand for.
        """
        met = {kind: {key: slot for key, slot in self._held[kind].slots.items() if slot.firm} for kind in self._made_kinds}
        return list(_Building(met, gone).build(self.written, self._firm_tops))


def comparable(kind: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """The key as it is compared: identifiers of connections without regard to case."""
    return tuple(each.casefold() for each in key) if kind in IGNORING_CASE else key


def _with(found: Sequence[T], more: T) -> Sequence[T]:
    """A list with one more, the same one where it is a list already."""
    if isinstance(found, list):
        found.append(more)
        return found
    return [*found, more]


def _place(item: Item) -> tuple[str, ...] | None:
    """What tells an object from the others of its kind, as it is compared; None when nothing does."""
    key = item.key if item.shape.has_global_keys else None
    return comparable(item.kind or "", key) if key is not None else None


def _meeting(written: Item, made: Sequence[Item]) -> Meeting:
    generated = settle(None, made)
    assert generated is not None  # noqa: S101  nothing deletes what is only generated
    completed = written.mode is None and all(each.mode == MERGE for each in made)
    return Meeting(written.mode, generated, written, settle(written, made), completed)


class _Building:
    """Puts the tree together: each object stands once, where it was written, else where it was generated.

    ``slots`` are those, by kind and identity, in which something generated stays.
    """

    def __init__(self, slots: Mapping[str, Mapping[tuple[str, ...], Slot]], gone: frozenset[int]) -> None:
        self.slots = slots
        self.gone = gone
        self.dead: set[int] = set()
        self.homes: dict[int, tuple[Item | None, list[Item]]] = {}
        for each in slots.values():
            for slot in each.values():
                self._bury(slot)

    def _bury(self, slot: Slot) -> None:
        """What stands in a generated element that is replaced or deleted goes with it."""
        written = slot.first
        if written is None or written.mode not in {None, DELETE}:
            return
        for item, _ in slot.firm:
            if written.mode == DELETE or item.mode != MERGE:
                self.dead.update(id(each) for child in item.children for each in child.walk())

    def build(self, written: Iterable[Item], made: Iterable[Item]) -> Iterator[Item]:
        for item in (*written, *made):
            if id(item) not in self.gone:
                found = self._built(item)
                if found is not None:
                    yield found

    def _built(self, item: Item) -> Item | None:
        slots = self.slots.get(item.shape.kind or "")
        slot = slots.get(_place(item) or ()) if slots else None
        if slot is None or (slot.written and item is not slot.first and any(item is each for each in slot.written)):
            return self._with_children(item)
        home, alive = self._home(slot)
        if item is not home:
            return None
        settled = settle(slot.first, alive)
        return self._with_children(settled) if settled is not None else None

    def _home(self, slot: Slot) -> tuple[Item | None, list[Item]]:
        """The item in whose place the object stands, and those of the generated ones that stay."""
        found = self.homes.get(id(slot))
        if found is None:
            alive = [(made, nested) for made, nested in slot.firm if id(made) not in self.dead]
            found = self.homes[id(slot)] = _home(slot, alive), [made for made, _ in alive]
        return found

    def _with_children(self, item: Item) -> Item:
        if not item.children:
            return item
        children = [self._built(child) for child in item.children]
        if all(map(is_, children, item.children)):
            return item
        return item.changed(children=tuple([each for each in children if each is not None]))


def _home(slot: Slot, alive: Sequence[tuple[Item, bool]]) -> Item | None:
    """The item in whose place the object stands."""
    within = next((made for made, nested in alive if nested), None)
    if slot.first is not None and (slot.nested or within is None):
        return slot.first
    return within or next((made for made, _ in alive), None)
