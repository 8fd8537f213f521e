"""``idmxml fmt`` as it is called."""

from pathlib import Path

import pytest
from command_run import MakeRepository, Run

ROUGH = "<Agent   DisplayName_L1='London' Identifier='A'></Agent>\n\n\n\n<!-- next -->\n<Agent Identifier='B'/>"
NEAT = """<?xml version="1.0" encoding="utf-8"?>
<ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
  <Agent Identifier="A" DisplayName_L1="London" />

  <!-- next -->
  <Agent Identifier="B" />
</ConfigurationFile>
"""


def document(content: str) -> str:
    head, _, tail = NEAT.partition('  <Agent Identifier="A"')
    return f"{head}{content}\n{tail[tail.index('</Conf') :]}"


def test_files_are_laid_out_in_place(repository: MakeRepository, run: Run) -> None:
    root = repository({"Conf/a.xml": document(ROUGH), "Conf/b.xml": NEAT})
    outcome = run("fmt", root)
    assert (outcome.code, outcome.out, outcome.err) == (0, "changed: Conf/a.xml\n", "1 of 2 files changed.\n")
    assert (root / "Conf/a.xml").read_text(encoding="utf-8") == NEAT
    assert run("fmt", root, "--check").code == 0


def test_the_sample_is_laid_out(contoso: Path, run: Run) -> None:
    assert run("fmt", "--check", contoso).code == 0


def test_check_writes_nothing(repository: MakeRepository, run: Run) -> None:
    root = repository({"Conf/a.xml": document(ROUGH)})
    outcome = run("fmt", "--check", root)
    assert (outcome.code, outcome.out) == (1, "would change: Conf/a.xml\n")
    assert (root / "Conf/a.xml").read_text(encoding="utf-8") == document(ROUGH)


def test_diff_shows_the_change(repository: MakeRepository, run: Run) -> None:
    root = repository({"Conf/a.xml": document(ROUGH)})
    outcome = run("fmt", "--diff", root)
    assert outcome.code == 1
    assert outcome.out.startswith("--- Conf/a.xml\n+++ Conf/a.xml\n@@ ")
    assert '+  <Agent Identifier="A" DisplayName_L1="London" />\n' in outcome.out
    assert (root / "Conf/a.xml").read_text(encoding="utf-8") == document(ROUGH)


def test_what_is_left_alone(repository: MakeRepository, run: Run) -> None:
    files = {
        "broken.xml": "<ConfigurationFile xmlns='urn:schemas-usercube-com:configuration'><Agent",
        "Runtime/Bootstrap/made.xml": document(ROUGH),
        "foreign.xml": "<a  b='c'/>",
        "text.xml": document("<Agent  Identifier='A'/>stray"),
        ".idmxml/schemas/A.xml": document(ROUGH),
    }
    root = repository({name: text.encode() for name, text in files.items()})
    outcome = run("fmt", root, root / ".idmxml/schemas/A.xml")
    assert (outcome.code, outcome.out) == (1, "")
    assert "note: 'broken.xml' is left as it is: it has a syntax error; see 'idmxml check'\n" in outcome.err
    assert "note: 'text.xml' is left as it is: text stands between the elements at line 3\n" in outcome.err
    assert {name: (root / name).read_bytes().decode() for name in files} == files


def test_a_comment_may_speak_of_document_types(repository: MakeRepository, run: Run) -> None:
    head = "<!-- <!DOCTYPE a> -->\n<?p ?>\n"
    root = repository({"a.xml": document(ROUGH).replace("<ConfigurationFile", f"{head}<ConfigurationFile", 1).encode()})
    assert run("fmt", root).code == 0
    assert "<!-- <!DOCTYPE a> -->" in (root / "a.xml").read_text(encoding="utf-8")
    typed = document(ROUGH).replace("<ConfigurationFile", f"{head}<!DOCTYPE a>\n<ConfigurationFile", 1).encode()
    outcome = run("fmt", repository({"a.xml": typed}))
    assert (outcome.code, outcome.out) == (1, "")
    assert "it has a document type declaration" in outcome.err


def test_a_diff_shows_no_secrets(repository: MakeRepository, run: Run) -> None:
    client = '<OpenIdClient HashedSecret="K7gNU3sdo"  Identifier="Job"/>'
    reset = "<PasswordResetSettings DefaultPassword = 'hunter22&quot;' Identifier='R'/>"
    outcome = run("fmt", "--diff", repository({"a.xml": document(client + reset)}))
    assert outcome.code == 1
    assert "K7gNU3sdo" not in outcome.out
    assert "hunter22" not in outcome.out
    assert '+  <OpenIdClient Identifier="Job" HashedSecret="•••••••••" />\n' in outcome.out


def test_a_link_stays_a_link(repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    root = repository({"Conf/b.xml": NEAT})
    shared = tmp_path / "shared.xml"
    shared.write_text(document(ROUGH), encoding="utf-8")
    try:
        (root / "Conf/a.xml").symlink_to(shared)
    except OSError:
        pytest.skip("links can't be made here")
    assert run("fmt", root).out == "changed: Conf/a.xml\n"
    assert (root / "Conf/a.xml").is_symlink()
    assert shared.read_text(encoding="utf-8") == NEAT


def test_wrong_calls(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": NEAT})
    outcome = run("fmt", root / "b.xml")
    assert (outcome.code, outcome.err) == (2, f"idmxml: there is no file or folder '{root / 'b.xml'}'\n")


def test_one_file_is_told_as_one(repository: MakeRepository, run: Run) -> None:
    root = repository({"a.xml": '<Agent Identifier="A" DisplayName_L1="A"/>'})
    assert run("fmt", root).code == 0
    assert run("fmt", root).err == "0 of 1 file changed.\n"
    assert run("compile", root, "-o", root / "out").out == "{}: 1 file, 1 element\n".format(root / "out")
