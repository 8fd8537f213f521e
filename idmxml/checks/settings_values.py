"""Rules about the values of settings: their type, range and form."""

from collections.abc import Iterator

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding
from idmxml.diagnostics import Severity
from idmxml.settings.problems import Fault


@rule("IDM8030", "wrong-setting-type")
def wrong_setting_type(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A value is not of the type its setting has.

    Why: the product can't turn it into what it needs, and stops. Numbers and truth values may also stand in quotes.

    Bad:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv", "NumberOfLinesToSkip": "two"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv", "NumberOfLinesToSkip": "2"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    yield from context.problems(Fault.TYPE)


@rule("IDM8031", "wrong-setting-value")
def wrong_setting_value(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A value is none of those its setting can have, out of range, or a list lacks an element.

    Why: the product refuses it, or takes another value in its place.

    Bad:
        {
          "Connections": {
            "AD": {
              "Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}],
              "Filter": "(objectClass=user)",
              "AuthType": "Kerberos"
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
              "AuthType": "Negotiate"
            }
          }
        }
        // connection AD: Usercube.AD@0000001
    """
    yield from context.problems(Fault.VALUE)


@rule("IDM8032", "wrong-address")
def wrong_address(context: SettingsContext) -> Iterator[SettingsFinding]:
    """An address is not written in full.

    Why: without scheme and host the product does not know what to call; some systems accept https alone.

    Bad:
        {
          "ApplicationUri": "identity.contoso.com"
        }

    Good:
        {
          "ApplicationUri": "https://identity.contoso.com"
        }
    """
    yield from context.problems(Fault.ADDRESS)


@rule("IDM8033", "wrong-expression")
def wrong_expression(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A path that is meant as a regular expression is none.

    Why: with IsFileNameRegex the product looks for files by the expression, and stops when it can't read it.

    Bad:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr_(.*.csv", "IsFileNameRegex": true}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr_(.*).csv", "IsFileNameRegex": true}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    yield from context.problems(Fault.EXPRESSION)


@rule("IDM8034", "relative-path", Severity.WARNING)
def relative_path(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A path is not absolute, or holds a character that no path has.

    Why: the folder a path starts from is that of the program, which differs from task to task. Paths are judged by their own
    form, that of Windows or that of Linux.

    Bad:
        {
          "Connections": {"HR": {"Path": "Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    yield from context.problems(Fault.PATH)


@rule("IDM8035", "path-outside-roots")
def path_outside_roots(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A source file lies outside of every folder in ``SourcesRootPaths``.

    Why: the agent reads source files below these folders only; case counts.

    Bad:
        {
          "SourcesRootPaths": ["C:/Sources"],
          "Connections": {"HR": {"Path": "D:/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "SourcesRootPaths": ["C:/Sources"],
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    yield from context.problems(Fault.OUTSIDE)


@rule("IDM8036", "wrong-extension")
def wrong_extension(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A file has not the extension that its setting wants.

    Why: the program that runs the script, or reads the file, knows it by its extension.

    Bad:
        {
          "Connections": {"Script": {"PowerShellScriptPath": "C:/Scripts/fulfill.txt"}}
        }
        // connection Script: Usercube.Powershell@0000001

    Good:
        {
          "Connections": {"Script": {"PowerShellScriptPath": "C:/Scripts/fulfill.ps1"}}
        }
        // connection Script: Usercube.Powershell@0000001
    """
    yield from context.problems(Fault.EXTENSION)


@rule("IDM8037", "wrong-form")
def wrong_form(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A text has not the form that its setting wants.

    Why: filters need as many closing as opening parentheses, encodings a name that .NET knows, and so on.

    Bad:
        {
          "Connections": {
            "AD": {
              "Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}],
              "Filter": "(&(objectClass=user)(cn=*)"
            }
          }
        }
        // connection AD: Usercube.AD@0000001

    Good:
        {
          "Connections": {
            "AD": {
              "Servers": [{"Server": "dc1.contoso.com", "BaseDN": "DC=contoso,DC=com"}],
              "Filter": "(&(objectClass=user)(cn=*))"
            }
          }
        }
        // connection AD: Usercube.AD@0000001
    """
    yield from context.problems(Fault.FORMAT)


@rule("IDM8038", "package-demand")
def package_demand(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A setting goes against a rule of its package.

    Why: the documentation of each package demands more than types and required keys; the hint says what is demanded.

    Bad:
        {
          "Connections": {"App": {"Server": "https://scim.contoso.com/v2"}}
        }
        // connection App: Usercube.SCIM@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"OAuthToken": "kxABAAbc="}}
        }

    Good:
        {
          "Connections": {"App": {"Server": "https://scim.contoso.com"}}
        }
        // connection App: Usercube.SCIM@0000001
        // file: appsettings.encrypted.agent.json
        {
          "Connections": {"App": {"OAuthToken": "kxABAAbc="}}
        }
    """
    yield from context.problems(Fault.DEMAND)
