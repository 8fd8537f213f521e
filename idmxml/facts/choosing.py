"""Which packages fit what one wants of a connection, best first, and why the others do not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from idmxml.facts.packages import Package, catalogue

EXPORTS: Final = ("none", "complete", "incremental", "both")
PROVISIONINGS: Final = ("none", "manual", "automatic")
ANY_SYSTEM: Final = frozenset({"powershell", "robotframework", "unplugged"})
"""Technologies that reach any system, by scripts of one's own, or none."""
OWN_TICKETS: Final = "Usercube.Manual@0000001"
"""The package whose tickets are not bound to any system."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What one wants; None for what does not matter. ``technology`` is a word such as ldap, sql or ServiceNow."""

    technology: str | None = None
    export: str | None = None
    provisioning: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A package, why it does not fit (nothing when it does), and what to know about one that fits."""

    package: Package
    against: tuple[str, ...]
    remarks: tuple[str, ...]
    likeness: int

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against

    @property
    def is_of_technology(self) -> bool:
        """Whether it is of the wanted technology."""
        return self.likeness > 0

    @property
    def rank(self) -> tuple[int, int, str, str]:
        """Its place: likeness of the technology first, then the fewest remarks, then its name."""
        return (-self.likeness, len(self.remarks), self.package.display_name, self.package.identifier or "")


@dataclass(frozen=True, slots=True)
class Choice:
    """The verdicts on all packages: those that fit, best first, and the others.

    ``pair`` are two packages for two connections, one to export and one to provision, when no package does both.
    """

    fitting: tuple[Verdict, ...]
    others: tuple[Verdict, ...]
    pair: tuple[Package, Package] | None


def technologies() -> tuple[str, ...]:
    """The technologies of the catalogue, sorted."""
    return tuple(sorted({each.technology for each in catalogue()}))


def knows_technology(word: str) -> bool:
    """Whether any package is of the technology a word stands for."""
    return any(_likeness(each, word) for each in catalogue())


def technology_words() -> tuple[str, ...]:
    """Every word that stands for a technology: for suggestions."""
    found = {word for each in catalogue() for word in _words(each)}
    return tuple(sorted(found))


def choose(wish: Wish) -> Choice:
    """The packages for a wish."""
    verdicts = sorted((_verdict(each, wish) for each in catalogue()), key=lambda each: each.rank)
    fitting = tuple(each for each in verdicts if each.fits)
    others = tuple(each for each in verdicts if not each.fits)
    return Choice(fitting, others, None if fitting else _pair(wish))


def _pair(wish: Wish) -> tuple[Package, Package] | None:
    """The best package for the export and the best one for the provisioning, when both are wanted."""
    if wish.export in {None, "none"} or wish.provisioning in {None, "none"}:
        return None
    exporting = choose(Wish(wish.technology, wish.export, None)).fitting
    provisioning = choose(Wish(wish.technology, None, wish.provisioning)).fitting
    if wish.provisioning == "manual" and not provisioning:
        provisioning = tuple(
            each for each in choose(Wish(None, None, "manual")).fitting if each.package.identifier == OWN_TICKETS
        )
    return (exporting[0].package, provisioning[0].package) if exporting and provisioning else None


def _verdict(package: Package, wish: Wish) -> Verdict:
    likeness = _likeness(package, wish.technology) if wish.technology else 1
    against = [f"it is for {package.technology}"] if not likeness else []
    against += _against_export(package, wish.export)
    against += _against_provisioning(package, wish.provisioning)
    if package.status == "retired":
        successor = f"; use {package.replaced_by}" if package.replaced_by else ""
        against.append(f"it is retired{successor}")
    if package.identifier is None:
        against.append("its identifier is not documented, so that no XML can name it")
    return Verdict(package, tuple(against), tuple(_remarks(package, wish)), likeness)


def _against_export(package: Package, export: str | None) -> Iterator[str]:
    if export in {None, "none"}:
        return
    if not package.exports:
        yield "it can't export"
    elif export in {"incremental", "both"} and package.incremental is False and not package.incremental_disputed:
        yield "it can't export incrementally"


def _against_provisioning(package: Package, provisioning: str | None) -> Iterator[str]:
    if provisioning in {None, "none"} or package.provisioning == provisioning:
        return
    if package.provisioning == "none":
        yield "it can't provision"
    else:
        yield "it provisions by tickets" if package.provisioning == "manual" else "it provisions by itself, without tickets"


def _remarks(package: Package, wish: Wish) -> Iterator[str]:
    if wish.export == "none" and package.exports:
        yield 'it exports too; switch that off with DeactivationExportFulfill="Export"'
    if wish.provisioning == "none" and package.provisioning != "none":
        yield 'it provisions too; switch that off with DeactivationExportFulfill="Fulfill"'
    if wish.export in {"incremental", "both"} and package.exports and package.incremental is not True:
        yield "whether it exports incrementally is not documented for sure"
    if wish.technology is None and package.technology in ANY_SYSTEM:
        yield "it leaves the work to scripts of your own" if package.technology != "unplugged" else "it does nothing by itself"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _words(package: Package) -> Sequence[str]:
    names = (package.display_name, *package.other_names)
    last = [name.rpartition("/")[2] for name in names]
    return (package.technology, *last, *package.keywords)


def _likeness(package: Package, word: str) -> int:
    """How much a package is of the technology: 3 by its own name, 2 by a word for it, 1 by part of its name, 0 not."""
    wanted = _plain(word)
    if not wanted:
        return 0
    if wanted in {_plain(each) for each in (package.technology, package.display_name.rpartition("/")[2])}:
        return 3
    if wanted in {_plain(each) for each in _words(package)} or wanted == _plain(package.identifier or ""):
        return 2
    return int(len(wanted) > 2 and any(wanted in _plain(each) for each in (*_words(package), package.display_name)))
