"""Rules about sections of ``Connections``: each belongs to a connection of the XML, and the other way round."""

import re
from collections.abc import Iterator

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding, at_key
from idmxml.diagnostics import Severity
from idmxml.settings.keys import Key, is_note
from idmxml.settings.names import suggestion
from idmxml.settings.resolve import Given

CONNECTIONS: Key = ("CONNECTIONS",)
NO_CONNECTIONS = frozenset({"DATABASES"})
FORBIDDEN = re.compile(r'[<>:"/\\|?*_]')


def _sections(context: SettingsContext) -> Iterator[tuple[Key, Given]]:
    """Every section of ``Connections``, where a person would look for it: the lowest plain file."""
    for where in (context.settings.resolved, context.settings.elsewhere):
        for key in where.below(CONNECTIONS):
            setting = where.get(key)
            files = [each for each in setting.all if each.layer.path] if setting else []
            plain = [each for each in files if each.layer.source.is_plain_file]
            if key[1] not in NO_CONNECTIONS and files and files[-1].kind == "object":
                yield key, (plain or files)[-1]


@rule("IDM8010", "missing-section")
def missing_section(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A connection has no section in the settings, though its package needs one.

    Why: a connection is declared in the XML and configured in the settings of the agent; without the latter its jobs fail.

    Bad:
        {
          "Connections": {}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    if not context.has_agent_settings:
        return
    for section in context.sections:
        page, identifier = section.page, section.connection.identifier
        if page and page.section == "required" and context.view.has(section.key) is False:
            message = f"connection '{identifier}' has no section in the settings"
            hint = f"add 'Connections > {identifier}' to appsettings.agent.json"
            yield SettingsFinding(section.connection.span, message, hint, f"Connection[{identifier}]/settings")


@rule("IDM8011", "orphan-section", Severity.WARNING)
def orphan_section(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A section of ``Connections`` belongs to no connection of the XML.

    Why: the product ignores it. Often the identifier is misspelt, or the connection was renamed or removed.

    Bad:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}, "HRR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    if not context.connections:
        return
    for key, given in _sections(context):
        if key not in context.by_key and not is_note(given.path[1]):
            near = suggestion(given.path[1], (each.identifier for each in context.connections))
            hint = near or "declare the connection in the XML, or remove the section"
            yield at_key(given, f"no connection is called '{given.path[1]}'", hint)


@rule("IDM8012", "section-case", Severity.WARNING)
def section_case(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The name of a section differs from the identifier of its connection in case alone.

    Why: the product finds it without regard to case, but people and scripts that search for the identifier do not.

    Bad:
        {
          "Connections": {"hr": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    for layer in context.settings.files:
        flat = context.settings.flat(layer)
        for key in flat.below(CONNECTIONS):
            connection, setting = context.by_key.get(key), flat.get(key)
            if connection and setting and setting.winner.path[1] != connection.identifier:
                given = setting.winner
                message = f"section '{given.path[1]}' differs in case from connection '{connection.identifier}'"
                yield at_key(given, message, f"write '{connection.identifier}'")


@rule("IDM8013", "section-name")
def section_name(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The name of a section holds a character that identifiers of connections can't have, or starts with a digit.

    Why: files of the connection are named after it, and its tables are told apart by an underscore.

    Bad:
        {
          "Connections": {"1HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection 1HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR1": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR1: Usercube.CSV@0000001
    """
    for key, given in _sections(context):
        name = given.path[1]
        wrong = "".join(sorted(set(FORBIDDEN.findall(name))))
        if key not in context.by_key or not (wrong or name[:1].isdigit()):
            continue
        severity = Severity.WARNING if wrong == "_" else None
        message = (
            f"the name of section '{name}' holds {wrong}" if wrong else f"the name of section '{name}' starts with a digit"
        )
        yield at_key(
            given, message, "rename the connection here and in the XML, with letters, digits, points and dashes", severity
        )


@rule("IDM8014", "needless-section", Severity.WARNING)
def needless_section(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A connection has a section though its package reads no settings.

    Why: nothing in it has any effect, and whoever changes it will wonder why.

    Bad:
        {
          "Connections": {"Tickets": {"Server": "https://tickets.contoso.com"}}
        }
        // connection Tickets: Usercube.Manual@0000001

    Good:
        {
          "Connections": {}
        }
        // connection Tickets: Usercube.Manual@0000001
    """
    for section in context.sections:
        page, given = section.page, section.section
        if page and page.section == "superfluous" and given is not None:
            message = f"package '{section.connection.package}' reads no settings"
            yield at_key(given, message, "remove the section")
