"""The samples: a correct repository gives nothing; in a broken one every rule finds what a comment announces, and no more."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from command_run import Golden, Run

import idmxml
from idmxml.checks.registry import rules

SAMPLES = Path(__file__).parents[2] / "samples"
BROKEN = SAMPLES / "broken"
# Faults that would hide others, or that an option asks for: the options, and the rules.
VARIANTS: Mapping[str, tuple[tuple[str | Path, ...], tuple[str, ...]]] = {
    "fewer-files": (("--config", BROKEN / "Variants/fewer-files.toml"), ("IDM4157", "IDM6015")),
    "idle": (("--settings", BROKEN / "Variants/Idle"), ("IDM8043", "IDM8047")),
    "old-schemas": (("--max-age", "30"), ("IDM3009",)),
    "unreadable": (("--settings", BROKEN / "Variants/Unreadable"), ("IDM8001", "IDM8002", "IDM8044")),
}
# What no file in a repository can show.
EXCUSED: Mapping[str, str] = {
    "IDM0001": "rights to read a file are not kept in a repository",
    "IDM0010": "a rule that fails is a fault of the tool, not of a configuration",
}
ANNOUNCEMENT = re.compile(r"(?:<!--|^ *//) ((?:IDM\d{4}(?:, )?)+): (?:[^\n]*?-->|[^\n]*$)", re.MULTILINE)
TAG = re.compile(r"""<[^!?/](?:"[^"]*"|'[^']*'|[^>"'])*>""")
SETTINGS_LINES = 3
WHOLE_FILE = "IDM00"

Diagnostics = list[dict[str, Any]]


def test_contoso_is_clean(run: Run) -> None:
    outcome = run("check", SAMPLES / "contoso", "--fail-on", "info", "--format", "json")
    report = json.loads(outcome.out)
    assert report["diagnostics"] == []
    assert (outcome.code, outcome.err) == (0, "")
    assert report["summary"]["files"] >= 20
    assert report["summary"]["objects"] >= 500


def test_contoso_in_a_script() -> None:
    report = idmxml.check(SAMPLES / "contoso", jobs=1)
    assert report.diagnostics == ()
    assert report.command == "check"
    assert report.tool_version == idmxml.__version__


def _found(run: Run, *words: str | Path) -> Diagnostics:
    outcome = run("check", BROKEN, *words, "--format", "json", "--no-cache")
    assert (outcome.code, outcome.err) == (1, "")
    report = json.loads(outcome.out)
    assert Path(report["root"]) == BROKEN
    return list(report["diagnostics"])


def _variant(run: Run, name: str) -> Diagnostics:
    """What a variant tells of the rules it is for."""
    words, codes = VARIANTS[name]
    return [each for each in _found(run, *words) if each["code"] in codes]


@pytest.fixture
def broken(run: Run) -> Diagnostics:
    return _found(run)


def test_broken_as_text(run: Run, golden: Golden) -> None:
    outcome = run("check", BROKEN, "--format", "concise", "--no-cache")
    assert (outcome.code, outcome.err) == (1, "")
    golden("samples/broken.txt", outcome.out)


def test_broken_as_json(broken: Diagnostics, golden: Golden) -> None:
    golden("samples/broken.json", json.dumps(broken, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", VARIANTS)
def test_variant_of_broken(name: str, run: Run, golden: Golden) -> None:
    found = _variant(run, name)
    assert {each["code"] for each in found} == set(VARIANTS[name][1])
    golden(f"samples/broken-{name}.json", json.dumps(found, indent=2, ensure_ascii=False) + "\n")


def test_every_rule_finds_something(broken: Diagnostics) -> None:
    in_variants = {code for _words, codes in VARIANTS.values() for code in codes}
    assert in_variants.isdisjoint(EXCUSED)
    assert {each["code"] for each in broken} == set(rules()) - in_variants - set(EXCUSED)


def test_rules_find_few_things_each(broken: Diagnostics) -> None:
    counts = Counter(each["code"] for each in broken)
    assert {code: count for code, count in counts.items() if count > 2} == {}


def test_every_finding_has_its_place(broken: Diagnostics) -> None:
    for each in broken:
        lines = (BROKEN / each["path"]).read_bytes().decode("utf-8", "replace").split("\n")
        assert 1 <= each["line"] <= each["end_line"] <= len(lines), each
        assert 1 <= each["column"] <= len(lines[each["line"] - 1]) + 1, each


def test_comments_announce_what_is_found(broken: Diagnostics, run: Run) -> None:
    found = [*broken, *(each for name in VARIANTS for each in _variant(run, name))]
    announced = [each for file in _files() for each in _announced(file)]
    surprises = []
    for each in found:
        fitting = next((mark for mark in announced if _fits(mark, each)), None)
        if fitting is None:
            surprises.append(f"{each['path']}:{each['line']}: {each['code']} {each['message']}")
        else:
            announced.remove(fitting)
    assert surprises == []
    assert [f"{path}:{lines.start}: {code}" for path, code, lines in announced] == []


def _files() -> list[Path]:
    return sorted(each for each in BROKEN.rglob("*") if each.suffix in {".xml", ".json"} and "cache" not in each.parts)


def _announced(file: Path) -> Iterator[tuple[str, str, range]]:
    """What the comments of a file announce: its path, a code, and the lines the finding may start in."""
    text = file.read_bytes().decode("utf-8", "replace")
    for comment in ANNOUNCEMENT.finditer(text):
        start = text.count("\n", 0, comment.start()) + 1
        tag = TAG.search(text, comment.end()) if file.suffix == ".xml" else None
        end = text.count("\n", 0, tag.end()) + 1 if tag else start + SETTINGS_LINES
        for code in comment[1].split(", "):
            yield file.relative_to(BROKEN).as_posix(), code, range(start, end + 1)


def _fits(mark: tuple[str, str, range], found: Mapping[str, Any]) -> bool:
    path, code, lines = mark
    return (path, code) == (found["path"], found["code"]) and (found["line"] in lines or code.startswith(WHOLE_FILE))
