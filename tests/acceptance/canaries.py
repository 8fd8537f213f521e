"""A repository full of secrets, each of its own kind, with faults beside them; and the traces a leaked one leaves."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

PLAIN = "appsettings.agent.json"
PRODUCTION = "appsettings.agent.Production.json"
TEST = "appsettings.agent.Test.json"
ENCRYPTED = "appsettings.encrypted.agent.json"
CYBERARK = "appsettings.cyberArk.agent.json"
CONNECTION = "appsettings.connection.json"
SERVER = "appsettings.json"
FILES = (PLAIN, PRODUCTION, TEST, ENCRYPTED, CYBERARK, CONNECTION, SERVER)


@dataclass(frozen=True)
class Canary:
    """A secret: ``core`` is the part of it that is looked for, ``text`` the whole."""

    kind: str
    core: str
    text: str

    def traces(self) -> Iterator[str]:
        """What an output holds when the secret is in it, in whatever spelling."""
        yield self.core
        for encoding in ("utf-8", "utf-16-le"):
            raw = self.core.encode(encoding)
            yield raw.hex()
            yield raw.hex().upper()
            for before in range(3):
                whole = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
                yield whole[(0, 2, 3)[before] : len(whole) - 1]


@dataclass
class Aviary:
    """The files of the repository as they grow, the environment, what vaults hold, and the canaries in all of them."""

    layers: dict[str, dict[str, object]] = field(default_factory=lambda: {name: {"Connections": {"C1": {}}} for name in FILES})
    xml: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    vault_names: list[str] = field(default_factory=list)
    vault: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    others: dict[str, bytes] = field(default_factory=dict)
    canaries: list[Canary] = field(default_factory=list)

    def canary(self, kind: str, form: str = "Kanari{0:02}&<\"'%é+/ende") -> Canary:
        """A new secret of this kind."""
        number = len(self.canaries)
        core = f"Kanari{number:02}"
        made = Canary(kind, core, form.format(number))
        self.canaries.append(made)
        return made

    def secret(self, kind: str, form: str = "Kanari{0:02}&<\"'%é+/ende") -> Canary:
        """A new secret that stands in the encrypted file as a client's, so that it may be echoed elsewhere."""
        made = self.canary(kind, form)
        self.put(ENCRYPTED, made.text, "OpenId", "OpenIdClients", f"Client{len(self.canaries)}")
        return made

    def leaks(self, text: str) -> list[str]:
        """The kinds of the secrets that are in a text."""
        return [each.kind for each in self.canaries if any(trace in text for trace in each.traces())]

    def put(self, layer: str, value: object, *path: str) -> None:
        """Put a value into a layer."""
        node: dict[str, object] = self.layers[layer]
        for name in path[:-1]:
            node = node.setdefault(name, {})  # type: ignore[assignment]
        node[path[-1]] = value

    def echo(self, value: str) -> None:
        """Put a text into settings that are no secrets, each with a fault of its own, so that it is told again."""
        number = len(self.canaries)
        self.put(PLAIN, value, "Connections", "C1", f"Pathh{number}")
        self.put(PLAIN, value, "Connections", f"Csv{number}", "Path")
        self.put(PLAIN, [value], "Connections", f"Csv{number}", "Separator")
        self.xml.append(_connection(f"Csv{number}", "Usercube.CSV@0000001"))

    def files(self, indent: int | None) -> dict[str, str | bytes]:
        """All files; with ``indent`` None each settings file is one line."""
        found: dict[str, str | bytes] = {name: json.dumps(layer, indent=indent) for name, layer in self.layers.items()}
        found["Conf/a.xml"] = "\n".join(['<Connector Identifier="K" DisplayName_L1="K"/>', *self.xml])
        names = ", ".join(json.dumps(name) for name in self.vault_names)
        return found | {"idmxml.toml": f"key-vault-secrets = [{names}]"} | self.others


