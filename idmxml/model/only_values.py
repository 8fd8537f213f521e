"""What objects of a name agree on: the value of an attribute by the value of another."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from idmxml.model.context import Context
from idmxml.model.projection import Projection


@dataclass(frozen=True)
class OnlyValues:
    """Made of a context: the second column of a projection by the first, where it is the same in all rows that have both."""

    projection: Projection

    def __call__(self, context: Context) -> Mapping[str, str]:
        """The second column by the first."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, value in context.tuples(self.projection):
            if name and value:
                found[name].add(value)
        return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}
