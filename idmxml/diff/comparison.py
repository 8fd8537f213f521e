"""Two versions to their comparison: read, expanded, compared, each difference judged by its rule."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial

from idmxml.approvals import Approval, Subject, approve
from idmxml.diagnostics import Checkout
from idmxml.diff.aftermath import Task, tasks_after
from idmxml.diff.change import ADDED, REMOVED, Change, ChangeClass, Difference, Location
from idmxml.diff.compare import compare
from idmxml.diff.connections import ConnectionState, connection_states
from idmxml.diff.impact import Impact
from idmxml.diff.places import Places
from idmxml.diff.reading import Reader, ReadVersion, both_expanded
from idmxml.diff.references import References
from idmxml.diff.rules import ChangeRule, change_rules, rule_for, words_of_rules
from idmxml.diff.settings_changes import CONNECTION, compare_settings, read_layers
from idmxml.diff.sources import Version, larger_part
from idmxml.diff.verdict import Verdict, schema_of, verdict
from idmxml.diff.written import veiled, written
from idmxml.expansion.item import Item
from idmxml.garbage import without_collection
from idmxml.settings.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Side:
    """What reports tell about one version: how it was asked for, its root, how many files and elements it has.

    ``folder`` is that root as an absolute folder, of a revision where it lies when checked out; ``checkout`` is the checkout
    around it, None when there is no other.
    """

    name: str
    root: str
    folder: str
    files: int
    objects: int
    checkout: Checkout | None = None


@dataclass(frozen=True)
class Comparison:
    """The outcome: the changes in the order of reports, those that somebody approved, and what to run after deployment.

    ``verdict`` is None when no schema is recorded. ``connections`` are those of both versions. ``incomplete`` are files that
    could not be read in full: what is missing in them is not told as removed. ``notes`` are sentences about the run.
    ``redactor`` takes the secrets of both versions out of any text that is made of this. ``items`` are the elements of both.
    """

    old: Side
    new: Side
    changes: tuple[Change, ...]
    approved: tuple[tuple[Change, Approval], ...] = ()
    tasks: tuple[Task, ...] = ()
    verdict: Verdict | None = None
    connections: tuple[ConnectionState, ...] = ()
    incomplete: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    redactor: Redactor = field(default_factory=Redactor, compare=False)
    items: tuple[Sequence[Item], Sequence[Item]] = field(default=((), ()), compare=False, repr=False)

    def count(self, klass: ChangeClass) -> int:
        """How many changes are of exactly this class."""
        return sum(1 for each in self.changes if each.klass is klass)

    def reaches(self, threshold: ChangeClass | None) -> bool:
        """Whether a change is at or above the class; never when that is None."""
        return threshold is not None and any(each.klass >= threshold for each in self.changes)


def compare_versions(old: Version, new: Version, newest: Version | None = None) -> Comparison:
    """The comparison of two versions; ``newest`` is where the newest recorded schemas are, ``new`` when not given."""
    with without_collection():
        return _compare(old, new, newest)


def _compare(old: Version, new: Version, newest: Version | None) -> Comparison:
    reader = Reader()
    with_schemas = _both_have(old, new, old.recorded, new.recorded)
    before, after, fault = both_expanded(*(reader.read(each, with_schemas=with_schemas) for each in (old, new)))
    impact = Impact(References(before.items), References(after.items))
    differences = [each for each in compare(before.items, after.items) if not _is_doubtful(each, before, after)]
    settings = [read_layers(version.settings, read.packages) for version, read in ((old, before), (new, after))]
    if old.settings and new.settings:
        differences += compare_settings(*settings)
    judge = _Judge(impact, Places(partial(_read, old)), Places(partial(_read, new)))
    changes = sorted((judge.change(each) for each in differences), key=lambda each: each.sort_key)
    redactor = Redactor([secret for each in settings for secret in each.secrets()])
    clean = _redacted(changes, redactor)
    latest = reader.read(newest, with_schemas=True) if newest is not None else None
    notes = [*_notes(old, before), *_notes(new, after), *(note for each in settings for note in each.notes)]
    notes += [fault] if fault is not None else []
    notes += filter(None, (larger_part(old, new), larger_part(new, old)))
    notes += _settings_notes(old, new)
    known, own = schema_of(before.recorded), schema_of(after.recorded)
    schemas = (known, own, schema_of(latest.recorded)) if latest is not None else (known, known, own)
    return Comparison(
        Side(old.name, old.root, old.folder, before.files, before.count, old.checkout),
        Side(new.name, new.root, new.folder, after.files, after.count, new.checkout),
        clean,
        tasks=tasks_after(clean, impact.new),
        connections=connection_states(impact.old, impact.new, (before.recorded, after.recorded)),
        verdict=verdict(before.items, after.items, *schemas),
        incomplete=tuple(sorted({*before.faults, *after.faults})),
        notes=tuple(dict.fromkeys(notes)),
        redactor=redactor,
        items=(before.items, after.items),
    )


def _both_have(old: Version, new: Version, one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether what lies beside the configuration is comparable: it is there for both, or whole repositories are compared."""
    return (old.is_whole and new.is_whole) or (bool(one) and bool(other))


