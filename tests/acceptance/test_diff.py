"""``idmxml diff`` as users call it: folders and git revisions, formats, exit codes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_run import Golden, MakeRepository, Run
from jsonschema import Draft202012Validator
from lxml import etree

from idmxml.diff.rules import change_rules
from idmxml.facts.files import schemas_folder
from idmxml.facts.language import NAMESPACE
from idmxml.reports.formats import FORMATS

CONTOSO = Path(__file__).parents[2] / "samples/contoso"
CASES = Path(__file__).parents[1] / "diff/cases"
OWN = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}
PERSON = """
<EntityType Identifier="HR_Person" DisplayName_L1="Person">
  <Property Identifier="Login" TargetColumnIndex="4" IsKey="true"/>
  <Property Identifier="Phone" DisplayName_L1="Phone" TargetColumnIndex="5"/>
</EntityType>
<Connector Identifier="HR" DisplayName_L1="HR" Agent="Local" MaximumDeletedLines="50"/>
<Connection Identifier="HRExport" DisplayName_L1="HR" Connector="HR" Package="Usercube.CSV@0000001"/>
<EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
  <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
  <Property Identifier="Phone" ConnectionColumn="phone"/>
</EntityTypeMapping>
<Job Identifier="HR_Complete" DisplayName_L1="HR" Agent="Local">
  <SynchronizeTask Identifier="HR_Sync" Connector="HR" Level="0"/>
