"""Ports that do not exist are told as that, before anything is asked."""

import pytest

from idmxml.drivers.network_addresses import NO_PORT, reach
from idmxml.stages import Failure, StageFailure


@pytest.mark.parametrize("port", [0, NO_PORT, 700_000])
def test_a_port_that_does_not_exist(port: int) -> None:
    with pytest.raises(StageFailure) as told:
        reach("localhost", port, 1, "Server")
    found = told.value
    assert (found.failure, found.setting) == (Failure.SETTING_WRONG, "Server")
    assert (found.message, found.hint) == ("'Server' has a port that does not exist", "ports go from 1 to 65535")
