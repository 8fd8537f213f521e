"""No secret leaves the commands that look at systems, nor stands in what they record, whatever drivers say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from canaries import SERVER, Aviary, aviary
from command_run import MakeRepository, Run
from http_service import Authorities
from vault_services import APPLICATION, LOGIN, SAFE, Azure, Provider, served

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
    told = _told_by_all(birds, repository(birds.files(None)), run)
    assert "driver-fault" in told or not is_telltale


@pytest.mark.live
def test_no_live_command_tells_what_vaults_hold(
    repository: MakeRepository, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setattr(registry, "driver_named", lambda _name: Telltale())
    birds, authorities = aviary(), Authorities(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities.trusted))
    monkeypatch.setenv("NO_PROXY", "localhost")
    key = birds.canary("the secret of the application that asks Azure Key Vault").text
    token = birds.canary("the token for Azure Key Vault", "Kanari{0:02}-token").text
    azure, provider = Azure(birds.vault, key=key, token=token), Provider(birds.accounts)
    with served(azure, authorities) as vault, served(provider, authorities) as server:
        birds.put(SERVER, {"Vault": vault}, "AzureKeyVault")
        section = {"UseCyberArkSetting": True, "SafeName": SAFE, "ApplicationId": APPLICATION, "Server": server}
        birds.put(SERVER, section, "CyberArk")
        birds.variables |= {**LOGIN, "AZURE_CLIENT_SECRET": key, "AZURE_AUTHORITY_HOST": vault}
        root = repository(birds.files(None))
        told = _told_by_all(birds, root, run)
        assert "driver-fault" in told
        assert {f"GET /secrets/{name}" for name in birds.vault} <= set(azure.asked)
        assert set(birds.accounts) <= set(provider.asked)
        birds.variables["AZURE_CLIENT_SECRET"] = birds.canary("a secret of the application that is wrong").text
        assert "AADSTS7000215" in _told_by_all(birds, root, run)


def _told_by_all(birds: Aviary, root: Path, run: Run) -> str:
    """What the commands told, once it is certain that nothing of it, nor of what they recorded, is a secret."""
    told = ""
    for verb in ("check", "refresh"):
        for more in ((), ("--format", "json"), ("--verbose", "--environment", "Production")):
            outcome = run("connection", verb, "--all", root, "--timeout", "5", *more, environment=birds.variables)
            assert outcome.code in {0, 1}, outcome.err
            told += outcome.out + outcome.err
    assert birds.leaks(told) == []
    written = [each for each in Path(root, ".idmxml").rglob("*") if each.is_file()]
    assert written
    for file in written:
        assert birds.leaks(file.read_text(encoding="utf-8")) == [], file
    return told
