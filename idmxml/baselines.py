"""Findings of an earlier day that are left out, so that only new ones count: kept by rule and identity path, and counted."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from idmxml.diagnostics import Diagnostic
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.phrases import counted

FILE: Final = (".idmxml", "baseline.json")
FORMAT: Final = "idmxml-baseline"
VERSION: Final = 1
Key = tuple[str, str]
"""A code, and the identity path; for findings about a whole file its path from the root."""


@dataclass(frozen=True)
class Baseline:
    """How many findings of each key were there; ``names`` are the names of the rules, for people who read the file."""

    counts: Mapping[Key, int]
    names: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Remaining:
    """The findings that the baseline does not have, and sentences about what is left out and what is gone."""

    left: tuple[Diagnostic, ...]
    notes: tuple[str, ...]


def key_of(finding: Diagnostic, prefix: str = "") -> Key:
    """The key of a finding; ``prefix`` leads from the root of the report to that of the repository, such as ``a/``."""
    return finding.code, finding.object or finding.span.path.removeprefix(prefix)


def baseline_of(findings: Iterable[Diagnostic]) -> Baseline:
    """The baseline that leaves out exactly these findings."""
    every = list(findings)
    return Baseline(Counter(map(key_of, every)), {each.code: each.name for each in every})


def without_known(findings: Sequence[Diagnostic], baseline: Baseline, prefix: str, *, is_whole: bool) -> Remaining:
    """The findings without those of the baseline; only when the whole repository was checked is anything said to be gone."""
    room = Counter(baseline.counts)
    left: list[Diagnostic] = []
    for each in findings:
        key = key_of(each, prefix)
        if room[key] > 0:
            room[key] -= 1
        else:
            left.append(each)
    known, unused = len(findings) - len(left), sum(room.values())
    notes = []
    if known:
        notes.append(f"{counted(known, 'finding')} that the baseline has {'is' if known == 1 else 'are'} left out.")
    if unused and is_whole:
        notes.append(
            f"{counted(unused, 'finding')} of the baseline {'is' if unused == 1 else 'are'} gone; 'idmxml baseline' drops them."
        )
    return Remaining(tuple(left), tuple(notes))


def baseline_file(root: Path) -> Path:
    """Where the baseline of a repository lies."""
    return root.joinpath(*FILE)


def read_baseline(root: Path) -> Baseline | None:
    """The stored baseline of a repository; None when there is none, UsageError when the file is something else."""
    file = baseline_file(root)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentFault(f"{file} can't be read: {error.strerror}") from None
    try:
        stored = json.loads(data.decode("utf-8-sig"))
        found = [((each["code"], each["object"]), each["count"], each["name"]) for each in _findings(stored)]
        return Baseline({key: int(count) for key, count, _ in found}, {key[0]: str(name) for key, _, name in found})
    except (ValueError, KeyError, TypeError, OverflowError):
        raise UsageError(f"{file} is no baseline of this version; 'idmxml baseline' writes it anew") from None


def _findings(stored: Any) -> list[Any]:
    if stored["format"] != FORMAT or stored["version"] != VERSION:
        raise ValueError(FORMAT)
    findings: list[Any] = stored["findings"]
    if any(each["count"] < 1 for each in findings):
        raise ValueError(FORMAT)
    return findings


def baseline_text(baseline: Baseline) -> str:
    """The baseline as it is stored: sorted, one finding a line, so that a change reads as a change of that line."""
    lines = [
        json.dumps({"code": code, "name": baseline.names.get(code, ""), "object": subject, "count": number}, ensure_ascii=False)
        for (code, subject), number in sorted(baseline.counts.items())
    ]
    body = ",\n".join(f"  {line}" for line in lines)
    return f'{{\n "format": "{FORMAT}",\n "version": {VERSION},\n "findings": [\n{body}\n ]\n}}\n'