def _connection(identifier: str, package: str, name: str = "C") -> str:
    return (
        f'<Connection Identifier="{identifier}" DisplayName_L1={quoteattr(name)} Connector="K" Package="{package}" Sort="x"/>'
    )


def _in_layers(aviary: Aviary) -> None:
    for layer in FILES:
        made = aviary.canary(f"the password of a connection in {layer}")
        aviary.put(layer, made.text, "Connections", "C1", "Password")
    made = aviary.canary("an environment variable")
    aviary.variables["Connections__C1__Password"] = made.text
    made = aviary.canary("an environment variable of a key nobody knows")
    aviary.variables["Connections__C1__MySecret"] = made.text


def _in_keys(aviary: Aviary) -> None:
    keys: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("a key that looks like a secret", ("Connections", "C1", "ApiKey")),
        ("a key in other case", ("CONNECTIONS", "c1", "PASSWORDS")),
        ("a key with a colon", ("Connections:C1:BearerToken",)),
        ("a section without a connection", ("Connections", "Orphan", "Password")),
        ("a database", ("Databases", "One")),
        ("an OpenID client", ("OpenId", "OpenIdClients", "Job")),
        ("the mail account of password resets", ("PasswordResetSettings", "MailSettings", "Password")),
        ("a section nobody knows", ("Custom", "ClientSecret")),
        ("an element of a list", ("Connections", "Ldap", "Servers")),
    )
    for kind, path in keys:
        made = aviary.canary(kind)
        value: object = [{"Server": "x", "Password": made.text}] if path[-1] == "Servers" else made.text
        aviary.put(PLAIN, value, *path)
    made = aviary.canary("the connection string of the server")
    aviary.put(SERVER, f"Data Source=.;Password={made.text}", "ConnectionString")
    aviary.xml.append(_connection("Ldap", "Usercube.LDAP@0000001"))


def _of_shapes(aviary: Aviary) -> None:
    made = aviary.canary("a secret that is an object")
    aviary.put(PLAIN, {"Value": made.text}, "Connections", "C2", "Password")
    made = aviary.canary("a secret that is a list")
    aviary.put(PLAIN, [made.text, {"x": made.text}], "Connections", "C2", "OAuthToken")
    made = aviary.canary("a secret of several lines", "Kanari{0:02}\nsecond line\tKanari{0:02}")
    aviary.put(PLAIN, made.text, "Connections", "C2", "ApplicationKey")
    aviary.echo(made.text)
    made = aviary.canary("a placeholder that is a secret", "<Kanari{0:02}>")
    aviary.put(PLAIN, made.text, "Connections", "C3", "ClientSecret")
    made = aviary.canary("a secret that looks encrypted", "kxABAKanari{0:02}")
    aviary.put(PLAIN, made.text, "Connections", "C3", "Password")
    aviary.xml += [_connection("C2", "Usercube.SCIM@0000001"), _connection("C3", "Usercube.OData@0000001")]


ECHOES: dict[str, Callable[[str], str]] = {
    "plain in another value": lambda text: f"C:/Sources/{text}/hr.csv",
    "twice in another value": lambda text: f"{text}{text}",
    "URL-encoded": lambda text: f"https://contoso.com/?q={quote(text, safe='')}",
    "URL-encoded with plus signs": lambda text: f"https://contoso.com/?q={quote(text, safe=' ').replace(' ', '+')}",
    "URL-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "in base64, first place": lambda text: base64.b64encode(text.encode()).decode(),
    "in base64, second place": lambda text: base64.b64encode(b"x" + text.encode()).decode(),
    "in base64, third place": lambda text: base64.b64encode(b"xx" + text.encode() + b"yy").decode(),
    "in base64 for URLs": lambda text: base64.urlsafe_b64encode(b"~~" + text.encode() + b"??").decode(),
    "in base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "in hexadecimal digits": lambda text: text.encode().hex(),
    "escaped as JSON": json.dumps,
    "escaped as JSON twice": lambda text: json.dumps(json.dumps(text)),
    "escaped as XML": quoteattr,
    "escaped as XML by numbers": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "escaped as Python": ascii,
    "escaped as Python bytes": lambda text: repr(text.encode()),
}