def _settings_notes(old: Version, new: Version) -> list[str]:
    if bool(old.settings) == bool(new.settings):
        return []
    return [f"Settings are not compared: there are none with '{(new if old.settings else old).name}'."]


def _read(version: Version, path: str) -> bytes:
    return (version.files.get(path) or version.recorded[path])()


def _is_doubtful(difference: Difference, old: ReadVersion, new: ReadVersion) -> bool:
    """Whether something may be missing only because a file could not be read in full."""
    if difference.kind == REMOVED and difference.before is not None:
        return difference.before.origin.path in new.faults
    return difference.kind == ADDED and difference.after is not None and difference.after.origin.path in old.faults


def _notes(version: Version, read: ReadVersion) -> Iterator[str]:
    yield from (f"{version.name}: {each}." for each in version.notes)
    for path, fault in sorted(read.faults.items()):
        yield f"{version.name}: '{path}' can't be read in full ({fault}); what it declares is missing here, see 'idmxml check'."


@dataclass(frozen=True)
class _Judge:
    """Differences to changes."""

    impact: Impact
    old: Places
    new: Places

    def change(self, difference: Difference) -> Change:
        rule = rule_for(difference, partial(self.impact.is_used, difference))
        impact = self._impact(difference)
        if rule.klass is ChangeClass.RIGHTS:
            impact = tuple(sorted({*impact, *self.impact.concerned(difference)}))
        values = _values(difference)
        return Change(
            difference.kind,
            difference.object,
            difference.attribute,
            *values,
            rule.klass,
            rule.code,
            rule.name,
            rule.why,
            rule.todo,
            *self._locations(difference),
            impact,
            rule.run,
            self._connector(difference),
        )

    def _locations(self, difference: Difference) -> tuple[Location | None, Location | None]:
        before, after, name = difference.before, difference.after, difference.attribute
        return (
            self.old.of(before, name) if before is not None else difference.old_location,
            self.new.of(after, name) if after is not None else difference.new_location,
        )

    def _impact(self, difference: Difference) -> tuple[str, ...]:
        name = _connection_of(difference)
        if name is None:
            return self.impact.of(difference)
        found = self.impact.new.object("Connection", name)
        return tuple(self.impact.new.referring_to(self.impact.new.targets_of(found))) if found is not None else ()

    def _connector(self, difference: Difference) -> str:
        name = _connection_of(difference)
        if name is None:
            return self.impact.connector_of(difference)
        found = self.impact.new.object("Connection", name)
        return found.text("Connector") if found is not None else ""


def _connection_of(difference: Difference) -> str | None:
    """The connection whose settings a difference is about; None for any other."""
    if not difference.subject.startswith(CONNECTION):
        return None
    return difference.object.removeprefix("Connection[").partition("]/settings")[0]


def _values(difference: Difference) -> tuple[str | None, str | None]:
    before, after, name = difference.before, difference.after, difference.attribute
    if name is None:
        return written(before) if before is not None else None, written(after) if after is not None else None
    return veiled(name, _as_given(before, name, difference.old)), veiled(name, _as_given(after, name, difference.new))


def _as_given(item: Item | None, name: str, value: str | None) -> str | None:
    """The value; of one that is compared as if it were not there, since it is the default, what is written."""
    return value if value is not None or item is None else item.get(name) or None


def _redacted(changes: Iterable[Change], redactor: Redactor) -> tuple[Change, ...]:
    """The changes without any secret of the settings in their texts."""
    clean: Callable[[str], str] = lru_cache(maxsize=1024)(redactor.redact)

    def place(location: Location | None) -> Location | None:
        return location and replace(location, source=clean(location.source))

    return tuple(
        replace(
            each,
            object=clean(each.object),
            old=each.old and clean(each.old),
            new=each.new and clean(each.new),
            old_location=place(each.old_location),
            new_location=place(each.new_location),
            impact=tuple(map(clean, each.impact)),
            run=tuple(map(clean, each.run)),
            connector=clean(each.connector),
        )
        for each in changes
    )


def with_approvals(comparison: Comparison, approvals: Iterable[Approval], today: date | None = None) -> Comparison:
    """The comparison with its approved changes set apart; ``today`` is the day that approvals end by, None for never."""
    found = approve(comparison.changes, _subject, tuple(approvals), today, words_of_rules().__contains__)
    notes = (*comparison.notes, *found.notes)
    return replace(comparison, changes=found.left, approved=found.approved, notes=notes)


def _subject(change: Change) -> Subject:
    return Subject(change.code, change.name, (change.subject, change.object))


def rule_of(change: Change) -> ChangeRule:
    """The rule that a change was judged by."""
    return change_rules()[change.code]
