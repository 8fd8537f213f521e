"""Formats that are shown in the files of a checkout tell paths from its top, wherever the configuration lies in it."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from command_run import MakeRepository, Run

BAD = '<Connection Identifier="HR" DisplayName_L1="HR" Connector="Nowhere" Package="Usercube.CSV@0000001"/>'
OWN = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env={**os.environ, **OWN})


@pytest.fixture
def checkout(repository: MakeRepository) -> Path:
    """A git repository with a configuration in ``sites/a b`` that has findings in ``Conf.xml``."""
    root = repository({"sites/a b/idmxml.toml": 'select = ["IDM3001"]', "sites/a b/Conf.xml": BAD})
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    return root


def written(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("folder", "path"), [(".", "sites/a b"), ("sites", "a b"), ("sites/a b", "."), ("sites/a b", "Conf.xml")]
)
def test_paths_count_from_the_top(run: Run, checkout: Path, tmp_path: Path, folder: str, path: str) -> None:
    names = ("github", "gitlab", "azure", "sarif", "json", "checkstyle", "concise")
    run("check", path, *(f"--output={name}={tmp_path / name}" for name in names), cwd=checkout / folder)
    assert "::error file=sites/a b/Conf.xml,line=" in written(tmp_path, "github")
    assert "sourcepath=sites/a b/Conf.xml;" in written(tmp_path, "azure")
    assert {each["location"]["path"] for each in json.loads(written(tmp_path, "gitlab"))} == {"sites/a b/Conf.xml"}
    (sarif,) = json.loads(written(tmp_path, "sarif"))["runs"]
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in sarif["results"]]
    assert {each["uri"] for each in places} == {"sites/a%20b/Conf.xml"}
    assert sarif["originalUriBaseIds"] == {"%SRCROOT%": {"uri": checkout.resolve().as_uri() + "/"}}
    stored = json.loads(written(tmp_path, "json"))
    assert (stored["root"], {each["path"] for each in stored["diagnostics"]}) == (str(checkout / "sites/a b"), {"Conf.xml"})
    assert 'name="Conf.xml"' in written(tmp_path, "checkstyle")
    assert written(tmp_path, "concise").startswith("Conf.xml:")


def test_the_top_itself_and_no_checkout(run: Run, repository: MakeRepository) -> None:
    for root in (repository({".git/HEAD": "", "Conf.xml": BAD}), repository({"Conf.xml": BAD})):
        assert "::error file=Conf.xml," in run("check", "--format", "github", cwd=root).out


def test_links_to_the_configuration_are_resolved(run: Run, checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(checkout / "sites/a b", target_is_directory=True)
    assert "::error file=sites/a b/Conf.xml," in run("check", "link", "--format", "github", cwd=tmp_path).out


@pytest.mark.parametrize("new", [".", "main~0:sites/a b"])
def test_a_comparison_of_a_revision(run: Run, checkout: Path, new: str) -> None:
    file = checkout / "sites/a b/Conf.xml"
    file.write_text(written(checkout, "sites/a b/Conf.xml").replace('L1="HR"', 'L1="People"'), encoding="utf-8")
    git(checkout, "commit", "-q", "-a", "-m", "two")
    outcome = run("diff", "main~1:sites/a b", new, "--format", "sarif", cwd=file.parent)
    (result,) = json.loads(outcome.out)["runs"][0]["results"]
    places = [
        each["physicalLocation"]["artifactLocation"]["uri"] for each in (*result["locations"], *result["relatedLocations"])
    ]
    assert places == ["sites/a%20b/Conf.xml"] * 2
    assert "file=sites/a b/Conf.xml," in run("diff", "main~1:sites/a b", new, "--format", "github", cwd=file.parent).out


def test_a_comparison_of_two_folders(run: Run, checkout: Path, repository: MakeRepository) -> None:
    """Where a change stood before is told when both are of one checkout."""
    changed = written(checkout, "sites/a b/Conf.xml").replace('L1="HR"', 'L1="People"')
    (checkout / "sites/c").mkdir()
    for folder in (checkout / "sites/c", repository({"x": ""})):
        (folder / "Conf.xml").write_text(changed, encoding="utf-8")
        (folder / "idmxml.toml").write_text("", encoding="utf-8")
        outcome = run("diff", "sites/a b", folder, "--format", "sarif", cwd=checkout)
        (result,) = json.loads(outcome.out)["runs"][0]["results"]
        related = [each["physicalLocation"]["artifactLocation"]["uri"] for each in result.get("relatedLocations", ())]
        assert related == (["sites/a%20b/Conf.xml"] if folder.is_relative_to(checkout) else [])
