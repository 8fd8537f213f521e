"""Rules about the keys of settings: those nobody reads, those that are missing, and those without effect."""

from collections.abc import Iterator

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding
from idmxml.diagnostics import Severity
from idmxml.settings.problems import Fault


@rule("IDM8020", "unknown-setting", Severity.WARNING)
def unknown_setting(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A key is none that the package, or the section, knows.

    Why: the product ignores it, and works with a default or fails for want of the right key. Packages whose settings are not
    documented accept any key.

    Bad:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv", "Seperator": ";"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv", "Separator": ";"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    yield from context.unknown(Fault.UNKNOWN, encrypted=False)


@rule("IDM8021", "misplaced-setting", Severity.WARNING)
def misplaced_setting(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A key stands where it has no meaning, yet has one elsewhere.

    Why: the product ignores it. It belongs to another level of the section, or to another package.

    Bad:
        {
          "Connections": {"Badges": {"Path": "C:/Sources/badges.xlsx", "NumberOfLinesToSkip": 2}}
        }
        // connection Badges: Usercube.Excel@0000001

    Good:
        {
          "Connections": {
            "Badges": {
              "Path": "C:/Sources/badges.xlsx",
              "SheetOptions": [{"SheetIgnored": false, "NumberOfLinesToSkip": 2}]
            }
          }
        }
        // connection Badges: Usercube.Excel@0000001
    """
    yield from context.unknown(Fault.MISPLACED, encrypted=False)


@rule("IDM8022", "setting-case", Severity.INFO)
def setting_case(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A key is written in other case than the documentation has it.

    Why: the product does not mind, but people and scripts that search for the documented name do not find it.

    Bad:
        {
          "Connections": {"HR": {"path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    yield from context.problems(Fault.SPELLING)


@rule("IDM8023", "missing-setting")
def missing_setting(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A section lacks a setting that its package needs.

    Why: the export or the fulfilment of the connection fails when it starts. Values from all layers count, also those that
    lie encrypted or in a vault. What only one half of a package needs is missed when that half is in use.

    Bad:
        {
          "Connections": {"Hosts": {"Encoding": "utf-8"}}
        }
        // connection Hosts: Usercube.RACF@0000001

    Good:
        {
          "Connections": {"Hosts": {"Encoding": "utf-8", "Path": "C:/Sources/racf.txt"}}
        }
        // connection Hosts: Usercube.RACF@0000001
    """
    yield from context.problems(Fault.MISSING)


@rule("IDM8024", "incomplete-settings")
def incomplete_settings(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A section lacks what its other settings, or the tasks on the connection, call for.

    Why: Basic authentication needs a login and a password, a provider its library, a complete export its path, and so on.

    Bad:
        {
          "Connections": {
            "AD": {
              "Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}],
              "Filter": "(objectClass=user)",
              "AuthType": "Basic",
              "EnableSSL": true
            }
          }
        }
        // connection AD: Usercube.AD@0000001

    Good:
        {
          "Connections": {
            "AD": {
              "Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}],
              "Filter": "(objectClass=user)",
              "AuthType": "Negotiate",
              "EnableSSL": true
            }
          }
        }
        // connection AD: Usercube.AD@0000001
    """
    yield from context.problems(Fault.INCOMPLETE)


@rule("IDM8025", "useless-setting", Severity.WARNING)
def useless_setting(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A setting has no effect beside the others.

    Why: the product ignores it, and whoever changes it will wonder why nothing happens.

    Bad:
        {
          "Connections": {
            "AD": {
              "Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}],
              "Filter": "(objectClass=user)",
              "AuthType": "Anonymous",
              "Login": ""
            }
          }
        }
        // connection AD: Usercube.AD@0000001

    Good:
        {
          "Connections": {
            "AD": {
              "Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}],
              "Filter": "(objectClass=user)",
              "AuthType": "Anonymous"
            }
          }
        }
        // connection AD: Usercube.AD@0000001
    """
    yield from context.problems(Fault.USELESS)


@rule("IDM8026", "outdated-setting", Severity.WARNING)
def outdated_setting(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A setting is named by an old guide, and the package does not read it.

    Why: it has no effect with the current product.

    Bad:
        {
          "Connections": {
            "Vault": {"Server": "https://scim.contoso.com", "FilterGroup": "Groups;id"}
          }
        }
        // connection Vault: Usercube.SCIM@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"Vault": {"Login": "kxABAAbc=", "Password": "kxABAAbc="}}
        }

    Good:
        {
          "Connections": {"Vault": {"Server": "https://scim.contoso.com"}}
        }
        // connection Vault: Usercube.SCIM@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"Vault": {"Login": "kxABAAbc=", "Password": "kxABAAbc="}}
        }
    """
    yield from context.problems(Fault.OUTDATED)
