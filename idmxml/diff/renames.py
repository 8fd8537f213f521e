"""What has the same content under another identifier, and the references that follow it."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil
from typing import Final

from idmxml.expansion.item import Item
from idmxml.facts.load import language

WORD = re.compile(r"\w+")
STEP = re.compile(r"[^/]+")
TEXT = re.compile(r"\w+_L\d+|DisplayName|Description")
OWNED_BY_WORDS: Final = ("EntityType", "EntityType.Property")
"""The kinds whose names occur inside bindings and expressions."""
OWNED_BY_PERMISSIONS: Final = ("ResourceType", "Workflow", "EntityType")
"""The kinds whose names occur inside the paths of permissions."""
NAMED_AS: Final = {"EntityTypeMapping": "EntityType", "EntityTypeMapping.Property": "EntityType.Property"}
"""The kinds whose names are those of another kind."""
# The same content proves nothing: a column that is gone is another one, whatever it looks like.
NEVER: Final = frozenset({"ConnectionTable.Column", "ConnectionTable", "Language"})
STORAGE: Final = "TargetColumnIndex"
ALIKE: Final = 0.8
MANY: Final = 5
ROUNDING: Final = 1e-9
Feature = Hashable
Content = frozenset[Feature]


@dataclass(frozen=True)
class Renames:
    """The identifiers that were given up, with those that stand for them, by kind.

    ``doubtful`` are kinds and old identifiers, where something else has parts of the old and of the new name: what changed from
    one to the other may not have followed, but name another part.
    """

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    doubtful: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.names)

    def with_more(self, found: Iterable[tuple[str, str, str]]) -> "Renames":
        """These and more of them, each as kind, old and new identifier; without those that contradict each other or these."""
        known = {(kind, old, new) for kind, each in self.names.items() for old, new in each.items()}
        more = set(found) - known
        ends = Counter(end for kind, old, new in (*known, *more) for end in ((kind, "old", old), (kind, "new", new)))
        names: dict[str, dict[str, str]] = defaultdict(dict)
        for kind, old, new in known | {each for each in more if _is_alone(each, ends)}:
            names[kind][old] = new
        return replace(self, names=dict(names))

    def reversed(self) -> "Renames":
        """The way back."""
        return Renames({kind: {new: old for old, new in names.items()} for kind, names in self.names.items()})

    def followed(self, item: Item, values: Mapping[str, str]) -> dict[str, str]:
        """The attributes of an element of the old version, as they read when they follow every rename."""
        if item.kind is None:
            return dict(values)
        own = self.names.get(item.kind, {})
        following = _following(item.kind)
        found = {}
        for name, value in values.items():
            how = following.get(name)
            if how is None:
                found[name] = own.get(value, value) if name == "Identifier" else value
            else:
                found[name] = self._words(value) if how == "Binding" else self._reference(how, value)
        return found

    def follows(self, kind: str, name: str, was: str, now: str) -> bool | None:
        """Whether an attribute's values differ by renames alone, of which some may be left out; None if it names nothing."""
        how = _following(kind).get(name)
        if how is None:
            return None
        if how == "Binding":
            return self._is_kept(WORD, was, now, OWNED_BY_WORDS)
        if how == "AccessControlPermission":
            return self._is_kept(STEP, was, now, OWNED_BY_PERMISSIONS)
        if self._is_renamed(how, was, now):
            return True
        (owner, _, part), (new_owner, colon, new_part) = was.rpartition(":"), now.rpartition(":")
        owners = self._is_renamed(how.partition(".")[0], owner, new_owner)
        return bool(owner and colon) and owners and self._is_renamed(how, part, new_part)

    def _is_renamed(self, kind: str, was: str, now: str) -> bool:
        """Whether it is the same name, or the one that stands for it without any doubt."""
        return was == now or ((NAMED_AS.get(kind, kind), was) not in self.doubtful and self.renamed(kind, was) == now)

    def _is_kept(self, words: re.Pattern[str], was: str, now: str, kinds: Iterable[str]) -> bool:
        """Whether two texts are the same but for words that are renamed."""
        pairs = zip(words.findall(was), words.findall(now), strict=False)
        return words.sub(" ", was) == words.sub(" ", now) and all(
            one == other or any(self._is_renamed(kind, one, other) for kind in kinds) for one, other in pairs
        )

    def _words(self, value: str) -> str:
        names = {old: new for kind in OWNED_BY_WORDS for old, new in self.names.get(kind, {}).items()}
        return WORD.sub(lambda match: names.get(match[0], match[0]), value) if names else value

    def _reference(self, kind: str, value: str) -> str:
        whole = self.renamed(kind, value)
        if whole != value:
            return whole
        if kind == "AccessControlPermission":
            return self._permission(value)
        owner, colon, name = value.rpartition(":")
        mapped = self.renamed(kind, name)
        return f"{self.renamed(kind.partition('.')[0], owner)}:{mapped}" if colon else mapped

    def renamed(self, kind: str, name: str) -> str:
        """The name as it is now of something of this kind, or of the kind ``Task`` for every task."""
        if kind == "Task":
            return next((self.names[each][name] for each in sorted(self.names) if _is_task(each, name, self.names)), name)
        return self.names.get(NAMED_AS.get(kind, kind), {}).get(name, name)

    def _permission(self, path: str) -> str:
        """The path of a permission, whose later steps are names of what it is about, such as ``/Custom/Resources/HR/View``."""
        steps = path.split("/")
        if steps[:2] != ["", "Custom"]:
            return path
        names = {old: new for kind in OWNED_BY_PERMISSIONS for old, new in self.names.get(kind, {}).items()}
        return "/".join((*steps[:3], *(names.get(each, each) for each in steps[3:])))


