"""The driver of Microsoft Exchange against services that answer as the address of remote PowerShell does."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import pytest
from http_service import Authorities, Told, service
from service_faults import connection_faults, run

from idmxml.drivers.driver import ALL, Settings, Table
from idmxml.drivers.exchange_driver import ExchangeDriver
from idmxml.drivers.fixed_tables import fixed_tables
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Skip, Stage, ordered
from idmxml.testing.driver_suite import REQUIREMENTS, DriverCase, FailingCase, name_of

pytestmark = pytest.mark.live
REACHED = frozenset({Failure.NAME_UNKNOWN, Failure.REFUSED, Failure.CERTIFICATE, Failure.TLS_FAILED})


def demand(_asked: object) -> Told:
    return Told(401, headers={"WWW-Authenticate": "Kerberos"})


def settings(address: str, **values: object) -> Settings:
    given = {"Server": Secret(f"{address}/PowerShell/"), "AuthType": "Kerberos", **values}
    return Settings("EX", "Usercube.MicrosoftExchange@0000001", given, deadline=time.monotonic() + 30)


@pytest.fixture(scope="module")
def case(stack: ExitStack, authorities: Authorities) -> DriverCase:
    address = stack.enter_context(service(demand, authorities.own()))
    own = settings(address)
    faults = connection_faults(settings, demand, stack, authorities)
    failing = (
        *(each for each in faults if each.failure in REACHED),  # nothing is asked of the service behind its port
        FailingCase("no address", settings("", Server=Secret("exchange.contoso.test")), Failure.SETTING_WRONG, "Server"),
        FailingCase("no server", settings("", Server=Secret(" ")), Failure.SETTING_MISSING, "Server"),
    )
    tables = fixed_tables(own, "microsoftexchange")
    return DriverCase("exchange", ExchangeDriver(), own, tables, frozenset(Mode), failing, (address.rpartition("/")[2],))


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=name_of)
def test_driver_keeps_the_contract(case: DriverCase, requirement: Callable[[DriverCase], None]) -> None:
    run(requirement, case)


@pytest.mark.parametrize("mode", list(Mode))
def test_what_needs_the_account_of_the_agent_is_not_tried(case: DriverCase, mode: Mode) -> None:
    result = ordered(mode, ExchangeDriver().check(replace(case.settings, deadline=time.monotonic() + 30), mode))
    assert {each.stage: each.reason for each in result.stages[2:]} == {
        **dict.fromkeys([Stage.REACH, Stage.TLS, Stage.SCHEMA]),
        **dict.fromkeys([Stage.LOGIN, Stage.READ, mode.stage], Skip.NOT_TRIED),
    }
    assert result.stages[6].detail == "2 tables, 53 columns"


@pytest.mark.parametrize(
    ("script", "is_known"),
    [(r"C:\Runtime\Export-Exchange.ps1", True), ("Export-EXCHANGE.ps1", True), ("C:/Own/Export-Mailboxes.ps1", False)],
)
def test_columns_of_other_scripts_are_not_known(script: str, *, is_known: bool) -> None:
    with service(demand) as address:
        given = settings(address, PowerShellScriptPath=script)
        found = ExchangeDriver().discover(given, ALL)
        warnings = [text for each in ExchangeDriver().check(given, Mode.COMPLETE) for text in each.warnings]
    fixed = fixed_tables(given, "microsoftexchange")
    assert found == (fixed if is_known else tuple(Table(each.identifier) for each in fixed))
    assert len(warnings) == (0 if is_known else 1)
