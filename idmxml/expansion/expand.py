"""A configuration to its expansion: every scaffolding replaced by what it generates, phase by phase, until none is left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.expansion import templates
from idmxml.expansion.configuration import Configuration
from idmxml.expansion.consolidate import DELETE, MERGE, UPDATE, Meeting, meet
from idmxml.expansion.item import Item, Maker, Origin
from idmxml.expansion.jobs import Arranged, arranged
from idmxml.expansion.templates import Kept, Rendered
from idmxml.facts.load import language

EXPANDED: Final = "expanded"
PARTIAL: Final = "partial"
KEPT: Final = "kept"
REPLACED: Final = "replaced"
DELETED: Final = "deleted"
UNDOCUMENTED: Final = "what it generates is not documented"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one scaffolding.

    ``status`` is ``expanded``; ``partial`` when the product generates more than is known; ``kept`` when nothing is known for
    certain; ``replaced`` when another one of the same identity is written by hand; ``deleted`` when that one deletes it.
    ``reason`` says why it is not expanded. ``items`` are the elements it generates itself, without those of the scaffoldings
    it calls.
    """

    scaffolding: Item
    maker: Maker
    status: str
    items: tuple[Item, ...] = ()
    reason: str | None = None

    @property
    def chain(self) -> tuple[Maker, ...]:
        """The scaffoldings that called it, outermost first, and itself."""
        return (*self.scaffolding.origin.chain, self.maker)


@dataclass(frozen=True)
class Expansion:
    """An expanded configuration.

    ``results`` are ordered by the place of the outermost scaffolding; a called one follows the one that calls it.
    """

    configuration: Configuration
    results: tuple[Result, ...]

    @property
    def meetings(self) -> list[Meeting]:
        """The hand-written elements that have the identity of a generated one."""
        return list(self.configuration.meetings())

    def items(self) -> list[Item]:
        """The configuration without the scaffoldings that were expanded in full, consolidated."""
        kept = {id(each.scaffolding) for each in self.results if not _is_done(each)}
        gone = (each.scaffolding for each in self.results if not each.scaffolding.origin.chain)
        return self.configuration.result(frozenset(id(each) for each in gone if id(each) not in kept))


def _is_done(result: Result) -> bool:
    return result.status in {EXPANDED, DELETED, REPLACED}


