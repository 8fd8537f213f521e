"""Rules about vaults, CyberArk and Azure Key Vault, and about the positions of arrays in layers."""

from collections.abc import Iterator

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding, at_file, at_key
from idmxml.diagnostics import Severity
from idmxml.settings.account_fields import account_field, account_fields
from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.keys import Key, fold, fold_path, spell
from idmxml.settings.layers import Source
from idmxml.settings.names import quoted
from idmxml.settings.resolve import Given, Resolved, merge_all

CYBERARK: Key = ("CYBERARK",)
CYBERARK_SWITCH: Key = ("CYBERARK", "USECYBERARKSETTING")
CERTIFICATE_KEYS = ("FILE", "STORELOCATION", "STORENAME", "THUMBPRINT", "DISTINGUISHEDNAME")
VAULT: Key = ("AZUREKEYVAULT", "VAULT")
VAULT_CERTIFICATE = "CERTIFICATEAZUREKEYVAULT"


@rule("IDM8046", "cyberark-setting")
def cyberark_setting(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The CyberArk file names a setting that CyberArk can't hold.

    Why: it takes settings of connections only, and of these login, password and address as the package has them.

    Bad:
        {
          "Connections": {
            "AD": {"Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}], "Filter": "(objectClass=user)"}
          }
        }
        // connection AD: Usercube.AD@0000001
        // file: appsettings.cyberArk.agent.json
        {
          "Connections": {"AD": {"Filter": "AD-account"}}
        }

    Good:
        {
          "Connections": {
            "AD": {"Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}], "Filter": "(objectClass=user)"}
          }
        }
        // connection AD: Usercube.AD@0000001
        // file: appsettings.cyberArk.agent.json
        {
          "Connections": {"AD": {"Login": "AD-account", "Password": "AD-account"}}
        }
    """
    for layer in context.files(Source.CYBERARK):
        for given in context.settings.flat(layer).givens():
            if not given.is_container and not _cyberark_holds(context, given):
                hint = "remove it here"
                if fold(given.path[0]) == "CONNECTIONS":
                    hint += f"; CyberArk holds {quoted(account_fields(), 'or')}"
                yield at_key(given, f"CyberArk can't hold the setting '{given.path[-1]}'", hint)


def _cyberark_holds(context: SettingsContext, given: Given) -> bool:
    key = fold_path(given.path)
    if key[0] != "CONNECTIONS":
        return False
    connection = context.by_key.get(key[:2])
    page = connection.page if connection else None
    if connection is not None and page is not None:
        if any("cyberark" in (rule["check"] or {}) and not rule["check"]["cyberark"] for rule in page.rules):
            return False
        shape = ConnectionSettings(connection, context.settings).shape_of(given.path[2:])
        if shape is not None and shape.schema.get("x-idmxml-vault"):
            return True
    return account_field(key[-1]) is not None


@rule("IDM8047", "idle-cyberark-file")
def idle_cyberark_file(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A CyberArk file exists, and nothing makes the product use it.

    Why: it is read only when CyberArk > UseCyberArkSetting is true in appsettings.json.

    Bad:
        {}
        // file: appsettings.cyberArk.agent.json
        {}
        // file: appsettings.json
        {
          "ApplicationUri": "https://identity.contoso.com"
        }

    Good:
        {}
        // file: appsettings.cyberArk.agent.json
        {}
        // file: appsettings.json
        {
          "CyberArk": {"UseCyberArkSetting": true, "SafeName": "Identity", "ApplicationId": "Agent"}
        }
    """
    if context.is_off(CYBERARK_SWITCH):
        for layer in context.files(Source.CYBERARK):
            hint = "set 'CyberArk > UseCyberArkSetting' to true in appsettings.json"
            yield at_file(layer, f"'{layer.name}' is never read, as the switch for CyberArk is not on", hint)


@rule("IDM8048", "incomplete-cyberark")
def incomplete_cyberark(context: SettingsContext) -> Iterator[SettingsFinding]:
    """CyberArk is switched on, and its section does not say how to reach it.

    Why: the agent needs the safe and the name it calls itself; over the Central Credential Provider, where a certificate signs
    it in, the address of the server too.

    Bad:
        {}
        // file: appsettings.json
        {
          "CyberArk": {"UseCyberArkSetting": true, "SafeName": "Identity"}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "CyberArk": {"UseCyberArkSetting": true, "SafeName": "Identity", "ApplicationId": "Agent"}
        }
    """
    section = context.view.given(CYBERARK)
    if section is None or not context.settings.resolved.flag(CYBERARK_SWITCH):
        return
    needed = ["SafeName", "ApplicationId"]
    if any(context.view.has((*CYBERARK, name)) for name in CERTIFICATE_KEYS):
        needed.append("Server")
    missing = [name for name in needed if context.view.has((*CYBERARK, fold(name))) is False]
    place = context.in_file(section)
    if missing and place:
        yield at_key(place, f"'CyberArk' lacks {quoted(missing)}", "add what is missing, or switch CyberArk off")


@rule("IDM8049", "vault-name", Severity.WARNING)
def vault_name(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A connection with secrets has an identifier that Azure Key Vault can't name, while such a vault is used.

    Why: names in the vault are made of letters, digits and --, so no secret of this connection can lie there.

    Bad:
        {
          "Connections": {
            "AD.Export": {"Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso"}], "Filter": "(objectClass=user)"}
          }
        }
        // connection AD.Export: Usercube.AD@0000001
        // file: appsettings.json
        {
          "AzureKeyVault": {"Vault": "https://contoso.vault.azure.net/"}
        }

    Good:
        {
          "Connections": {
            "ADExport": {"Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso"}], "Filter": "(objectClass=user)"}
          }
        }
        // connection ADExport: Usercube.AD@0000001
        // file: appsettings.json
        {
          "AzureKeyVault": {"Vault": "https://contoso.vault.azure.net/"}
        }
    """
    if not context.settings.given_anywhere(VAULT):
        return
    for section in context.sections:
        identifier, page = section.connection.identifier, section.page
        plain = identifier.isascii() and identifier.isalnum()
        if (
            page
            and section.section
            and not plain
            and any(shape.schema.get("x-idmxml-credential") for shape in page.root.every())
        ):
            message = f"Azure Key Vault can't hold secrets of '{identifier}', as names in it have letters and digits only"
            yield at_key(section.section, message, "rename the connection, or keep its secrets in the encrypted file")


@rule("IDM8050", "missing-vault")
def missing_vault(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A section for Azure Key Vault does not name the vault.

    Why: without Vault the product does not know where to ask.

    Bad:
        {}
        // file: appsettings.json
        {
          "AzureKeyVault": {}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "AzureKeyVault": {"Vault": "https://contoso.vault.azure.net/"}
        }
    """
    for key, setting in context.settings.resolved.items():
        given = setting.winner
        if key[-1] != VAULT[0] or given.kind != "object" or key[0] == "CONNECTIONS" or len(key) > 4:
            continue
        if not context.settings.given_anywhere((*key, "VAULT")) and not context.settings.may_hold_more and given.layer.path:
            yield at_key(given, f"'{spell(given.path)}' lacks 'Vault'", "add 'Vault' with the address of the vault")


