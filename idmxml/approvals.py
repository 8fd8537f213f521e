"""Findings and changes that somebody accepted: named by rule and identity path, so that moved lines change nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Approval:
    """One acceptance.

    ``code`` is the code or the name of a rule; ``object`` an identity path such as ``Connection[HR]/@Package``, in which
    ``*`` stands for any text. It counts up to and including the day ``expires``; None for ever.
    """

    code: str
    object: str
    reason: str
    author: str = ""
    expires: date | None = None

    def is_expired(self, today: date | None) -> bool:
        """Whether its last day is over; never when nobody says which day it is."""
        return today is not None and self.expires is not None and self.expires < today

    def covers(self, subject: "Subject") -> bool:
        """Whether it is about a finding or change of this rule and place."""
        return self.code in {subject.code, subject.name} and any(self._is_about(path) for path in subject.paths)

    def _is_about(self, path: str) -> bool:
        if self.object == path:
            return True
        pattern = self.object.replace("[", "\0").replace("?", "[?]").replace("\0", "[[]")
        return "*" in self.object and fnmatchcase(path, pattern)

    @property
    def label(self) -> str:
        """Such as ``IDC1002 for EntityType[HR]/Property[Phone]``."""
        return f"{self.code} for {self.object}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an approval may be about: code and name of the rule, and the identity paths that name the place."""

    code: str
    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Approved(Generic[T]):
    """The outcome: what nobody accepted, what somebody did, and sentences about approvals that do nothing."""

    left: tuple[T, ...]
    approved: tuple[tuple[T, Approval], ...]
    notes: tuple[str, ...]


def approve(
    things: Iterable[T],
    subject_of: Callable[[T], Subject],
    approvals: Sequence[Approval],
    today: date | None,
    is_known: Callable[[str], bool],
) -> Approved[T]:
    """Sort out what is accepted. Only approvals of rules that ``is_known`` knows by code or name are judged unused."""
    if not approvals:
        return Approved(tuple(things), (), ())
    left: list[T] = []
    approved: list[tuple[T, Approval]] = []
    used: set[int] = set()
    for thing in things:
        subject = subject_of(thing)
        covering = [(place, each) for place, each in enumerate(approvals) if each.covers(subject)]
        used.update(place for place, _ in covering)
        valid = next((each for _, each in covering if not each.is_expired(today)), None)
        if valid is None:
            left.append(thing)
        else:
            approved.append((thing, valid))
    return Approved(tuple(left), tuple(approved), tuple(_notes(approvals, used, today, is_known)))


def _notes(approvals: Sequence[Approval], used: set[int], today: date | None, is_known: Callable[[str], bool]) -> Iterable[str]:
    for place, each in enumerate(approvals):
        if not is_known(each.code):
            continue
        if each.is_expired(today):
            by = f", given by {each.author}," if each.author else ""
            yield f"The approval of {each.label}{by} expired on {each.expires}: decide anew, or remove it."
        elif place not in used:
            yield f"The approval of {each.label} is not needed any more: nothing of the kind is found."