</Job>
<Profile Identifier="Reader" DisplayName_L1="Reader"/>"""
TABLE = '<ConnectionTable Identifier="HR" Connection="HR"><Column Identifier="a"/></ConnectionTable>'
CHANGED = (
    PERSON.replace('  <Property Identifier="Phone" DisplayName_L1="Phone" TargetColumnIndex="5"/>\n', "")
    .replace('MaximumDeletedLines="50"', 'MaximumDeletedLines="0"')
    .replace('DisplayName_L1="Reader"', 'DisplayName_L1="Reads"')
)


@pytest.fixture
def two(repository: MakeRepository) -> Path:
    """A folder with the folders ``old`` and ``new``, each a repository of its own."""
    marker = {"idmxml.toml": ""}
    sides = {"old": {"Conf/HR.xml": PERSON} | marker, "new": {"Conf/HR.xml": CHANGED} | marker}
    return repository({f"{side}/{path}": text for side, files in sides.items() for path, text in files.items()})


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env={**os.environ, **OWN})


@pytest.fixture
def history(repository: MakeRepository) -> Path:
    """A git repository: the configuration in ``Conf`` at the tag ``one``, changed in the last commit."""
    root = repository({"Conf/Größe HR.xml": PERSON, "Other/Readme.xml": "<Profile Identifier='Other'/>"})
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    git(root, "tag", "one")
    (root / "Conf/Größe HR.xml").unlink()
    text = (root / "Other/Readme.xml").read_text(encoding="utf-8").replace("<Profile Identifier='Other'/>", CHANGED)
    (root / "Conf/People.xml").write_text(text, encoding="utf-16")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "two")
    return root


def test_text(run: Run, two: Path, golden: Golden) -> None:
    outcome = run("diff", "old", "new", cwd=two)
    assert (outcome.code, outcome.err) == (0, "")
    golden("diff/changes.txt", outcome.out)


@pytest.mark.parametrize("format_name", ["concise", "json", "jsonl", "markdown", "github", "gitlab", "azure", "checkstyle"])
def test_format(run: Run, two: Path, golden: Golden, format_name: str) -> None:
    outcome = run("diff", "old", "new", "--format", format_name, cwd=two)
    assert outcome.code == 0
    golden(f"diff/changes.{format_name}", outcome.out.replace(str(two), "/root").replace("/root/", "/"))


def test_every_format_at_once(run: Run, two: Path) -> None:
    outcome = run("diff", "old", "new", *(f"--output={name}=out/{name}" for name in FORMATS), cwd=two)
    assert outcome.code == 0
    assert sorted(each.name for each in (two / "out").iterdir()) == sorted(FORMATS)
    assert all(each.read_text(encoding="utf-8") for each in (two / "out").iterdir())
    etree.parse(two / "out/junit")
    sarif = json.loads((two / "out/sarif").read_text(encoding="utf-8"))
    assert {each["ruleId"] for each in sarif["runs"][0]["results"]} == {"IDC1002", "IDC2016", "IDC5001"}


def test_json_is_as_the_published_schema_says(run: Run, two: Path) -> None:
    schema = json.loads((schemas_folder() / "diff.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    for words in (("old", "new"), ("new", "old"), ("old", "old")):
        stored = json.loads(run("diff", *words, "--format", "json", cwd=two).out)
        assert [each.message for each in validator.iter_errors(stored)] == []
    assert stored["changes"] == []


def test_exit_codes(run: Run, two: Path) -> None:
    assert run("diff", "old", "new", "--fail-on", "data-loss", cwd=two).code == 1
    assert run("diff", "old", "old", "--fail-on", "cosmetic", cwd=two).code == 0
    assert run("diff", "new", "old", "--fail-on", "sync-break", cwd=two).code == 0
    assert run("diff", "new", "old", "--fail-on", "behaviour", cwd=two).code == 1
    assert run("diff", "old", "nowhere", cwd=two).code == 2
    assert run("diff", "old", cwd=two).code == 2
    assert run("diff", "old", "new", "--format", "yaml", cwd=two).code == 2
    assert run("diff", "old", "new", "--fail-on", "everything", cwd=two).code == 2


def test_no_change_says_so(run: Run, two: Path) -> None:
    assert run("diff", "old", "old", cwd=two).out == "No changes.\n"
    assert run("diff", "old", "old", "-q", cwd=two).out == ""


def test_a_broken_file_is_told_and_fails_the_run(run: Run, two: Path) -> None:
    (two / "new/Conf/HR.xml").write_text("<ConfigurationFile", encoding="utf-8")
    outcome = run("diff", "old", "new", cwd=two)
    assert outcome.code == 1
    assert "can't be read in full" in outcome.out
    assert "removed" not in outcome.out


@pytest.mark.parametrize(
    ("old", "new"), [("one", "HEAD"), ("HEAD~1", "main"), ("one:Conf", "Conf"), ("one:./Conf", "main:Conf/")]
)
def test_git_revisions(run: Run, history: Path, old: str, new: str) -> None:
    outcome = run("diff", old, new, "--format", "concise", cwd=history)
    assert [line.split(" ")[1] for line in outcome.out.splitlines()[:3]] == ["HR.xml:6:4:", "IDC2016", "IDC5001"]
    assert outcome.out.splitlines()[-1] == "3 changes: 1 data-loss, 1 sync-break and 1 cosmetic."


def test_git_revision_seen_from_a_folder_below(run: Run, history: Path) -> None:
    assert run("diff", "one:./", "HEAD:Conf", cwd=history / "Conf").code == 0
    assert "3 changes" in run("diff", "one:.", "HEAD:./", cwd=history / "Conf").out


def test_a_git_revision_leaves_the_checkout_alone(run: Run, history: Path) -> None:
    def state() -> list[tuple[str, bytes]]:
        return sorted((str(each), each.read_bytes()) for each in history.rglob("*") if each.is_file())

    before = state()
    assert run("diff", "one", "HEAD", cwd=history).code == 0
    assert state() == before


@pytest.mark.parametrize("word", ["two", "one:Cnf", "one:Conf/../../x", "--help-me:x", ":x", "one:Other/Readme.xml/x"])
def test_what_is_no_revision(run: Run, history: Path, word: str) -> None:
    outcome = run("diff", "--", word, "HEAD", cwd=history)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Traceback" not in outcome.err


def test_the_nearest_folder_of_a_revision_is_offered(run: Run, history: Path) -> None:
    assert "did you mean 'Conf'?" in run("diff", "one:Cnf", "HEAD", cwd=history).err


def test_without_git(run: Run, two: Path, tmp_path: Path) -> None:
    outcome = run("diff", "main", "new", cwd=two, environment={"PATH": str(tmp_path)})
    assert outcome.code == 3
    assert "git" in outcome.err


def test_as_a_driver_of_git_diff(history: Path) -> None:
    driver = f'"{sys.executable}" -m idmxml diff --git-driver --color never'
    (history / ".gitattributes").write_text("*.xml diff=idmxml\n", encoding="utf-8")
    text = (history / "Conf/People.xml").read_text(encoding="utf-16")
    (history / "Conf/People.xml").write_text(text.replace('"Reads"', '"Reader"'), encoding="utf-8")
    (history / "Other/Readme.xml").write_text("<other/>", encoding="utf-8")
    words = ["git", "-c", f"diff.idmxml.command={driver}", "diff", "HEAD"]
    environment = {**os.environ, **OWN, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(words, cwd=history, check=False, capture_output=True, env=environment, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "idmxml diff a/Conf/People.xml b/Conf/People.xml\n" in done.stdout
    assert 'DisplayName_L1  "Reads" → "Reader"' in done.stdout
    assert done.stdout.count(" change:") == 2
    assert "removed" not in done.stdout.split("idmxml diff a/Other")[0]


def test_driver_of_other_files_and_wrong_words(run: Run, two: Path) -> None:
    (two / "x.xml").write_text("<other/>", encoding="utf-8")
    outcome = run("diff", "--git-driver", "x.xml", "x.xml", "0", "100644", os.devnull, ".", ".", cwd=two)
    assert (outcome.code, "no configuration file" in outcome.out) == (0, True)
    assert run("diff", "--git-driver", "x.xml", "x.xml", cwd=two).code == 2


def test_driver_of_a_path_in_conflict(history: Path) -> None:
    git(history, "checkout", "-q", "-b", "other", "HEAD~1")
    (history / "Conf/People.xml").write_text("<other/>", encoding="utf-8")
    git(history, "add", "-A")
    git(history, "commit", "-q", "-m", "other")
    subprocess.run(["git", "merge", "-q", "main"], cwd=history, check=False, capture_output=True, env={**os.environ, **OWN})
    (history / ".gitattributes").write_text("*.xml diff=idmxml\n", encoding="utf-8")
    words = ["git", "-c", f'diff.idmxml.command="{sys.executable}" -m idmxml diff --git-driver', "diff", "--cached"]
    environment = {**os.environ, **OWN, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(words, cwd=history, check=False, capture_output=True, env=environment, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "idmxml diff: Conf/People.xml is not merged yet\n" in done.stdout


def test_a_compiled_folder_is_the_same_as_its_source(run: Run, tmp_path: Path) -> None:
    assert run("compile", CONTOSO, "-o", tmp_path / "compiled", cwd=tmp_path).code == 0
    outcome = run("diff", CONTOSO, "compiled", cwd=tmp_path)
    assert outcome.out.splitlines()[0] == "No changes."
    assert run("diff", "compiled", CONTOSO, "--format", "concise", cwd=tmp_path).out.splitlines()[0] == "No changes."


def test_options_and_settings_of_a_revision_count(run: Run, repository: MakeRepository) -> None:
    root = repository(
        {
            "idmxml.toml": 'exclude = ["Old"]',
            "Conf.xml": '<Connection Identifier="HR" Connector="HR" Package="Usercube.CSV@0000001"/>',
            "Old/Gone.xml": "<Profile Identifier='A'/>",
            "appsettings.agent.json": '{"Connections": {"HR": {"Path": "a"}}}',
            ".idmxml/schemas/HR.xml": TABLE,
        }
    )
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    assert run("diff", "HEAD", ".", cwd=root).out == "No changes.\n"
    shutil.rmtree(root / "Old")
    (root / "appsettings.agent.json").write_text('{"Connections": {"HR": {"Path": "b"}}}', encoding="utf-8")
    (root / ".idmxml/schemas/HR.xml").unlink()
    found = json.loads(run("diff", "HEAD", ".", "--format", "json", cwd=root).out)
    assert [(each["name"], each["object"]) for each in found["changes"]] == [
        ("connection-setting-changed", "Connection[HR]/settings[appsettings.agent.json]"),
        ("table-unmapped-removed", "ConnectionTable[HR,HR]"),
    ]


def test_sixty_rules_in_reordered_split_and_reformatted_files(run: Run, tmp_path: Path) -> None:
    """One repository made of the cases of every rule, each under names of its own, against its changed version."""
    chosen = [rule for rule in change_rules().values() if rule.before and rule.after and _stands_alone(rule.name)]
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    whole = [_named(rule.before, number) for number, rule in enumerate(chosen)]
    (old / "All.xml").write_text(_document("\n".join(whole)), encoding="utf-8")
    for number, rule in reversed(list(enumerate(chosen))):
        text = _document(_named(rule.after, number).replace(" Identifier=", "\n\t Identifier="))
        (new / f"{number:03}.xml").write_bytes(text.encode("utf-16" if number % 2 else "utf-8-sig"))
    found = json.loads(run("diff", "old", "new", "--format", "json", cwd=tmp_path).out)
    assert len(chosen) >= 60
    assert sorted(each["name"] for each in found["changes"]) == sorted(rule.name for rule in chosen)
    assert {each["name"]: each["class"] for each in found["changes"]} == {rule.name: rule.klass.label for rule in chosen}


# Elements of which there is one alone, or whose names are no texts of ours.
ALONE = ("Setting", "Language", "Resource ", "BootstrapModule", "Novelty", "FR")


def _stands_alone(name: str) -> bool:
    text = (CASES / name / "previous/Conf.xml").read_text(encoding="utf-8")
    return not any(f"<{each}" in text or f"{each} Identifier" in text for each in ALONE)


def _named(text: str, number: int) -> str:
    """The fragment with every identifying value made its own."""
    root = etree.fromstring(f"<r>{text}</r>")
    for each in root.iter():
        for name in KEYS & set(each.attrib):
            each.set(name, ":".join(f"{part}x{number}" for part in each.get(name, "").split(":")))
    return "".join(etree.tostring(each, encoding="unicode") for each in root)


KEYS = {
    *("Identifier", "Connector", "ConnectionTable", "Connection", "EntityType", "Profile", "Role", "SingleRole", "Policy"),
    *(
        "ResourceType",
        "Campaign",
        "Property1",
        "Property2",
        "EntityPropertyMapping1",
        "EntityPropertyMapping2",
        "User",
        "ConnectionColumn",
    ),
}


def _document(text: str) -> str:
    return f'<?xml version="1.0"?>\n<ConfigurationFile xmlns="{NAMESPACE}">\n{text}\n</ConfigurationFile>\n'
