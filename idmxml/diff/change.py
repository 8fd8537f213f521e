"""What changed: as it is found (``Difference``), and as it is told, with its class and what depends on it (``Change``)."""

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from idmxml.expansion.item import Item

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
RENAMED: Final = "renamed"
KINDS: Final = (ADDED, REMOVED, CHANGED, RENAMED)


class ChangeClass(IntEnum):
    """How grave a change is: the higher, the graver."""

    COSMETIC = 0
    BEHAVIOUR = 1
    RIGHTS = 2
    SYNC_BREAK = 3
    DATA_LOSS = 4

    @property
    def label(self) -> str:
        """The class as outputs and options write it, such as ``sync-break``."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def from_label(cls, label: str) -> "ChangeClass":
        """The class of a label; ValueError for none."""
        for each in cls:
            if each.label == label:
                return each
        raise ValueError(f"'{label}' is not one of {', '.join(LABELS)}")


LABELS: Final = tuple(each.label for each in sorted(ChangeClass, reverse=True))


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands in one version: a file relative to the version's root, with ``/``; lines and columns from 1.

    The end column is exclusive. ``source`` is the text of the first line; ``made_by`` are the scaffoldings that generated
    it, outermost first: then the place is that of the outermost one.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    source: str = field(default="", repr=False)
    made_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in both versions, not yet judged.

    ``subject`` is the id of the kind of the element, or a word of ``idmxml.diff.settings_changes`` for settings. ``object``
    is the identity path in the new version, of what was removed in the old one. ``attribute`` is None when it is the whole
    object. ``before`` and ``after`` are the elements, None where there is none.
    """

    kind: str
    subject: str
    object: str
    attribute: str | None = None
    old: str | None = None
    new: str | None = None
    before: Item | None = None
    after: Item | None = None
    old_location: Location | None = None
    new_location: Location | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it is told.

    ``object`` is an identity path, ``old`` and ``new`` are values, or whole elements in one line of XML; secrets are dots.
    ``code``, ``name``, ``why`` and ``todo`` are those of the rule that ``klass`` comes from. ``run`` names the steps to take
    after deployment, ``connector`` whose steps they are (empty for none). ``impact`` are identity paths of what depends on it.
    """

    kind: str
    object: str
    attribute: str | None
    old: str | None
    new: str | None
    klass: ChangeClass
    code: str
    name: str
    why: str
    todo: str
    old_location: Location | None = None
    new_location: Location | None = None
    impact: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    connector: str = ""

    @property
    def location(self) -> Location | None:
        """Where it stands now; of what was removed, where it stood."""
        return self.new_location or self.old_location

    @property
    def subject(self) -> str:
        """The identity path with the attribute, such as ``Connection[HR]/@Package``: what approvals name."""
        return f"{self.object}/@{self.attribute}" if self.attribute else self.object

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of code and subject: the same when lines move."""
        return hashlib.sha256(f"{self.code}\0{self.subject}".encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def sort_key(self) -> tuple[int, str, str, str, str, str, str]:
        """The order of reports: the gravest class first, then identity path, attribute, code."""
        return (-self.klass, self.object, self.attribute or "", self.code, self.kind, self.old or "", self.new or "")
