import pytest

from idmxml.drivers.dotnet_encodings import OTHER_NAMES, codec_named


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("Windows-1252", "cp1252"),
        ("windows-874", "cp874"),
        ("DOS-862", "cp862"),
        ("CP00858", "cp858"),
        ("ibm037", "cp037"),
        ("ccsid01140", "cp1140"),
        ("iso-8859-8-i", "iso8859-8"),
        ("x-unicode-1-1-utf-8", "utf-8"),
        ("x-mac-greek", "mac-greek"),
        ("windows-0", None),
        ("klingon", None),
        ("base64", None),
    ],
)
def test_names_of_dotnet_are_those_of_python(name: str, codec: str | None) -> None:
    assert codec_named(name) == codec


def test_every_other_name_has_a_codec() -> None:
    assert [each for each in OTHER_NAMES if codec_named(each) is None] == []
