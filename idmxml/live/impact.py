"""What a changed schema does to the configuration: the mappings that break, and what depends on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from idmxml.diagnostics import Diagnostic
from idmxml.options import CheckOptions
from idmxml.pipeline import run_check

CODES: Final = ("IDM3004", "IDM3007", "IDM3008", "IDM4040", "IDM4041")
"""The rules that judge mappings by recorded schemas."""


@dataclass(frozen=True, slots=True)
class Impact:
    """The findings that a change brought, and those it took away."""

    broken: tuple[Diagnostic, ...] = ()
    mended: tuple[Diagnostic, ...] = ()


class ImpactWatch:
    """Looks at a repository before its recorded schemas change and after, whatever its options leave out."""

    def __init__(self, root: Path, config: Path | None) -> None:
        self._root = root
        self._options = CheckOptions(select=CODES, config=config, jobs=1)
        self._before: tuple[Diagnostic, ...] | None = None

    def look_before(self) -> None:
        """Remember what is wrong already."""
        self._before = self._look()

    def impact(self) -> Impact:
        """What the changes brought; nothing when nobody looked before, as nothing changed."""
        if self._before is None:
            return Impact()
        after = self._look()
        return Impact(_without(after, self._before), _without(self._before, after))

    def _look(self) -> tuple[Diagnostic, ...]:
        return tuple(run_check([self._root], self._options).diagnostics)


def _without(these: Sequence[Diagnostic], those: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    known = {(each.code, each.object, each.message) for each in those}
    return tuple(each for each in these if (each.code, each.object, each.message) not in known)
