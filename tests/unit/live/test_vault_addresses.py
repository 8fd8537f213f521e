import pytest

from idmxml.live.vaults.addresses import host_of, read_address


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://vault.contoso.test/", "vault.contoso.test"),
        ("vault.contoso.test:8443", "vault.contoso.test:8443"),
        ("https://reader:secret@vault.contoso.test", "vault.contoso.test"),
        ("https://[::1]:8443/a", "[::1]:8443"),
        ("http://vault.contoso.test", None),
        ("https://", None),
        ("https://a b", None),
        ("https://vault.contoso.test:0", None),
        ("https://vault.contoso.test:port", None),
        ("https://[::1", None),
        ("", None),
    ],
)
def test_addresses_of_vaults(text: str, host: str | None) -> None:
    found = read_address(text)
    assert (None if found is None else host_of(found)) == host


def test_other_schemes_have_to_be_allowed() -> None:
    found = read_address("http://ccp/AIMWebService", ("http", "https"))
    assert found is not None
    assert (found.scheme, found.path) == ("http", "/AIMWebService")
