"""The password of a connection string is taken out of texts as drivers read it, however it is quoted."""

import pytest

from idmxml.settings.redaction import Redactor
from idmxml.settings.secret import MASK, Secret


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("Server=db;PSW=hunter22secret", "hunter22secret"),
        ('Server=db;Password="ab""cd1234"', 'ab"cd1234'),
        ("Driver={x};PWD={ab;cd}}1234}", "ab;cd}1234"),
        ("Server=db;Pass word=long ago", "long ago"),
        ("Driver=x;Access_Token={abc;defgh9}", "abc;defgh9"),
        ("Driver=x;Refresh Token={abc;defgh9}", "abc;defgh9"),
        ("Server=db;User ID=reader;Pwd='it''s me'", "it's me"),
    ],
)
def test_passwords_are_sought_as_drivers_read_them(text: str, password: str) -> None:
    assert Redactor([Secret(text)]).redact(f"refused: {password}, by db") == f"refused: {MASK}, by db"


@pytest.mark.parametrize("text", ["no pairs", "a=b;c", "Server=db;PWD={open", "=x1234"])
def test_what_is_no_connection_string_is_one_secret(text: str) -> None:
    assert Redactor([Secret(text)]).redact(f"given {text}, of db") == f"given {MASK}, of db"
