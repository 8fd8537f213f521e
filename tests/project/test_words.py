"""The project speaks of itself alone: no word of how or where it was made."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("idmxml", "schemas", "samples", "tests", ".ci")
FILES = ("README.md", "pyproject.toml")
TEXTS = frozenset(
    {"", *(".py", ".md", ".toml", ".json", ".xml", ".xsd", ".txt", ".html", ".css", ".js", ".j2", ".sql", ".csv")}
)
FORBIDDEN = re.compile(
    r"""\bissues?[ ]\#?\d | \bsession[ ]\d | \b(?:this|our|other|another)[ ]session\b | \bsubagents?\b
    | \bfarm-bench\b | \bduplicates[ ]tool\b | (?<![\w.])/work/ | /tmp/brief
    | \bas[ ](?:an[ ]AI|a[ ]language[ ]model)\b | \bpull[ ]request[ ]\#?\d
    | (?-i:\bTODO\b | \bFIXME\b | \bXXX\b)""",
    re.VERBOSE | re.IGNORECASE,
)
# Texts in which such a word is an example of what users write.
EXCUSED = {
    "tests/project/test_words.py": "the words themselves",
    "tests/rules/structure/stray-text.xml": "a note that somebody left in a configuration",
}


def texts() -> list[Path]:
    found = [each for folder in FOLDERS for each in (ROOT / folder).rglob("*") if "__pycache__" not in each.parts]
    return [each for each in (*found, *(ROOT / name for name in FILES)) if each.is_file() and each.suffix in TEXTS]


def test_words_of_files() -> None:
    told = []
    for file in texts():
        name = file.relative_to(ROOT).as_posix()
        lines = file.read_bytes().decode("utf-8", "replace").splitlines()
        told += [(name, number, line[:160]) for number, line in enumerate(lines, 1) if FORBIDDEN.search(line)]
    assert [each for each in told if each[0] not in EXCUSED] == []
    assert {each[0] for each in told} == set(EXCUSED)


def test_words_of_commits() -> None:
    git = subprocess.run(["git", "log", "--format=%B"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if git.returncode == 0:
        assert [line for line in git.stdout.splitlines() if FORBIDDEN.search(line)] == []
