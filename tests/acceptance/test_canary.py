"""No secret leaves the program: every command that reads settings, in every format, with faults everywhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from canaries import ECHOES, PLAIN, Aviary, aviary
from command_run import MakeRepository, Outcome, Run

from idmxml.cli.main import COMMANDS
from idmxml.reports.formats import FORMATS
from idmxml.settings import read
from idmxml.settings.secret import MASK

READING = {"baseline", "check", "compile", "connection", "diff", "export-schemas", "new"}
NOT_READING = {
    "completion": "knows the commands alone",
    "expand": "reads the XML alone",
    "explain": "knows rules alone",
    "fmt": "reads the XML alone",
    "graph": "reads the XML alone",
    "package": "knows the catalogue alone",
    "schema": "reads recorded schemas alone",
}
LOUD = ("-v", "-v", "-v")
# A compiled configuration says what its source says, secrets that stand in the XML included.
CONFIGURATION = "compiled/Conf"
CONTOSO = Path(__file__).resolve().parents[2] / "samples" / "contoso"


def _calls(root: Path, out: Path) -> Iterator[tuple[str | Path, ...]]:
    for name in FORMATS:
        yield ("check", root, "--format", name, "--output", f"{name}={out / name}", *LOUD)
    yield ("check", root, "--environment", "Production", "--color", "always", *LOUD)
    yield ("check", root / "Conf", "--settings", root, "--fail-on", "info", "--format", "json")
    for name in ("text", "json"):
        words = ("--format", name, "--output", f"json={out / 'more'}", *LOUD)
        yield ("connection", "list", root, *words)
        yield ("connection", "list", root, "--environment", "Production", *words)
        for identifier in ("C1", "C2", "C3", "C4", "Ldap", "Csv30", "Nowhere"):
            yield ("connection", "show", identifier, root, *words)
            yield ("connection", "show", identifier, root, "--environment", "Production", *words)
            yield ("connection", "show", identifier, root, "--environment", "Production", "--environment", "Test", *words)
    yield ("check", root, "--select", "IDM3", *LOUD)
    yield ("check", root, "--ignore", "IDM8", "--format", "json")
    yield ("compile", root, "-o", out / "compiled", "--force", "--environment", "Production", *LOUD)
    yield ("compile", root, "-o", out / "refused", *LOUD)
    for name in FORMATS:
        yield ("diff", CONTOSO, root, "--format", name, "--output", f"{name}={out / f'added-{name}'}", *LOUD)
    yield ("diff", root, CONTOSO, "--format", "json", "--output", f"html={out / 'removed'}", *LOUD)
    yield ("connection", "check", "--all", root, *LOUD)
    yield ("connection", "refresh", "--all", root, *LOUD)
    yield ("export-schemas", out / "editor", root, *LOUD)
    yield ("new", "connector", "New", "--name", "New", root, *LOUD)
    yield ("new", "connection", "New1", "--connector", "K", "--package", "Usercube.SAP@0000001", "--name", "x", root, *LOUD)
    yield ("baseline", root, *LOUD)
    yield ("new", "connection", "c1", "--connector", "K", "--package", "Usercube.SAP@0000001", "--name", "x", root, *LOUD)


def _told(run: Run, words: tuple[str | Path, ...], birds: Aviary) -> Outcome:
    outcome = run(*words, environment=birds.variables)
    assert outcome.code in {0, 1, 2}, (words, outcome.err)
    assert birds.leaks(outcome.out) == [], words
    assert birds.leaks(outcome.err) == [], words
    return outcome


def test_there_are_enough_kinds() -> None:
    kinds = [each.kind for each in aviary().canaries]
    assert len(kinds) == len(set(kinds)) >= 40


def test_every_command_is_looked_at() -> None:
    assert READING.isdisjoint(NOT_READING)
    assert set(COMMANDS) <= READING | set(NOT_READING)


def test_the_traces_are_found_where_a_secret_is_shown() -> None:
    birds = aviary()
    whole = "\n".join(str(each) for each in birds.files(None).values()) + str(birds.variables) + str(birds.xml)
    whole += str(birds.vault) + str(birds.accounts)
    assert birds.leaks(whole) == [each.kind for each in birds.canaries]


@pytest.mark.parametrize("indent", [None, 2], ids=["on one line", "on many lines"])
def test_no_command_tells_a_secret(indent: int | None, repository: MakeRepository, run: Run, tmp_path: Path) -> None:
    birds = aviary()
    root, out = repository(birds.files(indent)), tmp_path / "out"
    out.mkdir()
    told = [_told(run, words, birds) for words in _calls(root, out)]
    assert sum(len(each.out) for each in told) > 50_000
    assert any(MASK in each.out for each in told)
    found = [each for each in sorted(out.rglob("*")) if each.is_file()]
    written = [each for each in found if not each.relative_to(out).as_posix().startswith(CONFIGURATION)]
    assert len(written) > len(FORMATS)
    for file in written:
        assert birds.leaks(file.read_bytes().decode("utf-8", "replace")) == [], file


def test_faults_are_told_all_the_same(repository: MakeRepository, run: Run) -> None:
    """The outputs that hold no secret are not empty: the rules of settings speak, at the lines with the secrets."""
    outcome = run("check", repository(aviary().files(None)), "--format", "concise", "--select", "IDM80")
    assert len(set(re.findall(r"IDM80\d\d", outcome.out))) > 12


@pytest.mark.parametrize("place", ["layer_of", "settings_files", "_listed_layers"])
def test_a_failure_of_the_tool_tells_no_secret(
    place: str, repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    birds = aviary()
    root = repository(birds.files(None))

    def fail(*_words: object) -> None:
        raise RuntimeError((root / PLAIN).read_text(encoding="utf-8"))

    monkeypatch.setattr(read, place, fail)
    for words in (("check", root), ("connection", "list", root), ("connection", "show", "C1", root)):
        outcome = run(*words, environment=birds.variables)
        assert outcome.code == 70
        assert "RuntimeError" in outcome.err
        assert birds.leaks(outcome.out + outcome.err) == []


def test_a_failing_rule_tells_no_secret(repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from idmxml.settings.layers import RepositorySettings

    birds = aviary()

    def fail(settings: RepositorySettings, *_words: object) -> None:
        raise ValueError("".join(each.reveal() for each in settings.secrets()))

    monkeypatch.setattr(RepositorySettings, "of", fail)
    outcome = run("check", repository(birds.files(None)), environment=birds.variables)
    assert "failed: ValueError" in outcome.out
    assert birds.leaks(outcome.out + outcome.err) == []


def test_short_and_empty_secrets_leave_the_output_readable(repository: MakeRepository, run: Run) -> None:
    xml = (
        '<Connector Identifier="K" DisplayName_L1="K"/>'
        '<Connection Identifier="C1" DisplayName_L1="C1" Connector="K" Package="Usercube.SAP@0000001"/>'
    )
    settings = '{"Connections": {"C1": {"Server": "https://contoso.com", "Login": "a", "Password": "", "Passwort": "er"}}}'
    root = repository({"a.xml": xml, PLAIN: settings})
    outcome = run("check", root, "--select", "IDM80", "--format", "concise")
    assert "package 'Usercube.SAP@0000001' has no setting 'Passwort'" in outcome.out
    assert "•" not in outcome.out.replace(f"'{MASK}'", "")


def test_without_redaction_these_commands_would_tell_secrets(
    repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is proven above is no matter of course: the same calls tell secrets that stand elsewhere, if nothing hides them."""
    from idmxml.settings.redaction import Redactor

    monkeypatch.setattr(Redactor, "redact", lambda _self, text: text)
    birds = aviary()
    root = repository(birds.files(None))
    told = "".join(
        f"{outcome.out}{outcome.err}"
        for words in _calls(root, tmp_path)
        for outcome in [run(*words, environment=birds.variables)]
    )
    echoed = set(birds.leaks(told))
    assert set(ECHOES) <= echoed
    assert {"the name of a key", "the display name of a connection", "an attribute of the XML with a fault"} <= echoed
