"""Rules about secrets: which stand in clear text, which in two places, and what encrypted files hold."""

from collections.abc import Iterator
from dataclasses import replace

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding, at_file, at_key, at_value
from idmxml.diagnostics import Related, Severity
from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.keys import Key, fold, fold_path, spell
from idmxml.settings.layers import Source
from idmxml.settings.literals import has_hidden_password, has_password, is_literal
from idmxml.settings.pages import Shape, agent_page
from idmxml.settings.resolve import Given
from idmxml.settings.sealing import TELLING_NAME
from idmxml.settings.view import holds

PLAIN = (Source.APPLICATION, Source.AGENT)
ENCRYPTED = (Source.ENCRYPTED, Source.ENCRYPTED_AGENT)
SWITCH: Key = ("ENCRYPTIONCERTIFICATE", "USEENCRYPTEDAPPSETTINGS")
ACCOUNT_NAMES = frozenset({"LOGIN", "USERNAME"})
CLIENT_SECRETS: Key = ("OPENID", "OPENIDCLIENTS")
ARCHIVE_PASSWORDS = {"PASSWORD": "FILE", "X509KEYFILEPASSWORD": "X509KEYFILEPATH"}


@rule("IDM8040", "clear-secret", Severity.WARNING)
def clear_secret(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A secret stands in clear text in a settings file.

    Why: everyone who can read the repository, now or later in its history, can read it. Secrets belong into
    appsettings.encrypted.agent.json, Azure Key Vault or CyberArk. Names of accounts, and secrets of OpenID clients, which the
    documentation shows in clear, are reported as advice.

    Bad:
        {
          "Connections": {
            "App": {"Server": "https://portal.contoso.com", "Login": "reader", "Password": "Winter-in-Lyon"}
          }
        }
        // connection App: Usercube.SAP@0000001

    Good:
        {
          "Connections": {"App": {"Server": "https://portal.contoso.com"}}
        }
        // connection App: Usercube.SAP@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"Login": "kxABAAbc=", "Password": "kxABAAbd="}}
        }
    """
    for layer in context.files(*PLAIN):
        for given in context.settings.flat(layer).givens():
            severity = _exposure(context, given)
            if severity is not None:
                message = f"the secret '{given.path[-1]}' stands in clear text"
                hint = "move it to appsettings.encrypted.agent.json or a vault, and change it"
                if layer.source is Source.APPLICATION:
                    hint = "move it to appsettings.encrypted.json or a vault, and change it"
                yield at_key(given, message, hint, severity)


def _exposure(context: SettingsContext, given: Given) -> Severity | None:
    """How bad it is that a value stands in clear text; None when it may."""
    if not given.is_secret or not holds(given, is_literal) or _is_archive_password(context, given):
        return None
    shape = _shape(context, given)
    kind = shape.schema.get("x-idmxml-credential") if shape else None
    if kind == "part":
        return Severity.WARNING if holds(given, has_password) else None
    key = fold_path(given.path)
    if kind == "value":
        return Severity.INFO if key[:2] == CLIENT_SECRETS else Severity.WARNING
    if key[0] != "CONNECTIONS":
        return None
    named_freely = shape is None or shape.pointer.endswith("/additionalProperties")
    is_told = named_freely and given.kind == "string" and TELLING_NAME.search(given.path[-1])
    if is_told or holds(given, has_hidden_password):
        return Severity.WARNING
    return Severity.INFO if key[-1] in ACCOUNT_NAMES else None


def _shape(context: SettingsContext, given: Given) -> Shape | None:
    connection = context.by_key.get(fold_path(given.path[:2]))
    if fold(given.path[0]) == "CONNECTIONS" and connection is not None:
        return ConnectionSettings(connection, context.settings).shape_of(given.path[2:])
    shape: Shape | None = agent_page().root
    for name in (
        given.path if fold(given.path[0]) != "CONNECTIONS" else ("Databases",) if given.path[1:2] == ("Databases",) else ()
    ):
        shape = shape.below(name) if shape else None
    return None if shape is agent_page().root else shape


def _is_archive_password(context: SettingsContext, given: Given) -> bool:
    """Whether a value is the password of a certificate archive, which another rule looks at."""
    key = fold_path(given.path)
    beside = ARCHIVE_PASSWORDS.get(key[-1])
    return beside is not None and key[0] != "CONNECTIONS" and context.settings.given_anywhere((*key[:-1], beside))


@rule("IDM8041", "secret-twice", Severity.INFO)
def secret_twice(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A secret of a connection stands in two layers.

    Why: one of the two is dead, and is forgotten when the secret changes. The later layer wins: plain file, encrypted file,
    Azure Key Vault, CyberArk.

    Bad:
        {
          "Connections": {"App": {"Server": "https://portal.contoso.com"}}
        }
        // connection App: Usercube.SAP@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"Login": "kxABAAbc=", "Password": "kxABAAbd="}}
        }
        // file: appsettings.cyberArk.agent.json
        {
          "Connections": {"App": {"Password": "portal-reader"}}
        }

    Good:
        {
          "Connections": {"App": {"Server": "https://portal.contoso.com"}}
        }
        // connection App: Usercube.SAP@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"Login": "kxABAAbc=", "Password": "kxABAAbd="}}
        }
    """
    for key, setting in context.settings.resolved.items():
        if key[0] != "CONNECTIONS" or setting.winner.is_container:
            continue
        shape = _shape(context, setting.winner)
        kept = [each for each in setting.all if each.layer.source is not Source.VARIABLES and each.layer.environment is None]
        sources = {each.layer.source for each in kept}
        beaten = kept[-1] if kept else None
        told = shape is not None and ("x-idmxml-credential" in shape.schema or key[-1] in ACCOUNT_NAMES)
        if len(sources) > 1 and beaten and beaten.layer.path and told:
            other = kept[0]
            related = (Related(other.key_span, "given again here"),) if other.layer.path else ()
            made = at_key(
                beaten, f"the secret '{beaten.path[-1]}' stands in '{other.layer.name}' too, which wins", "remove it here"
            )
            yield replace(made, related=related)