def expand(written: Iterable[Item]) -> Expansion:
    """The expansion of the items of a configuration, as they were read."""
    items = tuple(written)
    configuration = Configuration(items)
    return _Expanding(configuration).run([each for each in items if each.is_scaffolding])


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A scaffolding to expand; ``firm`` unless it is called by one that stays."""

    item: Item
    firm: bool
    path: tuple[int, ...]

    @property
    def phase(self) -> int:
        kind = self.item.kind or ""
        return templates.header(kind).phase if kind in templates.tags() else 0

    @property
    def order(self) -> tuple[object, ...]:
        return (self.item.tag, self.item.identity, not self.firm, self.path)


class _Expanding:
    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.waiting: list[_Waiting] = []
        self.adjusting: dict[int, Item] = {}
        self.results: list[tuple[tuple[int, ...], Result]] = []

    def run(self, scaffoldings: Sequence[Item]) -> Expansion:
        for place, item in enumerate(scaffoldings):
            if item.mode in {MERGE, UPDATE, DELETE}:
                self.adjusting[place] = item
            else:
                self.waiting.append(_Waiting(item, firm=True, path=(place,)))
        self._drain()
        for place, item in self.adjusting.items():
            self._adjusted(place, item)
        self._drain()
        return Expansion(self.configuration, tuple(result for _, result in sorted(self.results, key=lambda each: each[0])))

    def _adjusted(self, place: int, item: Item) -> None:
        """A scaffolding with a ConsolidationMode that no other one calls, or that changed one that is called."""
        called = any(result.scaffolding.kind == item.kind and result.scaffolding.key == item.key for _, result in self.results)
        if called or item.mode == DELETE:
            self.results.append(((place,), Result(item, _maker(item), REPLACED if called else DELETED)))
        else:
            self.waiting.append(_Waiting(item, firm=True, path=(place,)))

    def _drain(self) -> None:
        while self.waiting:
            phase = min(each.phase for each in self.waiting)
            ready = sorted((each for each in self.waiting if each.phase == phase), key=lambda each: each.order)
            self.waiting = [each for each in self.waiting if each.phase != phase]
            for each in ready:
                self._expand(each)

    def _expand(self, waiting: _Waiting) -> None:
        item = waiting.item
        if item.origin.chain:
            adjusted = self._as_written(waiting)
            if adjusted is None:
                return
            item = adjusted
        kind = item.kind or ""
        missing = [each.name for each in language().kind(kind).attributes.values() if each.required and not item.get(each.name)]
        if kind not in templates.tags() or missing:
            self._keep(waiting, item, f"it lacks {' and '.join(missing)}" if missing else UNDOCUMENTED)
            return
        place = item.origin
        origin = Origin(place.path, place.line, place.column, (*place.chain, _maker(item)))
        try:
            rendered = templates.render(item, self.configuration, origin)
        except Kept as kept:
            self._keep(waiting, item, str(kept))
            return
        if templates.header(kind).job:
            rendered = _arranged(rendered, item)
        self._add(waiting, item, rendered)

    def _keep(self, waiting: _Waiting, item: Item, reason: str) -> None:
        self._stand(waiting, item)
        self._record(waiting, Result(item, _maker(item), KEPT, reason=reason))

    def _stand(self, waiting: _Waiting, item: Item) -> None:
        """A called scaffolding that stays is one of the elements that its caller generates."""
        if item.origin.chain and waiting.firm:
            self.configuration.add_generated([item], firm=True)

    def _add(self, waiting: _Waiting, item: Item, rendered: Rendered) -> None:
        made = rendered.items
        if rendered.missing is not None:
            self._stand(waiting, item)
        elements = tuple(each for each in made if not each.is_scaffolding)
        firm = waiting.firm and rendered.missing is None
        self.configuration.add_generated(elements, firm=firm)
        calls = (each for each in made if each.is_scaffolding)
        for place, call in enumerate(calls):
            if any(each.label == _maker(call).label for each in call.origin.chain):
                raise templates.TemplateFault(f"the template of {item.tag} leads back to {call.tag}")
            self.waiting.append(_Waiting(call, firm, (*waiting.path, place)))
        status = EXPANDED if rendered.missing is None else PARTIAL
        self._record(waiting, Result(item, _maker(item), status, elements, rendered.missing))

    def _as_written(self, waiting: _Waiting) -> Item | None:
        """A called scaffolding as a hand-written one of the same identity changes it; None when that one stands for it."""
        call = waiting.item
        written = self.configuration.written_scaffolding(call)
        if written is None:
            return call
        changed = meet(call, written) if written.mode in {MERGE, UPDATE} else None
        if changed is not None:
            return changed.from_origin(call.origin)
        status = DELETED if written.mode == DELETE else REPLACED
        reason = f"{written.origin.path}:{written.origin.line}"
        self._record(waiting, Result(call, _maker(call), status, reason=reason))
        return None

    def _record(self, waiting: _Waiting, result: Result) -> None:
        self.results.append((waiting.path, result))


def _arranged(rendered: Rendered, scaffolding: Item) -> Rendered:
    found = [arranged(each, scaffolding) if each.tag == "Job" else Arranged(each) for each in rendered.items]
    faults = [each for each in (rendered.missing, *(one.fault for one in found)) if each is not None]
    return Rendered(tuple(each.job for each in found), "; ".join(faults) or None)


def _maker(item: Item) -> Maker:
    return Maker(item.tag, item.identity, item.origin.path, item.origin.line)
