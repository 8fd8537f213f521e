import json
from collections.abc import Iterator
from functools import cached_property

import keyring
import pytest
from command_run import MakeRepository
from keyring.backend import KeyringBackend

from idmxml.drivers.settings import NO_LIMIT
from idmxml.inventory import take_inventory
from idmxml.live.plans import Plan
from idmxml.live.secret_sources import Fetched
from idmxml.options import CheckOptions
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Stage, StageResult, passed

DECLARED = """
<Connector Identifier="C" DisplayName_L1="C"/>
<Connection Identifier="X" DisplayName_L1="X" Connector="C" Package="Usercube.AD@0000001"/>
"""
PLAIN = {"Connections": {"X": {"Servers": [{"Server": "dc", "BaseDN": "dc=x"}], "Filter": "(a=b)", "AuthType": "Basic"}}}
NAMES = ("Connections__X__Login", "Connections__X__Password")


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets everything when the test ends."""

    priority = 1

    @cached_property
    def held(self) -> dict[tuple[str, str], str]:
        return {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before, made = keyring.get_keyring(), MemoryKeyring()  # type: ignore[no-untyped-call]
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def fetched(repository: MakeRepository, hidden: dict[str, str], variables: dict[str, str]) -> Fetched:
    root = repository(
        {
            "Conf/x.xml": DECLARED,
            "appsettings.agent.json": json.dumps(PLAIN),
            "appsettings.encrypted.agent.json": json.dumps({"Connections": {"X": hidden}}),
        }
    )
    inventory = take_inventory(root, CheckOptions(jobs=1), variables)
    return Plan(inventory, inventory.section("X")).fetch(NO_LIMIT)


def test_variables_come_before_the_keyring(repository: MakeRepository, ring: MemoryKeyring) -> None:
    for name in NAMES:
        ring.set_password("idmxml", name, "from the ring")
    found = fetched(repository, {"Login": "kms:1", "Password": "kms:2"}, {NAMES[0]: "reader"})
    values = found.section.values()
    assert (values["Login"], values["Password"]) == (Secret("reader"), Secret("from the ring"))
    assert found.result == passed(Stage.SECRET, "3 values, 1 of them from the keyring")


@pytest.mark.usefixtures("ring")
def test_what_nothing_gives_is_told(repository: MakeRepository) -> None:
    result = fetched(repository, {"Login": "kms:1", "Password": "kms:2"}, {}).result
    assert result == StageResult(
        Stage.SECRET,
        Failure.SECRET_MISSING,
        "'Login' and 'Password' in appsettings.encrypted.agent.json can't be had here: what stands encrypted can't be read",
        "Login",
        (
            f"set the environment variables {NAMES[0]}, {NAMES[1]}, "
            f"or store each in the keyring: keyring set idmxml {NAMES[0]}, and so on"
        ),
    )
