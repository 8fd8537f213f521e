"""Rules about certificates in settings: each is named in one of two ways, and in full."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PureWindowsPath

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding, at_key, at_value
from idmxml.diagnostics import Severity
from idmxml.settings.keys import Key, fold
from idmxml.settings.names import quoted
from idmxml.settings.resolve import Given

SAMPLES = frozenset({"usercube.pfx", "identitymanager.pfx"})


@dataclass(frozen=True)
class CertificateKeys:
    """The names of a certificate's settings: of the archive, and of the store with the two ways to find it there."""

    file: str
    location: str
    store: str
    finders: tuple[str, str]

    @property
    def of_store(self) -> tuple[str, ...]:
        """The settings of the second way."""
        return (self.location, self.store, *self.finders)


PLAIN = CertificateKeys("File", "StoreLocation", "StoreName", ("DistinguishedName", "Thumbprint"))
X509 = CertificateKeys(
    "X509KeyFilePath", "X509StoreLocation", "X509StoreName", ("X509SubjectDistinguishedName", "X509Thumbprint")
)


def _certificates(context: SettingsContext) -> Iterator[tuple[Key, Given, CertificateKeys]]:
    """Every section that names a certificate, and the names it uses."""
    for key, setting in context.settings.resolved.items():
        if setting.winner.kind != "object" or key[0] == "CONNECTIONS":
            continue
        if key[-1] == "ENCRYPTIONCERTIFICATE" or key in {("CYBERARK",), ("PASSWORDRESETSETTINGS",)}:
            yield key, setting.all[-1], PLAIN
        elif key == ("IDENTITYSERVER",):
            yield key, setting.all[-1], X509


@rule("IDM8060", "incomplete-certificate")
def incomplete_certificate(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A certificate in a store is not named in full.

    Why: the store takes StoreLocation and StoreName, and the certificate in it DistinguishedName or Thumbprint. Otherwise an
    archive is named with File alone.

    Bad:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"StoreLocation": "LocalMachine", "Thumbprint": "5E2C0B7F8A1D4936B0C7D5F2E9A48613BD70C1F4"}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {
            "StoreLocation": "LocalMachine",
            "StoreName": "My",
            "Thumbprint": "5E2C0B7F8A1D4936B0C7D5F2E9A48613BD70C1F4"
          }
        }
    """
    has = context.view.has
    for key, given, names in _certificates(context):
        others = [names.file, "CertificateAzureKeyVault", *(["X509File"] if names is X509 else [])]
        if any(has((*key, fold(name))) is not False for name in others):
            continue
        if not any(has((*key, fold(name))) for name in names.of_store):
            continue
        missing = [f"'{name}'" for name in (names.location, names.store) if has((*key, fold(name))) is False]
        if all(has((*key, fold(name))) is False for name in names.finders):
            missing.append(quoted(names.finders, "or"))
        if missing and given.layer.path:
            yield at_key(given, f"the certificate of '{given.path[-1]}' lacks {', '.join(missing)}", "add what is missing")


@rule("IDM8061", "certificate-twice", Severity.WARNING)
def certificate_twice(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A certificate is named both by an archive and by a store.

    Why: the archive wins, and the settings of the store have no effect.

    Bad:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {
            "File": "C:/Certificates/contoso.pfx",
            "StoreLocation": "LocalMachine",
            "StoreName": "My",
            "Thumbprint": "5E2C0B7F8A1D4936B0C7D5F2E9A48613BD70C1F4"
          }
        }

    Good:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"File": "C:/Certificates/contoso.pfx"}
        }
    """
    for key, _given, names in _certificates(context):
        archive = context.view.given((*key, fold(names.file)))
        useless = [name for name in names.of_store if context.settings.resolved.has((*key, fold(name)))]
        place = context.in_file(archive) if archive is not None and archive.kind == "string" else None
        if useless and place:
            message = f"'{names.file}' wins, so {quoted(useless)} {'has' if len(useless) == 1 else 'have'} no effect"
            yield at_key(place, message, "keep one of the two ways")


@rule("IDM8063", "sample-certificate", Severity.WARNING)
def sample_certificate(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A certificate is the sample that comes with the product.

    Why: everyone has its private key, and the product does not start with it as its own certificate.

    Bad:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"File": "./Usercube.pfx"}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"File": "C:/Certificates/contoso.pfx"}
        }
    """
    for layer in context.settings.files:
        for given in context.settings.flat(layer).givens():
            is_file = fold(given.path[-1]) in {"FILE", "X509KEYFILEPATH", "X509FILE"} and fold(given.path[0]) != "CONNECTIONS"
            if is_file and PureWindowsPath(given.plain()).name.casefold() in SAMPLES:
                message = f"'{PureWindowsPath(given.plain()).name}' is the sample certificate of the product"
                yield at_value(given, message, "use a certificate of your own")
