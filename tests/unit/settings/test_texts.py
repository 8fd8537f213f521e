"""Addresses, paths, expressions and formats are judged by their own form."""

import pytest

from idmxml.settings.texts import FORMATS, is_absolute_path, is_address, is_below, is_placeholder, regex_fault


@pytest.mark.parametrize(
    ("path", "absolute"),
    [
        ("C:/a.csv", True),
        (r"C:\a.csv", True),
        (r"\\files\share\a.csv", True),
        ("//files/share/a.csv", True),
        ("/srv/a.csv", True),
        ("C:a.csv", False),
        (r"\a.csv", False),
        ("a.csv", False),
        ("./a.csv", False),
        (r"..\a.csv", False),
        ("~/a.csv", False),
    ],
)
def test_absolute_paths(path: str, *, absolute: bool) -> None:
    assert is_absolute_path(path) is absolute


@pytest.mark.parametrize(
    ("path", "root", "below"),
    [
        ("C:/Sources/a.csv", "C:/Sources", True),
        (r"C:\Sources\a.csv", "C:/Sources/", True),
        ("C:/Sources", "C:/Sources", True),
        ("C:/Sources/../a.csv", "C:/Sources", False),
        ("C:/Sources/x/../a.csv", "C:/Sources", True),
        ("C:/sources/a.csv", "C:/Sources", False),
        ("C:/Sources2/a.csv", "C:/Sources", False),
        ("/srv/a.csv", "/", True),
        ("/srv/a.csv", "/srv/", True),
        ("C:/a.csv", "C:/", True),
        (r"\\files\share\a.csv", "//files/share", True),
    ],
)
def test_paths_below_a_root(path: str, root: str, *, below: bool) -> None:
    assert is_below(path, root) is below


@pytest.mark.parametrize(
    ("text", "kind", "right"),
    [
        ("https://a.contoso.com/x", "https", True),
        (" https://a.contoso.com ", "http", True),
        ("HTTP://a", "http", True),
        ("http://a", "https", False),
        ("a.contoso.com", "http", False),
        ("ftp://a", "http", False),
        ("urn:ietf:wg:oauth:2.0:oob", "absolute", True),
        ("http://[", "http", False),
        ("https://", "http", False),
    ],
)
def test_addresses(text: str, kind: str, *, right: bool) -> None:
    assert is_address(text, kind) is right


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        (r"C:/a_(.*)\.csv", None),
        (r"(?<day>\d+)(?'b'x)\p{L}[a-z-[aeiou]]", None),
        ("a(", "the ( is never closed"),
        ("a)", "the ) was never opened"),
        ("[a", "the [ is never closed"),
        ("*a", "* repeats nothing"),
        ("a\\", "it ends with a lone backslash"),
        (r"C:\hr", r"\h means nothing; a backslash of a path has to be doubled again"),
        (r"(?i)a(?-i)b", None),
    ],
)
def test_regular_expressions(pattern: str, fault: str | None) -> None:
    assert regex_fault(pattern) == fault


@pytest.mark.parametrize(
    ("text", "placeholder"),
    [
        ("<password>", True),
        (" <your server> ", True),
        ("https://<tenant>.okta.com", True),
        ("C:/<folder>/a.csv", True),
        ("(&(a<=1)(b>=2))", False),
        ("C:/(?<day>[0-9]+).csv", False),
        ("select 1 where a < b and c > d", False),
        ("", False),
        ("<>", False),
    ],
)
def test_placeholders(text: str, *, placeholder: bool) -> None:
    assert is_placeholder(text) is placeholder


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (
            "guid",
            ["3f6d2c1a-8b47-4e0f-9d35-6a1e7c40b2f8", "{3F6D2C1A8B474E0F9D356A1E7C40B2F8}", "contoso.onmicrosoft.com"],
            ["contoso"],
        ),
        ("email", ["a@contoso.com"], ["contoso", "a b@c"]),
        ("ldap-filter", ["(a=b)", "a=b", r"(a=\28)"], ["(a=b", "a=b)", ")("]),
        ("dotnet-encoding", ["utf-8", "UTF-16BE", "windows-1252", "iso-8859-1", "us-ascii", "IBM850"], ["Umlaute", ";"]),
        ("sid", ["S-1-5-18", "s-1-1-0"], ["1-5-18", "S-2-1"]),
        ("connection-string", ["a=b;c=d", 'a="x;y";', ""], ["a;b"]),
        ("file-name", ["Npgsql.dll"], ["bin/Npgsql.dll", r"C:\Npgsql.dll"]),
        ("csv-urls", ["C:/a.csv\u00a4url\u00a4;"], ["C:/a.csv"]),
    ],
)
def test_formats(name: str, right: list[str], wrong: list[str]) -> None:
    fits, words = FORMATS[name]
    assert words
    assert ([fits(text) for text in right], [fits(text) for text in wrong]) == ([True] * len(right), [False] * len(wrong))
