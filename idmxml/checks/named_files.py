"""Files that the configuration names: templates and style sheets of mails, pages, pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath

from idmxml.checks.finding import Finding
from idmxml.checks.rule import Rule, rule, rule_of
from idmxml.diagnostics import Severity
from idmxml.facts.load import language
from idmxml.model.context import Context
from idmxml.source.entry import Entry

NAMES = re.compile(
    r"(?:CssTemplate|RazorTemplate|(?:BodyTemplate|SubjectTemplate|RazorFile)_L\d+|CssFile|LogoFile|FaviconFile|Path_L\d+)"
)
# The content itself stands where a path may stand too; and paths that lead elsewhere are another rule's.
NO_PATH = re.compile(r"[<{@\n]|^\s*(?:[A-Za-z]:|[\\/]|\.\.[\\/])")


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[str, ...]]:
    """By kind, the attributes that name a file of the configuration folder."""
    found = ((kind.id, tuple(name for name in kind.attributes if NAMES.fullmatch(name))) for kind in language())
    return {kind: names for kind, names in found if names and language().role(kind) == "element"}


@rule("IDM7202", "missing-named-file", Severity.WARNING)
def missing_named_file() -> None:
    """A template, style sheet, page or picture is named that is not in the repository.

    Why: paths are relative to the configuration folder, and the files are deployed with it. It is an info when the
    repository holds no file of this sort at all, which may then lie elsewhere; and nothing is said where single files are
    checked.

    Bad:
        <NotificationTemplate Identifier="OneWayPasswordReset" BodyTemplate_L1="Templates/reset.cshtml"/>

    Good:
        <NotificationTemplate Identifier="OneWayPasswordReset"/>
    """


@dataclass(frozen=True)
class _Files:
    """The attributes of a kind that name files."""

    names: tuple[str, ...]

    def run(self, entry: Entry, context: Context) -> Iterator[Finding]:
        for name in self.names:
            value = entry.get(name)
            if value and value.strip() and context.companions is not None and not NO_PATH.search(value):
                yield from _missing(entry, name, value.strip(), context)


def _missing(entry: Entry, name: str, path: str, context: Context) -> Iterator[Finding]:
    companions = context.companions
    if companions is None or companions.named(path):
        return
    suffix = PurePosixPath(path.replace("\\", "/")).suffix.casefold()
    alike = any(each.casefold().endswith(suffix) for each in companions.paths) if suffix else False
    elsewhere = companions.called(path)
    hint = f"it lies in {elsewhere[0]}" if elsewhere else "add it, or correct the path; it is relative to the configuration"
    yield Finding(entry, f"there is no file '{path}'", name, hint, severity=None if alike else Severity.INFO)


def file_rules() -> Iterator[Rule]:
    """The rule, once for each kind that names files."""
    base = rule_of(missing_named_file)
    for kind, names in _places().items():
        yield replace(base, on=(kind,), reads=names, run=_Files(names).run)
