"""Rules about settings files as such: that they can be read, and which of them belong into a repository."""

from collections.abc import Iterator

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding, at_file, at_value
from idmxml.diagnostics import Related, Severity
from idmxml.model.names import closest
from idmxml.settings.jsonc import Array, Member, Node, Object
from idmxml.settings.keys import fold
from idmxml.settings.layers import KNOWN_ENVIRONMENTS, Layer, Source
from idmxml.settings.texts import is_placeholder
from idmxml.settings.view import holds


@rule("IDM8001", "unreadable-settings")
def unreadable_settings(context: SettingsContext) -> Iterator[SettingsFinding]:
    r"""A settings file can't be read as text.

    Why: the product expects UTF-8, or UTF-16 with a byte order mark; it does not start with a file in another encoding.

    Bad:
        {
          // encoding: latin-1
          "Connections": {"HR": {"Path": "C:/Sources/salariés.csv"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/salariés.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    for layer in context.settings.files:
        if layer.unreadable:
            yield SettingsFinding(layer.unreadable.span, layer.unreadable.message, layer.unreadable.hint, layer.name)


@rule("IDM8002", "settings-syntax")
def settings_syntax(context: SettingsContext) -> Iterator[SettingsFinding]:
    r"""A settings file is not JSON.

    Why: the product does not start with such a file. Comments and a comma after the last entry are allowed; a backslash inside
    a text has to be doubled.

    Bad:
        {
          "SourcesRootPaths": ["C:\Sources"]
        }

    Good:
        {
          "SourcesRootPaths": ["C:\\Sources"], // or C:/Sources
        }
    """
    for layer in context.settings.files:
        if layer.fault:
            yield SettingsFinding(layer.fault.span, layer.fault.message, layer.fault.hint, layer.name)


@rule("IDM8003", "repeated-setting", Severity.WARNING)
def repeated_setting(context: SettingsContext) -> Iterator[SettingsFinding]:
    """An object holds a key twice; keys that differ in case alone are the same.

    Why: the product refuses the file, or takes one of the two values in silence.

    Bad:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv", "Path": "C:/Sources/old.csv"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    for layer in context.settings.files:
        if layer.tree is not None:
            for first, again, path in _doubles(layer.tree, (layer.name,)):
                related = (Related(first.key_span, "first given here"),)
                message = f"the key '{again.key}' stands here twice"
                yield SettingsFinding(again.key_span, message, "keep one of them", "/".join(path), related=related)


def _doubles(node: Node, path: tuple[str, ...]) -> Iterator[tuple[Member, Member, tuple[str, ...]]]:
    if isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield from _doubles(item, (*path, str(index)))
    if not isinstance(node, Object):
        return
    seen: dict[str, Member] = {}
    for member in node.members:
        first = seen.setdefault(fold(member.key), member)
        if first is not member:
            yield first, member, (*path, member.key)
        yield from _doubles(member.value, (*path, member.key))


@rule("IDM8004", "settings-placeholder", Severity.WARNING)
def settings_placeholder(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A value is still a placeholder in angle brackets.

    Why: the documentation writes what you have to fill in between < and >; the product takes it as it stands.

    Bad:
        {
          "Connections": {"HR": {"Path": "<path of the file>"}}
        }
        // connection HR: Usercube.CSV@0000001

    Good:
        {
          "Connections": {"HR": {"Path": "C:/Sources/hr.csv"}}
        }
        // connection HR: Usercube.CSV@0000001
    """
    for layer in context.settings.files:
        for given in context.settings.flat(layer).givens():
            if given.kind == "string" and holds(given, is_placeholder):
                yield at_value(given, f"the value of '{given.path[-1]}' is a placeholder", "write the real value in its place")


@rule("IDM8005", "committed-connection-file")
def committed_connection_file(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The repository holds ``appsettings.connection.json``.

    Why: the user interface writes that file on the agent, with secrets in it. It wins over all others and is never edited by
    hand, so a copy in a repository does harm only.

    Bad:
        {}
        // file: appsettings.connection.json
        {}

    Good:
        {}
    """
    for layer in context.files(Source.CONNECTION):
        hint = "remove it from the repository, and change what it held if it held secrets"
        yield at_file(layer, f"'{layer.name}' belongs to a running agent, not into a repository", hint)


@rule("IDM8006", "environment-spelling", Severity.INFO)
def environment_spelling(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The environment in the name of a settings file is almost one of the usual names.

    Why: the file is read when the variable ASPNETCORE_ENVIRONMENT has this very name; on Linux its case counts too.

    Bad:
        {}
        // file: appsettings.agent.production.json
        {}

    Good:
        {}
        // file: appsettings.agent.Production.json
        {}
    """
    for layer in context.settings.files:
        near = _usual(layer)
        if near:
            yield at_file(
                layer,
                f"'{layer.environment}' in the name of the file is not quite a usual environment",
                f"did you mean '{near}'?",
            )


def _usual(layer: Layer) -> str | None:
    if layer.environment is None or layer.environment in KNOWN_ENVIRONMENTS:
        return None
    return closest(layer.environment, KNOWN_ENVIRONMENTS) if len(layer.environment) > 4 else None
