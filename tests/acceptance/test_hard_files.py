"""Files and folders that no configuration should have: a clear diagnostic each, the others checked, the right exit code."""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_run import MakeRepository, Outcome, Run

NAMESPACE = "urn:schemas-usercube-com:configuration"
OPEN = f'<ConfigurationFile xmlns="{NAMESPACE}">'
# Checked beside each hard file, to see that the others are.
WRONG = '<Agent Identifier="A" DisplayName_L1="A" State="Onlin"/>'
FOUND_IN_WRONG = ("IDM1005", "wrong.xml", 3, 42)
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def told(outcome: Outcome) -> list[tuple[str, str, int, int]]:
    assert outcome.err == ""
    report = json.loads(outcome.out)
    return [(each["code"], each["path"], each["line"], each["column"]) for each in report["diagnostics"]]


def messages(outcome: Outcome) -> list[str]:
    return [each["message"] for each in json.loads(outcome.out)["diagnostics"]]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (f"{OPEN}\n  <Agent Identifier='A'\n</ConfigurationFile>", ("IDM0002", "hard.xml", 3, 1)),
        ("", ("IDM0002", "hard.xml", 1, 1)),
        (" \n\n", ("IDM0002", "hard.xml", 1, 1)),
        ("\x00\x01\x02", ("IDM0002", "hard.xml", 1, 1)),
        ("just text", ("IDM0002", "hard.xml", 1, 1)),
        ("<project/>", ("IDM0006", "hard.xml", 1, 2)),
        ("<ConfigurationFile/>", ("IDM0007", "hard.xml", 1, 2)),
        ("<?xml version='1.0' encoding='klingon'?><a/>", ("IDM0005", "hard.xml", 1, 1)),
        (OPEN + "<A>" * 100_000, ("IDM0004", "hard.xml", 1, len(OPEN) + 3 * 254 + 1)),
        (
            f"{OPEN}<Agent {' '.join(f'A{number}=' + chr(34) * 2 for number in range(3_000))}/></ConfigurationFile>",
            ("IDM0004", "hard.xml", 1, 67),
        ),
        (f"{OPEN}<Agent Identifier='{'x' * 11_000_000}'/></ConfigurationFile>", ("IDM0004", "hard.xml", 1, 67)),
    ],
    ids=["malformed", "empty", "blank", "binary", "text", "foreign", "namespace", "encoding", "deep", "attributes", "value"],
)
def test_one_hard_file(content: str, found: tuple[str, str, int, int], repository: MakeRepository, run: Run) -> None:
    root = repository({"hard.xml": content.encode(), "wrong.xml": WRONG})
    outcome = run("check", root, "--format", "json", "--select", "IDM0,IDM1")
    assert told(outcome) == [found, FOUND_IN_WRONG]
    assert outcome.code == 1


def test_latin_1_that_claims_to_be_utf_8(repository: MakeRepository, run: Run) -> None:
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{OPEN}\n<Agent Identifier="Société"/></ConfigurationFile>'
    root = repository({"hard.xml": text.encode("latin-1"), "wrong.xml": WRONG})
    outcome = run("check", root, "--format", "json")
    assert told(outcome) == [("IDM0005", "hard.xml", 3, 24), FOUND_IN_WRONG]
    assert messages(outcome)[0] == "byte 0xE9 is not valid utf-8, the encoding this file claims"
    assert outcome.code == 1
    honest = repository({"hard.xml": text.replace("utf-8", "iso-8859-1").encode("latin-1")})
    assert run("check", honest, "--select", "IDM0005").code == 0


def test_a_huge_file(repository: MakeRepository, run: Run) -> None:
    root = repository({"wrong.xml": WRONG})
    with (root / "huge.xml").open("wb") as file:
        file.truncate(200_000_000)
    outcome = run("check", root, "--format", "json")
    assert told(outcome) == [("IDM0004", "huge.xml", 1, 1), FOUND_IN_WRONG]
    assert messages(outcome)[0] == "the file has 200 MB, more than the limit of 64 MB; it was not read"
    assert outcome.code == 1


def test_the_limit_on_size_is_an_option(repository: MakeRepository, run: Run) -> None:
    root = repository({"idmxml.toml": "max-file-size = 0.001", "large.xml": WRONG + " " * 1_000, "wrong.xml": WRONG})
    outcome = run("check", root, "--format", "json")
    assert told(outcome) == [("IDM0004", "large.xml", 1, 1), FOUND_IN_WRONG]


def test_billion_laughs(repository: MakeRepository, run: Run) -> None:
    entities = "".join(f'<!ENTITY a{number + 1} "{f"&a{number};" * 10}">' for number in range(12))
    text = f'<!DOCTYPE ConfigurationFile [<!ENTITY a0 "ha">{entities}]>\n{OPEN}<Agent Identifier="&a12;"/></ConfigurationFile>'
    files: dict[str, str | bytes] = {"utf-8.xml": text.encode(), "utf-16.xml": text.encode("utf-16"), "wrong.xml": WRONG}
    outcome = run("check", repository(files), "--format", "json")
    assert told(outcome) == [("IDM0003", "utf-16.xml", 1, 1), ("IDM0003", "utf-8.xml", 1, 1), FOUND_IN_WRONG]
    assert outcome.code == 1


