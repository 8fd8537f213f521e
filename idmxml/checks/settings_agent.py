"""Rules about the settings of agent and server that name things of the XML: agents, OpenID clients, databases and tasks."""

import base64
import binascii
from collections.abc import Callable, Iterator

from idmxml.checks.rule import rule
from idmxml.checks.settings_context import SettingsContext, SettingsFinding, at_key, at_value
from idmxml.diagnostics import Severity
from idmxml.settings.keys import Key, fold
from idmxml.settings.layers import Source
from idmxml.settings.names import suggestion
from idmxml.settings.view import holds

CLIENTS: Key = ("OPENID", "OPENIDCLIENTS")
SERVER_CLIENTS: Key = ("OPENIDCLIENTS",)
DATABASES: tuple[Key, ...] = (("DATABASES",), ("CONNECTIONS", "DATABASES"))
SQL_COMMANDS: Key = ("INVOKESQLCOMMANDS",)
SAMPLE_HASH = "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="  # of the word "secret", by SHA-256 in base64


def _has_name(name: str, known: frozenset[str]) -> bool:
    return fold(name) in {fold(each) for each in known}


@rule("IDM8064", "unknown-agent")
def unknown_agent(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The settings name an agent that the XML does not declare.

    Why: the server does not know the agent, and gives it no work.

    Bad:
        {
          "OpenId": {"AgentIdentifier": "Locale"}
        }
        // agent Local

    Good:
        {
          "OpenId": {"AgentIdentifier": "Local"}
        }
        // agent Local
    """
    for layer in context.files(Source.APPLICATION, Source.AGENT):
        setting = context.settings.flat(layer).get(("OPENID", "AGENTIDENTIFIER"))
        name = setting.winner.plain() if setting else ""
        if setting and name and context.names.agents is not None and not _has_name(name, context.names.agents):
            hint = suggestion(name, context.names.agents) or "write the Identifier of the Agent element"
            yield at_value(setting.winner, f"the XML declares no agent '{name}'", hint)


@rule("IDM8065", "unknown-default-client")
def unknown_default_client(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The default OpenID client is none of those whose secrets are given.

    Why: tasks that name no client sign in with the default one, and fail without its secret.

    Bad:
        {
          "OpenId": {"DefaultOpenIdClient": "Jobs"}
        }
        // file: appsettings.encrypted.agent.json
        {
          "OpenId": {"OpenIdClients": {"Job": "kxABAAbd="}}
        }

    Good:
        {
          "OpenId": {"DefaultOpenIdClient": "Job"}
        }
        // file: appsettings.encrypted.agent.json
        {
          "OpenId": {"OpenIdClients": {"Job": "kxABAAbd="}}
        }
    """
    given = context.view.given(("OPENID", "DEFAULTOPENIDCLIENT"))
    if given is None or not given.plain() or not given.layer.path or not context.settings.given_anywhere(CLIENTS):
        return
    if context.view.has((*CLIENTS, fold(given.plain()))) is False:
        names = [key[-1] for key in context.view.below(CLIENTS)]
        spelt = [each.path[-1] for each in map(context.view.given, [(*CLIENTS, name) for name in names]) if each]
        yield at_value(
            given,
            f"'OpenIdClients' has no client '{given.plain()}'",
            suggestion(given.plain(), spelt) or "add its secret there",
        )


@rule("IDM8066", "undeclared-client")
def undeclared_client(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The settings hold the secret of an OpenID client that the XML does not declare.

    Why: the server refuses the client, and the tasks that use it fail.

    Bad:
        {
          "OpenId": {"OpenIdClients": {"Jobs": "kxABAAbd="}}
        }
        // client Job

    Good:
        {
          "OpenId": {"OpenIdClients": {"Job": "kxABAAbd="}}
        }
        // client Job
    """
    known = context.names.openid_clients
    for key in context.view.below(CLIENTS) if known is not None else ():
        given = context.view.given(key)
        place = context.in_file(given) if given else None
        if place and known is not None and not _has_name(place.path[-1], known):
            hint = suggestion(place.path[-1], known) or "declare the client in the XML, or remove it here"
            yield at_key(place, f"the XML declares no OpenID client '{place.path[-1]}'", hint)


@rule("IDM8067", "missing-client-secret", Severity.WARNING)
def missing_client_secret(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A task signs in with an OpenID client whose secret the settings of the agent do not hold.

    Why: the agent can't sign in for this task.

    Bad:
        {
          "OpenId": {"OpenIdClients": {"Job": "kxABAAbd="}}
        }
        // client Job, used
        // client Reports, used

    Good:
        {
          "OpenId": {"OpenIdClients": {"Job": "kxABAAbd=", "Reports": "kxABAAbe="}}
        }
        // client Job, used
        // client Reports, used
    """
    if not context.settings.given_anywhere(CLIENTS):
        return
    for name, span in sorted(context.names.clients_in_use.items()):
        if context.view.has((*CLIENTS, fold(name))) is False:
            hint = "add it to 'OpenId > OpenIdClients', in the encrypted file or a vault"
            yield SettingsFinding(
                span, f"the settings hold no secret of the OpenID client '{name}'", hint, f"OpenIdClient[{name}]/settings"
            )


@rule("IDM8068", "sample-client-secret", Severity.WARNING)
def sample_client_secret(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The secret of an OpenID client is that of the documentation.

    Why: its hash is that of the word secret, which everyone knows.

    Bad:
        {}
        // file: appsettings.json
        {
          "OpenIdClients": {"Job": {"HashedSecret": "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="}}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "OpenIdClients": {"Job": {"HashedSecret": "rkFF/1Dr7HHtBxZkKpAqBs4eZVtJY4Yp8GmfS+zDxqI="}}
        }
    """
    yield from _hashes(
        context,
        lambda text: text.rstrip("=") == SAMPLE_HASH.rstrip("="),
        "is that of the sample secret",
        "make a secret of your own",
    )


@rule("IDM8069", "wrong-client-hash", Severity.WARNING)
def wrong_client_hash(context: SettingsContext) -> Iterator[SettingsFinding]:
    """The hash of an OpenID client's secret is no SHA-256 in base64.

    Why: the server compares hashes, so no secret ever fits. Usercube-New-OpenIDSecret makes a secret with its hash.

    Bad:
        {}
        // file: appsettings.json
        {
          "OpenIdClients": {"Job": {"HashedSecret": "Winter-in-Lyon"}}
        }

    Good:
        {}
        // file: appsettings.json
        {
          "OpenIdClients": {"Job": {"HashedSecret": "rkFF/1Dr7HHtBxZkKpAqBs4eZVtJY4Yp8GmfS+zDxqI="}}
        }
    """
    yield from _hashes(context, _is_no_hash, "is no SHA-256 in base64", "make it with Usercube-New-OpenIDSecret")


def _hashes(context: SettingsContext, is_wrong: Callable[[str], bool], what: str, hint: str) -> Iterator[SettingsFinding]:
    for layer in context.files(Source.APPLICATION):
        flat = context.settings.flat(layer)
        for client in flat.below(SERVER_CLIENTS):
            setting = flat.get((*client, "HASHEDSECRET"))
            if (
                setting
                and not setting.winner.is_container
                and holds(setting.winner, lambda text: bool(text) and is_wrong(text))
            ):
                yield at_key(setting.winner, f"the hash of client '{setting.winner.path[-2]}' {what}", hint)


def _is_no_hash(text: str) -> bool:
    try:
        return len(base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)) != 32
    except (binascii.Error, ValueError):
        return True


@rule("IDM8070", "missing-database", Severity.WARNING)
def missing_database(context: SettingsContext) -> Iterator[SettingsFinding]:
    """A task runs SQL commands on a database that the settings do not know.

    Why: the agent finds the connection string of the database by this name, and the task fails without it.

    Bad:
        {
          "Databases": {}
        }
        // database Reports

    Good:
        {
          "Databases": {"Reports": "Data Source=.;Database=Reports;Integrated Security=SSPI"}
        }
        // database Reports
    """
    if not context.has_agent_settings:
        return
    for name, span in sorted(context.names.databases_in_use.items()):
        if all(context.view.has((*key, fold(name))) is False for key in DATABASES):
            known = [each.path[-1] for key in DATABASES for each in map(context.view.given, context.view.below(key)) if each]
            hint = suggestion(name, known) or "add its connection string to 'Databases' in appsettings.agent.json"
            yield SettingsFinding(span, f"the settings know no database '{name}'", hint, f"Database[{name}]/settings")


@rule("IDM8071", "unknown-sql-task", Severity.WARNING)
def unknown_sql_task(context: SettingsContext) -> Iterator[SettingsFinding]:
    """Settings for a task that runs SQL commands name no such task.

    Why: a section of InvokeSqlCommands changes the task with its identifier; this one changes none.

    Bad:
        {}
        // file: appsettings.json
        {
          "InvokeSqlCommands": {"CleanUpp": {"OutputPath": "C:/Temp"}}
        }
        // sql task CleanUp

    Good:
        {}
        // file: appsettings.json
        {
          "InvokeSqlCommands": {"CleanUp": {"OutputPath": "C:/Temp"}}
        }
        // sql task CleanUp
    """
    known = context.names.sql_tasks
    for key in context.view.below(SQL_COMMANDS) if known is not None else ():
        given = context.view.given(key)
        if given and given.layer.path and known is not None and not _has_name(given.path[-1], known):
            hint = suggestion(given.path[-1], known) or "write the Identifier of an InvokeSqlCommandTask"
            yield at_key(given, f"no task that runs SQL commands is called '{given.path[-1]}'", hint)


@rule("IDM8078", "repeated-scheme")
def repeated_scheme(context: SettingsContext) -> Iterator[SettingsFinding]:
    """Two providers of authentication have the same scheme.

    Why: the scheme tells them apart, and the server does not start with one of them twice.

    Bad:
        {}
        // file: appsettings.json
        {
          "Authentication": {
            "OpenId": {
              "Enabled": true,
              "First": {"AuthenticationScheme": "Sign", "ClientId": "a"},
              "Second": {"AuthenticationScheme": "Sign", "ClientId": "b"}
            }
          }
        }

    Good:
        {}
        // file: appsettings.json
        {
          "Authentication": {
            "OpenId": {
              "Enabled": true,
              "First": {"AuthenticationScheme": "SignOne", "ClientId": "a"},
              "Second": {"AuthenticationScheme": "SignTwo", "ClientId": "b"}
            }
          }
        }
    """
    seen: dict[str, str] = {}
    for key, setting in context.settings.resolved.items():
        given = setting.winner
        if key[0] != "AUTHENTICATION" or key[-1] != "AUTHENTICATIONSCHEME" or not given.plain() or not given.layer.path:
            continue
        first = seen.setdefault(given.plain(), given.path[-2])
        if first != given.path[-2]:
            yield at_value(
                given,
                f"'{given.plain()}' is the scheme of provider '{first}' already",
                "give each provider a scheme of its own",
            )
