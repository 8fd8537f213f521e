"""How the rows of projections travel from a file to the whole: as sets where values repeat, as columns where they do not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from idmxml.facts.load import Language
from idmxml.model.projection import NOTHING, Columns, Projection, Row

ColumnLists = tuple[Sequence[str | None], ...]


class Layout:
    """The projections of a run, each with its position.

    ``wide`` gives, by kind, the columns that are kept whole, one value an object: those of projections that tell every
    object from the others. All projections that these columns hold are made from them when somebody asks. ``narrow`` are
    the others, by kind, with their positions; of them every file keeps the set of its distinct rows.
    """

    def __init__(self, projections: Iterable[Projection], language: Language) -> None:
        self.projections = tuple(dict.fromkeys(projections))
        self.positions: Mapping[Projection, int] = {each: place for place, each in enumerate(self.projections)}
        wide: dict[str, dict[str, None]] = defaultdict(dict)
        for each in self.projections:
            if _tells_apart(each, language):
                wide[each.kind].update(dict.fromkeys(each.columns))
        self.wide: Mapping[str, tuple[str, ...]] = {kind: tuple(columns) for kind, columns in wide.items()}
        narrow: dict[str, list[tuple[int, Projection]]] = defaultdict(list)
        for place, each in enumerate(self.projections):
            if not self.is_wide(each):
                narrow[each.kind].append((place, each))
        self.narrow: Mapping[str, Sequence[tuple[int, Projection]]] = narrow

    def is_wide(self, projection: Projection) -> bool:
        """Whether the projection is made from whole columns."""
        columns = self.wide.get(projection.kind, ())
        return all(each in columns for each in projection.columns)

    def whole_columns(self, kind: str, columns: Columns) -> ColumnLists | None:
        """The columns of a kind to keep whole; None when there are none."""
        wanted = self.wide.get(kind)
        return tuple(columns.get(each) for each in wanted) if wanted else None

    def rows(self, projection: Projection, kept: Iterable[ColumnLists]) -> frozenset[Row]:
        """The distinct rows of a wide projection, from the columns kept by one file or many."""
        wanted = [self.wide[projection.kind].index(each) for each in projection.columns]
        if len(wanted) == 1:
            return frozenset(chain.from_iterable(each[wanted[0]] for each in kept)) - NOTHING  # type: ignore[return-value]
        return frozenset(chain.from_iterable(zip(*[each[place] for place in wanted], strict=True) for each in kept))


def _tells_apart(projection: Projection, language: Language) -> bool:
    """Whether every object of the kind has a row of its own, as far as identities are what they should be."""
    if "Identifier" not in projection.columns or not language.knows(projection.kind):
        return False
    return language.scope(projection.kind) == "global" or "../Identifier" in projection.columns