@rule("IDM8042", "clear-archive-password", Severity.WARNING)
def clear_archive_password(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The password of a certificate archive stands in clear text.

    Why: whoever has both file and password has the private key. The tool Usercube-Protect-CertificatePassword encrypts it.

    Bad:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"File": "C:/Certificates/contoso.pfx", "Password": "Winter-in-Lyon"}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"File": "C:/Certificates/contoso.pfx", "Password": "bG9yZW0=@aXBzdW0=@ZG9sb3I="}
        }
    """
    for layer in context.files(*PLAIN):
        for given in context.settings.flat(layer).givens():
            if given.is_secret and _is_archive_password(context, given) and holds(given, is_literal):
                hint = "encrypt it with Usercube-Protect-CertificatePassword"
                yield at_key(given, f"the password '{spell(given.path[-2:])}' of a certificate stands in clear text", hint)


@rule("IDM8043", "idle-encrypted-file")
def idle_encrypted_file(context: SettingsContext) -> Iterator[SettingsFinding]:
    """An encrypted settings file exists, and nothing makes the product read it.

    Why: it is read only when EncryptionCertificate > UseEncryptedAppsettings is true in appsettings.json.

    Bad:
        {}
        // file: appsettings.encrypted.agent.json
        {}
        // file: appsettings.json
        {
          "ApplicationUri": "https://identity.contoso.com"
        }

    Good:
        {}
        // file: appsettings.encrypted.agent.json
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"UseEncryptedAppsettings": true}
        }
    """
    if context.is_off(SWITCH):
        for layer in context.files(*ENCRYPTED):
            hint = "set 'EncryptionCertificate > UseEncryptedAppsettings' to true in appsettings.json"
            yield at_file(layer, f"'{layer.name}' is never read, as the switch for encrypted files is not on", hint)


@rule("IDM8044", "missing-encrypted-file", Severity.WARNING)
def missing_encrypted_file(context: SettingsContext) -> Iterator[SettingsFinding]:
    """Encrypted settings are switched on, and no encrypted file is here.

    Why: the product looks for one and finds none; or the file lies elsewhere, and its settings can't be checked.

    Bad:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"UseEncryptedAppsettings": true}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"UseEncryptedAppsettings": true}
        }
        // file: appsettings.encrypted.agent.json
        {}
    """
    if not context.settings.encrypted_is_missing:
        return
    for where in (context.settings.resolved, context.settings.elsewhere):
        setting = where.get(SWITCH)
        if setting and setting.winner.layer.path:
            hint = "add appsettings.encrypted.agent.json, or set the switch to false"
            yield at_value(setting.winner, "encrypted settings are on, yet there is no encrypted file", hint)
            return


@rule("IDM8045", "unencrypted-value", Severity.WARNING)
def unencrypted_value(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A value in an encrypted settings file does not look encrypted.

    Why: the product decrypts every value of the file, and a clear one fails. Values made by the tools of the product start with
    kxABA.

    Bad:
        {}
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"Password": "Winter-in-Lyon"}}
        }

    Good:
        {}
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"Password": "kxABAAbd="}}
        }
    """
    for layer in context.files(*ENCRYPTED):
        for given in context.settings.flat(layer).givens():
            if given.kind == "string" and holds(given, is_literal):
                hint = "encrypt it with Usercube-Protect-X509JsonValue"
                yield at_key(given, f"the value of '{given.path[-1]}' is not encrypted", hint)


@rule("IDM8052", "unknown-encrypted-setting")
def unknown_encrypted_setting(context: SettingsContext) -> Iterator[SettingsFinding]:
    """An encrypted settings file holds a key that has no meaning at its place.

    Why: the file has the structure of appsettings.agent.json; what has no meaning there is ignored here too, and the secret is
    missing where it is needed.

    Bad:
        {
          "Connections": {"App": {"Server": "https://portal.contoso.com", "Login": ""}}
        }
        // connection App: Usercube.SAP@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"Pasword": "kxABAAbd=", "Password": "kxABAAbd="}}
        }

    Good:
        {
          "Connections": {"App": {"Server": "https://portal.contoso.com", "Login": ""}}
        }
        // connection App: Usercube.SAP@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"Password": "kxABAAbd="}}
        }
    """
    from idmxml.settings.problems import Fault

    for fault in (Fault.UNKNOWN, Fault.MISPLACED):
        for finding in context.unknown(fault, encrypted=True):
            yield replace(finding, severity=Severity.ERROR)
