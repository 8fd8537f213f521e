"""No secret leaves the commands that look at systems, nor stands in what they record, whatever drivers say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from canaries import aviary
from command_run import MakeRepository, Run

from idmxml.drivers import registry
from idmxml.drivers.driver import Mode, Settings, StageResult, Table, Wanted


class Telltale:
    """A driver that breaks off with every setting it was given in its message."""

    def check(self, settings: Settings, mode: Mode) -> Iterator[StageResult]:
        raise ValueError(f"{mode}: {_everything(settings)}")
        yield

    def discover(self, settings: Settings, wanted: Wanted) -> tuple[Table, ...]:
        raise ValueError(f"{wanted}: {_everything(settings)}")


def _everything(settings: Settings) -> str:
    told = []
    settings.replaced(lambda name, _value: told.append(name))
    texts = []
    for name in told:
        try:
            texts.append(settings.text(name))
        except Exception as error:  # noqa: BLE001  what can't be read can't be told
            texts.append(str(error))
    return " ".join(texts)


@pytest.mark.parametrize("is_telltale", [False, True], ids=["own drivers", "a driver that tells everything"])
def test_no_live_command_tells_a_secret(
    is_telltale: bool, repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    if is_telltale:
        monkeypatch.setattr(registry, "driver_named", lambda _name: Telltale())
    birds = aviary()
    root = repository(birds.files(None))
    told = ""
    for verb in ("check", "refresh"):
        for more in ((), ("--format", "json"), ("--verbose", "--environment", "Production")):
            outcome = run("connection", verb, "--all", root, "--timeout", "5", *more, environment=birds.variables)
            assert outcome.code in {0, 1}, outcome.err
            told += outcome.out + outcome.err
    assert birds.leaks(told) == []
    assert "driver-fault" in told or not is_telltale
    written = [each for each in Path(root, ".idmxml").rglob("*") if each.is_file()]
    assert written
    for file in written:
        assert birds.leaks(file.read_text(encoding="utf-8")) == [], file
