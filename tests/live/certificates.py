"""Certificates of live tests: an authority of their own, good ones of it, one that has expired, and one of a stranger."""

import datetime as dt
import ssl
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Certificates:
    folder: Path

    @cached_property
    def _authority(self) -> trustme.CA:
        return trustme.CA()

    @cached_property
    def trusted(self) -> Path:
        """The file of trusted authorities."""
        file = self.folder / "trusted.pem"
        self._authority.cert_pem.write_to_path(str(file))
        return file

    @cached_property
    def key_and_chain(self) -> tuple[Path, Path]:
        """The files of the key and the certificate of servers."""
        return self.written(self._authority.issue_cert(*NAMES), "server")

    def of_host(self, host: str) -> tuple[Path, Path]:
        """The files of a server that has another address as well."""
        return self.written(self._authority.issue_cert(host, *NAMES), host)

    def written(self, issued: trustme.LeafCert, name: str) -> tuple[Path, Path]:
        key, chain = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        issued.private_key_pem.write_to_path(str(key))
        chain.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
        key.chmod(0o600)
        return key, chain

    def context(self, kind: str) -> ssl.SSLContext:
        """How a server presents itself: ``expired``, ``foreign`` or with ``other-name``."""
        long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        issued = {
            "expired": lambda: self._authority.issue_cert(
                *NAMES, not_before=long_ago, not_after=long_ago + dt.timedelta(days=30)
            ),
            "foreign": lambda: trustme.CA().issue_cert(*NAMES),
            "other-name": lambda: self._authority.issue_cert("dc9.contoso.test"),
        }[kind]()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        return context