def _echoed(aviary: Aviary) -> None:
    for kind, spell in ECHOES.items():
        made = aviary.secret(kind)
        aviary.echo(spell(made.text))
    made = aviary.canary("the password inside a connection string")
    aviary.put(ENCRYPTED, f'Data Source=db;User Id=sa;Password="{made.core}-of-db";', "ConnectionString")
    aviary.echo(f"{made.core}-of-db")
    made = aviary.canary("the password inside an address")
    aviary.put(ENCRYPTED, f"https://reader:{made.core}@contoso.com/", "Connections", "C1", "Server")
    aviary.echo(made.core)


def _in_names_and_xml(aviary: Aviary) -> None:
    made = aviary.secret("the name of a key")
    aviary.put(PLAIN, 1, "Connections", "C1", made.text)
    made = aviary.secret("the name of a section")
    aviary.put(PLAIN, {}, "Connections", made.text)
    made = aviary.secret("the display name of a connection")
    aviary.xml.append(_connection("C4", "Usercube.Manual@0000001", made.text))
    made = aviary.secret("an attribute of the XML with a fault")
    aviary.xml.append(f"<Agent Identifier={quoteattr(made.text)} DisplayName_L1='x' State={quoteattr(made.text)}/>")
    made = aviary.secret("a reference of the XML that leads nowhere")
    aviary.xml.append(f"<Connection Identifier='C5' DisplayName_L1='x' Connector={quoteattr(made.text)} Package='x'/>")
    made = aviary.secret("a folder that files may be read from", "Kanari{0:02}-folder")
    aviary.put(PLAIN, [f"C:/{made.text}/Sources"], "SourcesRootPaths")
    made = aviary.secret("the name of an entry of the vault")
    aviary.vault_names += [f"Connections--C1--{made.core}", "Connections--C1--ClientId"]
    aviary.put(ENCRYPTED, made.core, "OpenId", "OpenIdClients", "Vault")


def _in_broken_files(aviary: Aviary) -> None:
    made = aviary.canary("a settings file that breaks off")
    aviary.others["appsettings.Staging.json"] = f'{{"Password": "{made.core}'.encode()
    made = aviary.canary("a settings file with a word out of place")
    aviary.others["appsettings.agent.Staging.json"] = f'{{"Password": {made.core}}}'.encode()
    made = aviary.canary("a settings file in another encoding")
    aviary.others["appsettings.agent.Latin.json"] = f'{{"Password": "{made.core}é"}}'.encode("latin-1")


def _in_vaults(aviary: Aviary) -> None:
    scim = {"Server": "https://scim.contoso.test", "Filter": "Users;id", "FilterGroup": "Groups;id"}
    for identifier in ("C6", "C7"):
        aviary.xml.append(_connection(identifier, "Usercube.SCIM@0000001"))
        aviary.put(PLAIN, dict(scim), "Connections", identifier)
    for name in ("Login", "Password"):
        aviary.vault_names.append(f"Connections--C6--{name}")
        aviary.vault[aviary.vault_names[-1]] = aviary.canary(f"the {name} of a connection in Azure Key Vault").text
    account = aviary.canary("the name of an account of CyberArk").text
    for name in ("Login", "Password"):
        aviary.put(CYBERARK, account, "Connections", "C7", name)
    fields = ("UserName", "Content", "Address")
    aviary.accounts[account] = {field: aviary.canary(f"the {field} of an account of CyberArk").text for field in fields}


def aviary() -> Aviary:
    """The repository."""
    made = Aviary(xml=[_connection("C1", "Usercube.SAP@0000001")])
    for fill in (_in_layers, _in_keys, _of_shapes, _echoed, _in_names_and_xml, _in_broken_files, _in_vaults):
        fill(made)
    return made
