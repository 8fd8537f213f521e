from collections.abc import Callable
from pathlib import Path

import pytest

from idmxml.live.vaults.vault_settings import VaultSection
from idmxml.settings.read import SettingsRequest, read_settings
from idmxml.stages import Failure, StageFailure

ENCRYPTED = "YWJj@YWJj@YWJj"
PLAIN = '{"CyberArk": {"SafeName": " Identity ", "Password": "%s"}}'
HIDDEN = '{"CyberArk": {"Server": "kxABAAbc="}}'


def section(folder: Path, ring: dict[str, str]) -> VaultSection:
    (folder / "appsettings.json").write_text(PLAIN % ENCRYPTED, encoding="utf-8")
    (folder / "appsettings.encrypted.json").write_text(HIDDEN, encoding="utf-8")
    return VaultSection("CyberArk", read_settings(SettingsRequest(folder, (folder,))), ring.get)


def test_keyring_gives_what_can_not_be_read(tmp_path: Path) -> None:
    ring = {"CyberArk__Server": "https://ccp", "CyberArk__Password": "open", "CyberArk__SafeName": "other"}
    found = section(tmp_path, ring)
    assert [found.text(each) for each in ("SafeName", "Server", "ApplicationId")] == ["Identity", "https://ccp", ""]
    assert found.password("Password") == "open"


def test_what_nobody_gives_is_told(tmp_path: Path) -> None:
    found = section(tmp_path, {})
    told = []
    asked: dict[str, Callable[[str], str]]
    asked = {"Server": found.text, "Password": found.password, "ApplicationId": found.certain_text}
    for key, ask in asked.items():
        with pytest.raises(StageFailure) as caught:
            ask(key)
        told.append((caught.value.failure, caught.value.message, caught.value.hint))
    assert told == [
        (
            Failure.SECRET_MISSING,
            "'CyberArk > Server' is given by appsettings.encrypted.json, which can't be read here",
            "set the environment variable CyberArk__Server",
        ),
        (
            Failure.SECRET_MISSING,
            "'CyberArk > Password' is encrypted, which only the agent can undo",
            "set the environment variable CyberArk__Password",
        ),
        (
            Failure.SETTING_MISSING,
            "'CyberArk > ApplicationId' is missing, which says how the vault is asked",
            "set the environment variable CyberArk__ApplicationId",
        ),
    ]
