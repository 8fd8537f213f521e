"""Repositories whose secrets lie in vaults, and the commands on them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from command_run import MakeRepository, Outcome, Run
from vault_services import APPLICATION, KEY, LOGIN, SAFE, TOKEN

from idmxml.drivers.driver import Mode, Settings, Stage, StageResult, Table, Wanted, passed

NAME, PASSWORD, ACCOUNT_NAME = "Connections--{}--{}", "password-never-told", "Account-never-told"
ACCOUNT = {"UserName": "reader-never-told", "Content": PASSWORD, "Address": "host-never-told"}
SCIM = {"Server": "https://scim.contoso.test", "Filter": "Users;id", "FilterGroup": "Groups;id"}


class Asking:
    """A driver that wants the settings its connection needs, and tells nothing of them."""

    def __init__(self) -> None:
        self.seen: dict[str, tuple[str, str]] = {}

    def check(self, settings: Settings, _mode: Mode) -> Iterator[StageResult]:
        self._see(settings)
        yield passed(Stage.LOGIN)

    def discover(self, settings: Settings, _wanted: Wanted) -> tuple[Table, ...]:
        self._see(settings)
        return ()

    def _see(self, settings: Settings) -> None:
        first = (settings.sections("Servers") or (settings,))[-1]
        self.seen[settings.connection] = first.text("Login", "-"), first.text("Password", "-")


class Place:
    """A repository of SCIM connections, and the commands on it."""

    def __init__(self, make: MakeRepository, run: Run) -> None:
        self.make = make
        self.run = run
        self.files: dict[str, Any] = {}
        self.environment: dict[str, str] = {}

    def forget_login(self) -> None:
        """Leave the variables out that log in to Azure."""
        for name in LOGIN:
            del self.environment[name]

    def repository(self, *connections: str) -> Path:
        declared = [
            f'<Connection Identifier="{each}" DisplayName_L1="{each}" Connector="K" Package="Usercube.SCIM@0000001"/>'
            for each in connections
        ]
        stored = {name: text if isinstance(text, str) else json.dumps(text) for name, text in self.files.items()}
        plain = json.dumps({"Connections": dict.fromkeys(connections, SCIM)})
        xml = "\n".join(['<Connector Identifier="K" DisplayName_L1="K"/>', *declared])
        return self.make({"Conf/a.xml": xml, "appsettings.agent.json": plain, **stored})

    def check(self, *connections: str, verb: str = "check", more: tuple[str, ...] = ()) -> tuple[Outcome, list[Any]]:
        root = self.repository(*(connections or ("C1",)))
        outcome = self.run("connection", verb, "--all", root, "--format", "json", *more, environment=self.environment)
        for secret in (KEY, TOKEN, PASSWORD, *ACCOUNT.values(), "Account-never-told"):
            assert secret not in outcome.out + outcome.err
        assert outcome.code in {0, 1, 3}, outcome.err
        return outcome, json.loads(outcome.out)["connections"]

    def stage(self, *connections: str, more: tuple[str, ...] = ()) -> Any:
        """The stage of the secret of the first connection, in complete mode."""
        _outcome, found = self.check(*connections, more=more)
        return next(each for each in found[0]["modes"][0]["stages"] if each["stage"] == "secret")


def azure_settings(place: Place, address: str, *names: str) -> None:
    place.files["appsettings.json"] = {"AzureKeyVault": {"Vault": f"{address}/"}}
    place.environment = {**LOGIN, "AZURE_AUTHORITY_HOST": address}
    if names:
        listed = ", ".join(f'"{each}"' for each in names)
        place.files["idmxml.toml"] = f"key-vault-secrets = [{listed}]"
        place.environment["Connections__C1__Login"] = "reader"


def cyberark_settings(place: Place, address: str, **more: object) -> None:
    section = {"UseCyberArkSetting": True, "SafeName": SAFE, "ApplicationId": APPLICATION, "Server": address, **more}
    account = "Account-never-told"
    place.files["appsettings.json"] = {"CyberArk": section}
    place.files["appsettings.cyberArk.agent.json"] = {"Connections": {"C1": {"Login": account, "Password": account}}}