def _is_alone(rename: tuple[str, str, str], ends: Mapping[tuple[str, str, str], int]) -> bool:
    kind, old, new = rename
    return ends[kind, "old", old] == ends[kind, "new", new] == 1


def _is_task(kind: str, name: str, names: Mapping[str, Mapping[str, str]]) -> bool:
    return kind in language().tasks and name in names[kind]


@lru_cache(maxsize=1024)
def _following(kind: str) -> Mapping[str, str]:
    """The attributes that name other objects, with the kind they name; ``Binding`` for bindings and expressions."""
    attributes = language().kind(kind).attributes.values()
    found = {each.name: each.reference.to for each in attributes if each.reference is not None}
    return found | {each.name: "Binding" for each in attributes if each.expression is not None}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that is only in one version: its kind, identifier, and what it is made of without the identifier."""

    kind: str
    name: str
    features: frozenset[Feature]

    @property
    def plain(self) -> frozenset[Feature]:
        """What it is made of, without its names in the languages of people."""
        return frozenset(each for each in self.features if not is_text(each))


def is_text(feature: Feature) -> bool:
    """Whether a feature is a display name or a description."""
    return isinstance(feature, tuple) and len(feature) == 2 and isinstance(feature[0], str) and bool(TEXT.fullmatch(feature[0]))


def can_be_renamed(item: Item) -> bool:
    """Whether the element has an identifier of its own: one that is no reference to something else."""
    if item.kind is None or item.kind in NEVER:
        return False
    kind = language().kind(item.kind)
    identifier = kind.attributes.get("Identifier")
    is_own = identifier is not None and identifier.reference is None and identifier.default is None
    return is_own and kind.identity == ("Identifier",)


def find_renames(removed: Sequence[Candidate], added: Sequence[Candidate]) -> Iterator[tuple[str, str, str]]:
    """Kind, old and new identifier of each rename: pairs of the same content that nothing else could be a pair with."""
    before, after = _by_kind(removed), _by_kind(added)
    for kind in sorted(before.keys() & after.keys()):
        yield from ((kind, old.name, new.name) for old, new in _pairs(before[kind], after[kind]))


def _by_kind(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    for each in candidates:
        found[each.kind].append(each)
    return found


def _pairs(removed: Sequence[Candidate], added: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    sides: tuple[Sequence[Candidate], ...] = (removed, added)
    for telling in (_whole, _without_texts):
        groups: dict[frozenset[Feature], tuple[list[Candidate], list[Candidate]]] = defaultdict(lambda: ([], []))
        for side, candidates in enumerate(sides):
            for each in candidates:
                features = telling(each)
                if features is not None:
                    groups[features][side].append(each)
        found = [(olds[0], news[0]) for olds, news in groups.values() if len(olds) == len(news) == 1]
        yield from found
        paired = {id(each) for both in found for each in both}
        sides = tuple([each for each in side if id(each) not in paired] for side in sides)
    yield from _similar(sides[0], sides[1])


def _whole(candidate: Candidate) -> frozenset[Feature] | None:
    """Everything, when that is enough to know it again."""
    features = candidate.features
    return features if len(features) >= 2 or any(is_text(each) or _is_strong(each) for each in features) else None


def _without_texts(candidate: Candidate) -> frozenset[Feature] | None:
    """Everything but its names for people, when the rest is enough to know it again."""
    plain = candidate.plain
    children = sum(1 for each in plain if not _is_attribute(each))
    return plain if children >= 2 or any(_is_strong(each) for each in plain) else None


def _is_attribute(feature: Feature) -> bool:
    return isinstance(feature, tuple) and len(feature) == 2


def _is_strong(feature: Feature) -> bool:
    return not _is_attribute(feature) or (isinstance(feature, tuple) and feature[0] == STORAGE)


def _similar(removed: Iterable[Candidate], added: Iterable[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """Pairs of many features, most of them the same, each the only match of the other."""
    olds, news = _by_content(removed), _by_content(added)
    matches = list(_alike(olds.keys(), news.keys()))
    partners: Counter[tuple[int, Content]] = Counter()
    for old, new in matches:
        partners[0, old] += len(news[new])
        partners[1, new] += len(olds[old])
    yield from ((olds[old][0], news[new][0]) for old, new in matches if partners[0, old] == partners[1, new] == 1)


def _by_content(candidates: Iterable[Candidate]) -> dict[Content, list[Candidate]]:
    found: dict[Content, list[Candidate]] = defaultdict(list)
    for each in candidates:
        content = each.plain
        if len(content) >= MANY:
            found[content].append(each)
    return found


def _alike(olds: Collection[Content], news: Collection[Content]) -> Iterator[tuple[Content, Content]]:
    """Every pair that is mostly the same. What is so alike shares one of its rarest features, so that few are compared."""
    numbers = Counter(feature for content in (*olds, *news) for feature in content)
    rank = {feature: place for place, feature in enumerate(sorted(numbers, key=numbers.__getitem__))}
    having: dict[Feature, list[Content]] = defaultdict(list)
    for new in news:
        for feature in _rarest(new, rank):
            having[feature].append(new)
    for old in olds:
        near = {new for feature in _rarest(old, rank) for new in having.get(feature, ())}
        yield from ((old, new) for new in near if likeness(old, new) >= ALIKE)


def _rarest(content: Content, rank: Mapping[Feature, int]) -> list[Feature]:
    """The rarest features: so many that what shares none of them can't be alike."""
    least = ceil(ALIKE * len(content) - ROUNDING)
    return sorted(content, key=rank.__getitem__)[: len(content) - least + 1]


def likeness(one: Content, other: Content) -> float:
    """How much of both is the same, from 0 to 1."""
    return len(one & other) / (len(one | other) or 1)
