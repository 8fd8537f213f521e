"""Numbers that are none, or have thousands of digits, wherever the sample has one: no command breaks, and no rule."""

import random
import re
import shutil
from pathlib import Path

import pytest
from command_run import Run

SAMPLE = Path(__file__).parents[2] / "samples/contoso"
NUMBER = re.compile(r'="(?:\d+|true|false|[^"\n]* \* [^"\n]*)"')
HOSTILE = ("9" * 5000, "9" * 31, "\u00b2", "\u0663", "\uff11", "+", "-", "--1", "-0", "1_0", "0x1", "1e400", " 7 ", "")


@pytest.mark.parametrize("seed", range(3))
def test_numbers_that_are_none(seed: int, run: Run, tmp_path: Path) -> None:
    chance = random.Random(seed)

    def other(match: re.Match[str]) -> str:
        return f'="{chance.choice(HOSTILE)}"' if chance.random() < 0.3 else match[0]

    root = tmp_path / "hostile"
    shutil.copytree(SAMPLE, root)
    for file in sorted(root.rglob("*.xml")):
        file.write_text(NUMBER.sub(other, file.read_text(encoding="utf-8")), encoding="utf-8")
    calls = (
        ("check", root, "--format", "concise"),
        ("expand", root),
        ("compile", root, "-o", tmp_path / "out", "--force"),
        ("diff", SAMPLE, root),
        ("fmt", "--check", root),
        ("graph", root),
        ("schema", "show", "HREmployees", root),
        ("schema", "show", "HREmployees", root, "--at", "~" + "9" * 5000),
    )
    outcomes = [run(*words) for words in calls]
    assert {outcome.code for outcome in outcomes} <= {0, 1, 2, 3}, outcomes
    assert "IDM0010" not in outcomes[0].out


def test_numbers_of_other_files(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "hostile"
    shutil.copytree(SAMPLE, root)
    settings = root / "appsettings.agent.json"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r'("Path": ")', r"\1C:/a{" + "9" * 5000 + r",1}", text), encoding="utf-8")
    calls = (("check", root, "--format", "concise"), ("connection", "list", root))
    assert settings.read_text(encoding="utf-8") != text
    assert [run(*words).code in {0, 1} for words in calls] == [True, True]
    assert "IDM0010" not in run(*calls[0]).out
    (root / "idmxml.toml").write_text(f"max-file-size = {'9' * 5000}", encoding="utf-8")
    assert run("check", root).code == 2
    (root / "idmxml.toml").write_text("", encoding="utf-8")
    (root / ".idmxml/baseline.json").write_text(
        '{"format": "idmxml-baseline", "version": 1, "findings": [{"code": "IDM3001", "object": "A", "count": 1e400, '
        '"name": "n"}]}',
        encoding="utf-8",
    )
    assert run("check", root).code == 2
