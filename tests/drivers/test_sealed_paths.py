"""Nothing made from a path that is a secret is told, whatever becomes of the file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from idmxml.drivers.csv_driver import CsvDriver
from idmxml.drivers.driver import Settings
from idmxml.drivers.excel_driver import ExcelDriver
from idmxml.drivers.ldif_driver import LdifDriver
from idmxml.drivers.local_paths import LocalPaths
from idmxml.drivers.racf_driver import RacfDriver
from idmxml.drivers.sql_driver import SqlDriver
from idmxml.drivers.sql_session import SqlSession
from idmxml.drivers.sql_targets import target_of
from idmxml.live.checking import failure_of
from idmxml.settings.connection_strings import read_connection_string
from idmxml.settings.secret import Secret
from idmxml.stages import Failure, Mode, Stage, StageFailure

NAME = "Geheim4711"
CONTENTS = {"absent": None, "empty": b"", "binary": b"\0\xff\0\xff", "lines": b"a,b\n1,2\n", "packed": b"\x1f\x8bno"}


def drivers(path: str) -> Iterator[tuple[Any, dict[str, object]]]:
    yield CsvDriver(), {"Path": Secret(path)}
    yield CsvDriver(), {"Path": Secret(path.replace(".", r"\.")), "IsFileNameRegex": True}
    yield ExcelDriver(), {"Path": Secret(path)}
    yield RacfDriver(), {"Path": Secret(path)}
    yield LdifDriver(), {"LDIFFile": Secret(path), "Attributes": ["cn"], "FilterAttribute": "cn", "FilterValues": "x"}
    yield SqlDriver(), {"ConnectionString": Secret(f"Data Source={path};Password=x"), "ProviderClassFullName": SQLITE}


SQLITE = "Microsoft.Data.Sqlite.SqliteFactory"


def told(driver: Any, given: Settings) -> str:
    texts = []
    try:
        for each in driver.check(given, Mode.COMPLETE):
            texts += [each.detail, each.hint, *each.warnings]
    except StageFailure as failure:
        texts += [failure.message, failure.hint, str(failure)]
    return "\n".join(texts)


@pytest.mark.parametrize("content", CONTENTS)
def test_the_path_is_not_told(tmp_path: Path, content: str) -> None:
    (tmp_path / f"{NAME}x.dat").write_bytes(b"")
    data = CONTENTS[content]
    if data is not None:
        (tmp_path / f"{NAME}.dat").write_bytes(data)
    seen = [
        told(driver, Settings("HR", "Usercube.CSV@0000001", values, paths=LocalPaths(tmp_path, {"C:/in": "."})))
        for driver, values in drivers(f"C:/in/{NAME}.dat")
    ]
    assert all(seen)
    assert [each for each in seen if NAME in each] == []


def encoded() -> bytes:
    return "geh\u20acim".encode("latin-1")


def test_a_password_that_the_driver_of_a_database_can_not_encode_is_a_wrong_setting() -> None:
    text = "Server=db;Password=geh\u20acim"
    session = SqlSession(Settings("HR", "Usercube.SQL@0000001"), target_of("mysql", read_connection_string(text)))
    with pytest.raises(StageFailure) as caught:
        session.guarded(Stage.LOGIN, encoded, "ConnectionString")
    message = "'ConnectionString' holds a character that the driver of the database can't send"
    assert (
        caught.value.result
        == StageFailure(Failure.SETTING_WRONG, message, setting="ConnectionString", stage=Stage.LOGIN).result
    )


def test_a_character_that_can_not_be_encoded_is_not_told() -> None:
    with pytest.raises(UnicodeEncodeError) as caught:
        encoded()
    failure = failure_of(caught.value)
    assert (failure.failure, failure.message) == (Failure.DRIVER_FAULT, "the driver broke off with UnicodeEncodeError")