@rule("IDM8051", "missing-certificate-vault")
def missing_certificate_vault(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A certificate is said to lie in Azure Key Vault, and no vault stands beside it.

    Why: CertificateAzureKeyVault names the certificate; the section AzureKeyVault at the same level names the vault.

    Bad:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"CertificateAzureKeyVault": "Contoso"}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "EncryptionCertificate": {"CertificateAzureKeyVault": "Contoso"},
          "AzureKeyVault": {"Vault": "https://contoso.vault.azure.net/"}
        }
    """
    for key, setting in context.settings.resolved.items():
        if key[-1] == VAULT_CERTIFICATE and key[0] != "CONNECTIONS" and setting.winner.layer.path:
            beside = ((*key[:-1], VAULT[0]), (*key[:-2], VAULT[0]))
            if not any(context.settings.given_anywhere(each) for each in beside):
                hint = "add a section 'AzureKeyVault' with 'Vault' beside it"
                yield at_key(setting.winner, f"'{setting.winner.path[-1]}' has no vault beside it", hint)


@rule("IDM8053", "array-position", Severity.WARNING)
def array_position(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A layer has more elements in an array than the layers below it.

    Why: arrays are merged by position: the second element of the encrypted file goes into the second of the plain one. An
    element beyond the end of the array below becomes a new one, with nothing but what this layer gives it.

    Bad:
        {
          "Connections": {
            "AD": {"Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}], "Filter": "(objectClass=user)"}
          }
        }
        // connection AD: Usercube.AD@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"AD": {"Servers": [{"Server": "kxABAAbd="}, {"Server": "kxABAAbe=", "BaseDN": "kxABAAbf="}]}}
        }

    Good:
        {
          "Connections": {
            "AD": {"Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}], "Filter": "(objectClass=user)"}
          }
        }
        // connection AD: Usercube.AD@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"AD": {"Servers": [{"Server": "kxABAAbd="}]}}
        }
    """
    settings = context.settings
    for layer in settings.everything:
        flat = settings.flat(layer)
        below = merge_all(
            settings.flat(each)
            for each in settings.everything
            if each.order < layer.order and each.environment in {None, layer.environment}
        )
        if layer.path:
            yield from _beyond(flat, below)


def _beyond(flat: Resolved, below: Resolved) -> Iterator[SettingsFinding]:
    for key, setting in flat.items():
        under = below.get(key)
        if setting.winner.kind != "array" or under is None or under.winner.kind != "array":
            continue
        length = len(below.below(key))
        extra = flat.get((*key, str(length)))
        if length and extra is not None:
            message = f"'{setting.winner.path[-1]}' has more elements here than in the layers below, which have {length}"
            yield at_key(extra.winner, message, "add the element to the lowest file first, or remove it here")
