"""The hooks for pre-commit, run on a repository of git as pre-commit runs them, with the README's example."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from program_on_path import with_program
from readme_examples import example

ROOT = Path(__file__).parents[2]
HOOKS = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
CONFIGURED = {each["id"]: each for each in example("repos")["repos"][0]["hooks"]}
CHECK, FORMAT = "idmxml-check", "idmxml-fmt"
# What pre-commit knows of a hook; it warns of anything else.
KEYS = frozenset(
    {
        "id",
        "name",
        "description",
        "entry",
        "args",
        "language",
        "language_version",
        "additional_dependencies",
        "files",
        "exclude",
    }
    | {"types", "types_or", "exclude_types", "pass_filenames", "always_run", "require_serial", "fail_fast", "verbose", "stages"}
    | {"alias", "log_file", "minimum_pre_commit_version"}
)
pytestmark = pytest.mark.skipif(os.name == "nt" or shutil.which("git") is None, reason="needs git and a POSIX shell")


class Checkout:
    """A copy of the sample repository under git, in which everything is committed."""

    def __init__(self, folder: Path) -> None:
        self.environment = with_program(folder)
        self.root = folder / "checkout"
        shutil.copytree(ROOT / "samples" / "contoso", self.root)
        self.git("init", "--quiet")
        self.git("add", ".")
        self.git("-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "first")

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, encoding="utf-8", check=True)
        return done.stdout

    def stage(self, name: str, before: str, after: str) -> None:
        file = self.root / name
        text = file.read_bytes().decode()
        assert before in text
        file.write_bytes(text.replace(before, after, 1).encode())
        self.git("add", name)

    def commit_with(self, hook: str) -> tuple[bool, str]:
        """Whether pre-commit would let the commit through, and what it would show; nothing is run for no file."""
        settings: dict[str, Any] = {"args": [], "exclude": "^$", "pass_filenames": True, **HOOKS[hook], **CONFIGURED[hook]}
        staged = self.git("diff", "--staged", "--name-only", "-z").split("\0")[:-1]
        files = [each for each in staged if re.search(settings["files"], each) and not re.search(settings["exclude"], each)]
        if not files:
            return True, "no files to check"
        words = [*shlex.split(settings["entry"]), *settings["args"], *(files if settings["pass_filenames"] else ())]
        before = self.git("diff")
        done = subprocess.run(words, cwd=self.root, env=self.environment, capture_output=True, encoding="utf-8", check=False)
        return done.returncode == 0 and self.git("diff") == before, done.stdout + done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def _a_connector(checkout: Checkout) -> str:
    return min(each for each in checkout.git("ls-files", "-z").split("\0") if each.endswith(" Connector.xml"))


def test_definitions_are_what_pre_commit_reads() -> None:
    assert set(HOOKS) == {CHECK, FORMAT} == set(CONFIGURED)
    for each in HOOKS.values():
        assert set(each) <= KEYS
        assert {"id", "name", "entry", "language"} <= set(each)
        assert each["language"] == "python"
        re.compile(each["files"])


def test_a_correct_change_passes(checkout: Checkout) -> None:
    checkout.stage(_a_connector(checkout), "<ConfigurationFile", "<!-- one more word -->\n<ConfigurationFile")
    passed, told = checkout.commit_with(CHECK)
    assert passed, told
    assert "All clean" in told


def test_a_fault_stops_the_commit(checkout: Checkout) -> None:
    name = _a_connector(checkout)
    checkout.stage(name, 'Package="Usercube.', 'Package="Usrcube.')
    passed, told = checkout.commit_with(CHECK)
    assert not passed
    assert "IDM3103" in told
    assert name in told


def test_a_fault_in_a_file_that_did_not_change_stops_the_commit(checkout: Checkout) -> None:
    name = _a_connector(checkout)
    identifier = re.search(r'<Connector [^>]*?Identifier="([^"]+)"', (checkout.root / name).read_text(encoding="utf-8"))
    assert identifier is not None
    checkout.git("rm", "--quiet", name)
    passed, told = checkout.commit_with(CHECK)
    assert not passed
    assert f"'{identifier[1]}'" in told


def test_settings_are_looked_at(checkout: Checkout) -> None:
    checkout.stage("appsettings.agent.json", "{", "{{")
    assert not checkout.commit_with(CHECK)[0]


@pytest.mark.parametrize("hook", [CHECK, FORMAT])
def test_other_files_wake_no_hook(checkout: Checkout, hook: str) -> None:
    checkout.stage("README.md", "#", "# #")
    assert checkout.commit_with(hook) == (True, "no files to check")


def test_layout_is_mended_once(checkout: Checkout) -> None:
    name = _a_connector(checkout)
    checkout.stage(name, "<Connector ", "<Connector    ")
    passed, told = checkout.commit_with(FORMAT)
    assert not passed
    assert f"changed: {name}" in told
    assert b"<Connector    " not in (checkout.root / name).read_bytes()
    checkout.stage(name, "</ConfigurationFile>", "<!-- laid out -->\n</ConfigurationFile>")
    assert not checkout.commit_with(FORMAT)[0]
    checkout.stage(name, "<!-- laid out -->", "<!-- laid out now -->")
    assert checkout.commit_with(FORMAT) == (True, "")
