import time

import pytest

from idmxml.drivers.settings import Settings, variable_name
from idmxml.settings.connections import Unreadable
from idmxml.settings.secret import MASK, Secret
from idmxml.stages import Failure, StageFailure

GIVEN = Settings(
    "AD",
    "Usercube.AD@0000001",
    {
        "Servers": [{"Server": Secret("dc1"), "Login": Unreadable("the vault")}, {"Port": "636"}],
        "EnableSSL": True,
        "Size": "7",
        "Odd": {"x": "y"},
        "Empty": None,
    },
    {"AuthType": "Negotiate", "Servers[].Port": "389"},
)


def test_values_by_their_names() -> None:
    assert GIVEN.text("Servers[0].Server") == "dc1"
    assert GIVEN.shown("Servers[0].Server") == GIVEN.shown("Servers[0].Login") == MASK
    assert (GIVEN.text("AuthType"), GIVEN.text("Empty", "x"), GIVEN.number("Size")) == ("Negotiate", "x", 7)
    assert (GIVEN.flag("EnableSSL"), GIVEN.flag("Other"), GIVEN.has("Empty")) == (True, False, False)
    first, second = GIVEN.sections("Servers")
    assert (first.number("Port"), second.number("Port")) == (389, 636)
    assert (GIVEN.table(), GIVEN.table("entries")) == ("AD", "AD_entries")
    assert "dc1" not in repr(GIVEN)


@pytest.mark.parametrize(
    ("read", "failure", "setting"),
    [
        (lambda given: given.text("Login"), Failure.SETTING_MISSING, "Login"),
        (lambda given: given.text("Odd"), Failure.SETTING_WRONG, "Odd"),
        (lambda given: given.number("AuthType"), Failure.SETTING_WRONG, "AuthType"),
        (lambda given: given.flag("Size"), Failure.SETTING_WRONG, "Size"),
        (lambda given: given.texts("Odd"), Failure.SETTING_WRONG, "Odd"),
        (lambda given: given.texts("Servers"), Failure.SETTING_WRONG, "Servers[0]"),
        (lambda given: given.sections("Size"), Failure.SETTING_WRONG, "Size"),
        (lambda given: given.sections("Servers")[0].text("Login"), Failure.SECRET_MISSING, "Servers[0].Login"),
        (lambda given: given.sections("Servers")[1].text("Server"), Failure.SETTING_MISSING, "Servers[1].Server"),
    ],
)
def test_failures_name_the_setting(read: object, failure: Failure, setting: str) -> None:
    with pytest.raises(StageFailure) as caught:
        read(GIVEN)  # type: ignore[operator]
    assert (caught.value.failure, caught.value.setting) == (failure, setting)
    assert caught.value.hint


def test_time_that_is_left() -> None:
    assert GIVEN.remaining(5) == 5
    assert 0 < Settings("A", "", deadline=time.monotonic() + 60).remaining() <= 60
    with pytest.raises(StageFailure):
        Settings("A", "", deadline=time.monotonic() - 1).remaining()


def test_variables_are_named_as_the_product_does() -> None:
    assert variable_name("ADExport", "Servers[0].Login") == "Connections__ADExport__Servers__0__Login"
