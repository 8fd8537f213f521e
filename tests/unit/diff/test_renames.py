"""Renames among very many objects: the same pairs as when each is compared with each, in little time."""

import random
from itertools import product

from idmxml.diff.renames import ALIKE, MANY, Candidate, find_renames, likeness


def _candidates(chance: random.Random, side: str, number: int) -> list[Candidate]:
    """Objects of a few features each, many of them nearly the same."""
    found = []
    for each in range(number):
        kind = chance.randrange(number // 4)
        features = {(f"A{place}", f"{kind % (place + 2)}") for place in range(chance.choice((MANY - 1, 12)))}
        features |= {("B", str(chance.randrange(3))), ("C", str(kind))}
        found.append(Candidate("Kind", f"{side}{each}", frozenset(features)))
    return found


def _slowly(removed: list[Candidate], added: list[Candidate]) -> set[tuple[str, str]]:
    alike = [
        (old, new)
        for old, new in product(removed, added)
        if min(len(old.features), len(new.features)) >= MANY and likeness(old.features, new.features) >= ALIKE
    ]
    olds, news = [old.name for old, _ in alike], [new.name for _, new in alike]
    return {(old.name, new.name) for old, new in alike if olds.count(old.name) == news.count(new.name) == 1}


def test_similar_objects_are_those_of_a_comparison_of_all() -> None:
    pairs = 0
    for seed in range(40):
        chance = random.Random(seed)
        removed, added = (_candidates(chance, side, 24) for side in "on")
        contents = [{each.features for each in side} for side in (removed, added)]
        removed, added = (
            [each for each in side if each.features not in other]  # the very same content is another matter
            for side, other in ((removed, contents[1]), (added, contents[0]))
        )
        expected = _slowly(removed, added)
        assert {(old, new) for _, old, new in find_renames(removed, added)} == expected
        pairs += len(expected)
    assert pairs > 20


def test_very_many_objects_of_the_same_features() -> None:
    features = frozenset((f"A{each}", "x") for each in range(9))
    removed, added = ([Candidate("Kind", f"{side}{each}", features) for each in range(5_000)] for side in "on")
    assert list(find_renames(removed, added)) == []
    assert list(find_renames([*removed[:1]], [*added[:1]])) == [("Kind", "o0", "n0")]
