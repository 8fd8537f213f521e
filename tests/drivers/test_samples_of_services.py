"""A sample of what a service tells of itself gives the schema that a look at the service gives."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import odatapy_partner
import pytest
import scim2_partner
from command_run import MakeRepository
from http_service import Asked, Told, service
from scim_service import CONTAINER, SCHEMAS, TYPES
from test_odata_driver import V2, V3, V4

from idmxml.drivers.driver import Driver, Settings, Wanted
from idmxml.drivers.odata_driver import ODataDriver
from idmxml.drivers.scim_driver import Scim2Driver, ScimDriver
from idmxml.inventory import take_inventory
from idmxml.live.plans import Plan
from idmxml.live.samples import read_sample
from idmxml.options import CheckOptions
from idmxml.settings.secret import Secret
from idmxml.snapshots.snapshot import Table

pytestmark = pytest.mark.live
DECLARED = """
<Connector Identifier="C" DisplayName_L1="C"/>
<Connection Identifier="HR" DisplayName_L1="HR" Connector="C" Package="{}"/>
"""
WANTED = Wanted(None, {"hr_members_groups": frozenset({"Command", "id", "value"})})
SCHEMA_ALONE = V3.partition("<DataServices>")[2].partition("</DataServices>")[0]
LIKE_CONNECTION = V3.replace('EntitySet Name="As"', 'EntitySet Name="HR"')
BY_ADDRESS = ({**TYPES[0], "endpoint": "https://host.test/scim/v2/Users"}, TYPES[1], CONTAINER)


def sampled(repository: MakeRepository, file: Path, package: str, values: dict[str, str]) -> tuple[Table, ...]:
    settings = json.dumps({"Connections": {"HR": values}})
    root = repository({"Conf/x.xml": DECLARED.format(package), "appsettings.agent.json": settings})
    inventory = take_inventory(root, CheckOptions(jobs=1))
    return read_sample(file, replace(Plan(inventory, inventory.section("HR")), wanted=WANTED)).tables


def looked_at(driver: Driver, package: str, **values: object) -> tuple[Table, ...]:
    return driver.discover(Settings("HR", package, values, deadline=time.monotonic() + 30), WANTED)


@pytest.mark.parametrize("text", [V2, V3, V4, SCHEMA_ALONE, LIKE_CONNECTION], ids=["2", "3", "4", "schema", "named"])
def test_metadata(repository: MakeRepository, tmp_path: Path, text: str) -> None:
    file = tmp_path / "any.edmx"
    file.write_text(text, encoding="utf-8")
    with service(lambda _asked: Told(200, text.encode(), "application/xml")) as address:
        expected = looked_at(ODataDriver(), "Usercube.OData@0000001", Server=address)
    assert sampled(repository, file, "Usercube.OData@0000001", {}) == expected


def test_metadata_of_another_project(repository: MakeRepository, tmp_path: Path) -> None:
    file = tmp_path / "metadata.xml"
    login = {"Login": odatapy_partner.LOGIN, "Password": Secret(odatapy_partner.PASSWORD)}
    with odatapy_partner.odatapy_partner() as address:
        file.write_bytes(odatapy_partner.metadata(address))
        expected = looked_at(ODataDriver(), "Usercube.OData@0000001", Server=address, **login)
    assert sampled(repository, file, "Usercube.OData@0000001", {}) == expected


def answers(schemas: Any, types: Any) -> Callable[[Asked], Told]:
    def answering(asked: Asked) -> Told:
        found = {"/scim/v2/Schemas": schemas, "/scim/v2/ResourceTypes": types}.get(asked.path)
        return Told(404) if found is None else Told(200, json.dumps(found).encode(), "application/scim+json")

    return answering


SCHEMA_LIST, TYPE_LIST = {"Resources": list(SCHEMAS)}, {"Resources": list(TYPES)}
SCIM_SAMPLES = {
    "answers": ([TYPE_LIST, SCHEMA_LIST], SCHEMA_LIST, TYPE_LIST),
    "under keys": ({"ResourceTypes": TYPE_LIST, "Schemas": SCHEMA_LIST}, SCHEMA_LIST, TYPE_LIST),
    "one list": ([*TYPES, *SCHEMAS], SCHEMA_LIST, TYPE_LIST),
    "schemas alone": (SCHEMA_LIST, SCHEMA_LIST, None),
    "bare schemas": (list(SCHEMAS), SCHEMA_LIST, None),
    "one schema": (SCHEMAS[0], [SCHEMAS[0]], None),
    "whole addresses": ([list(BY_ADDRESS), list(SCHEMAS)], SCHEMA_LIST, list(BY_ADDRESS)),
}
PACKAGES: dict[str, tuple[Driver, str, dict[str, str]]] = {
    "Usercube.SCIM@0000001": (ScimDriver(), "/scim", {}),
    "Usercube.SCIM.CyberArk@0000001": (ScimDriver(), "/scim", {"ScimSyntax": "CyberArk"}),
    "Usercube.SCIM@0000002": (Scim2Driver(), "/scim/v2", {}),
}


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("name", SCIM_SAMPLES)
def test_scim(repository: MakeRepository, tmp_path: Path, name: str, package: str) -> None:
    stored, schemas, types = SCIM_SAMPLES[name]
    driver, path, more = PACKAGES[package]
    file = tmp_path / "scim.json"
    file.write_text(json.dumps(stored), encoding="utf-8")
    with service(answers(schemas, types)) as address:
        expected = looked_at(driver, package, Server=f"{address}{path}", **more)
    assert sampled(repository, file, package, {"Server": f"https://host.test{path}", **more}) == expected


@contextmanager
def other_scim() -> Iterator[tuple[str, Any]]:
    with scim2_partner.scim2_partner() as address:
        yield address, [scim2_partner.asked(f"{address}/v2/{each}") for each in ("ResourceTypes", "Schemas")]


@pytest.mark.parametrize("package", ["Usercube.SCIM@0000001", "Usercube.SCIM@0000002"])
def test_scim_of_another_project(repository: MakeRepository, tmp_path: Path, package: str) -> None:
    driver, path, _more = PACKAGES[package]
    file = tmp_path / "scim.json"
    with other_scim() as (address, stored):
        file.write_text(json.dumps(stored), encoding="utf-8")
        server = address + path.removeprefix("/scim")
        expected = looked_at(driver, package, Server=server, OAuthToken=Secret(scim2_partner.TOKEN))
    assert sampled(repository, file, package, {}) == expected