def test_external_entities_are_not_read(repository: MakeRepository, run: Run) -> None:
    root = repository({"secret.txt": "the secret", "wrong.xml": WRONG})
    for name, uri in (("file", (root / "secret.txt").as_uri()), ("net", "http://127.0.0.1:9/a")):
        head = f'<!DOCTYPE ConfigurationFile [<!ENTITY x SYSTEM "{uri}">]>'
        (root / f"{name}.xml").write_text(
            f'{head}{OPEN}<Agent Identifier="A">&x;</Agent></ConfigurationFile>', encoding="utf-8"
        )
    outcome = run("check", root, "--format", "json")
    assert told(outcome) == [("IDM0003", "file.xml", 1, 1), ("IDM0003", "net.xml", 1, 1), FOUND_IN_WRONG]
    assert "the secret" not in outcome.out + outcome.err


def test_a_loop_of_links(repository: MakeRepository, run: Run) -> None:
    root = repository({"a/wrong.xml": WRONG})
    try:
        (root / "a/up").symlink_to(root, target_is_directory=True)
        (root / "a/self").symlink_to(root / "a/self")
        (root / "a/lost.xml").symlink_to(root / "nowhere.xml")
    except OSError:
        pytest.skip("links can't be made here")
    outcome = run("check", root, "--format", "json")
    assert told(outcome) == [("IDM0001", "a/lost.xml", 1, 1), ("IDM1005", "a/wrong.xml", 3, 42)]
    assert outcome.code == 1


@pytest.fixture
def open_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose content is given its rights back in the end."""
    folder = tmp_path / "repository"
    folder.mkdir()
    yield folder
    for each in folder.iterdir():
        each.chmod(0o755)


def give_up_privileges() -> None:
    """Be bound by the rights of files, even as the superuser; done in a new process, for good."""
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if os.getuid() == 0 and ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            raise PermissionError


def check_without_privilege(folder: Path) -> Outcome:
    """The command on a folder, run by somebody whom rights bind."""
    if sys.platform != "linux":
        pytest.skip("rights are given and taken in other ways on this system")
    words = [sys.executable, "-m", "idmxml", "check", str(folder), "--format", "json", "--jobs", "1"]
    try:
        done = subprocess.run(words, preexec_fn=give_up_privileges, capture_output=True, encoding="utf-8", check=False)
    except subprocess.SubprocessError:
        pytest.skip("the superuser can't be bound by rights here")
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_a_folder_without_rights(open_folder: Path) -> None:
    for name in ("closed", "open"):
        (open_folder / name).mkdir()
        (open_folder / name / "wrong.xml").write_text(f"{OPEN}\n\n{WRONG}</ConfigurationFile>", encoding="utf-8")
    (open_folder / "unreadable.xml").write_text(OPEN, encoding="utf-8")
    (open_folder / "closed").chmod(0o000)
    (open_folder / "unreadable.xml").chmod(0o000)
    outcome = check_without_privilege(open_folder)
    assert told(outcome) == [
        ("IDM0001", "closed", 1, 1),
        ("IDM1005", "open/wrong.xml", 3, 42),
        ("IDM0001", "unreadable.xml", 1, 1),
    ]
    assert messages(outcome)[::2] == [
        "this can't be looked into: Permission denied",
        "the file can't be read: Permission denied",
    ]
    assert outcome.code == 1


def test_what_may_lie_in_a_folder_without_rights_is_not_missed(open_folder: Path) -> None:
    (open_folder / "closed").mkdir()
    (open_folder / "a.xml").write_text(
        f'{OPEN}<Connector Identifier="HR" DisplayName_L1="HR" Agent="Elsewhere"/></ConfigurationFile>', encoding="utf-8"
    )
    (open_folder / "closed").chmod(0o000)
    outcome = check_without_privilege(open_folder)
    assert told(outcome) == [("IDM0001", "closed", 1, 1)]
    note = "Some files could not be read, so references that may lead into them were not judged."
    assert note in json.loads(outcome.out)["notes"]


def test_what_a_broken_file_may_declare_is_not_missed(repository: MakeRepository, run: Run) -> None:
    declared = f'{OPEN}<Agent URI="" Identifier="Elsewhere" DisplayName_L1="R&D"/></ConfigurationFile>'
    uses = '<Connector Identifier="HR" DisplayName_L1="HR" Agent="{}"/>'
    root = repository(
        {
            "a.xml": declared.encode(),
            "b.xml": uses.format("Elsewhere"),
            "c.xml": uses.format("Nowhere").replace('"HR"', '"AD"', 1),
        }
    )
    outcome = run("check", root, "--format", "json", "--select", "IDM0002,IDM3001")
    assert told(outcome) == [("IDM0002", "a.xml", 1, 121), ("IDM3001", "c.xml", 3, 48)]
