"""A small repository of settings written in one text, for examples and cases of rules.

The text is that of ``appsettings.agent.json``, unless it has comments alone; a line ``// file: NAME`` starts another file.
Comments tell the rest:
``// connection HR: Usercube.CSV@0000001, complete`` (also: exported, fulfilled, incremental, password reset, without export,
without fulfill), ``// agent Local``, ``// client Job, used``, ``// database Reports``, ``// sql task CleanUp``,
``// two-way password reset``, ``// environment Production``, ``// variable NAME=TEXT``, ``// vault NAME``,
``// encoding: latin-1``. A line ``// expect IDM8020`` stands before the line at fault; ``// expect IDM8010 at xml`` and
``// expect IDM8043 at FILE:LINE`` are for faults elsewhere.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from idmxml.checks.settings_checks import RULES, check_settings
from idmxml.diagnostics import Diagnostic, Span
from idmxml.settings.connections import DeclaredConnection, DeclaredNames
from idmxml.settings.read import SettingsRequest, read_settings

FILE = re.compile(r"^\s*// file: (\S+)\s*$", re.MULTILINE)
WORDS = re.compile(
    r"//\s*(connection|agent|client|database|sql task|two-way|environment|variable|vault|encoding:)\s*(.*?)\s*$", re.MULTILINE
)
EXPECTED = re.compile(r"^\s*// expect (IDM\d{4})(?: at (\S+))?\s*$")
XML = Span("xml", 1, 1, 1, 2)
Place = tuple[str, str, int]


@dataclass(frozen=True)
class Scenario:
    """The files by name, and what the comments say."""

    files: dict[str, str]
    said: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, text: str) -> "Scenario":
        first, *others = FILE.split(text.strip() + "\n")
        files = {"appsettings.agent.json": first} if re.search(r"^\s*[^\s/]", first, re.MULTILINE) else {}
        files.update(zip(others[::2], (each.lstrip("\n") for each in others[1::2]), strict=True))
        return cls(files, tuple(WORDS.findall(text)))

    def words(self, kind: str) -> list[str]:
        return [rest for word, rest in self.said if word == kind]

    def connections(self) -> list[DeclaredConnection]:
        return [_connection(each) for each in self.words("connection")]

    def names(self) -> DeclaredNames:
        clients = [each.split(", ") for each in self.words("client")]
        return DeclaredNames(
            agents=frozenset(self.words("agent")) or None,
            openid_clients=frozenset(each[0] for each in clients) or None,
            sql_tasks=frozenset(self.words("sql task")) or None,
            clients_in_use={each[0]: XML for each in clients if "used" in each},
            databases_in_use=dict.fromkeys(self.words("database"), XML),
            two_way_reset=XML if self.words("two-way") else None,
        )

    def write(self, folder: Path) -> None:
        encoding = next(iter(self.words("encoding:")), "utf-8")
        for name, text in self.files.items():
            (folder / name).write_bytes(text.encode(encoding))

    def check(self, folder: Path) -> list[Diagnostic]:
        self.write(folder)
        connections = self.connections()
        request = SettingsRequest(
            folder,
            (folder,),
            {each.identifier: each.package for each in connections},
            next(iter(self.words("environment")), None),
            dict(each.split("=", 1) for each in self.words("variable")),
            self.words("vault") or None,
        )
        return check_settings(read_settings(request), connections, frozenset(each.code for each in RULES), self.names())

    def expected(self) -> list[Place]:
        return sorted(place for name, text in self.files.items() for place in _expected(name, text))


def found(diagnostics: list[Diagnostic]) -> list[Place]:
    """Code, file and line of diagnostics; the XML is one line of one file."""
    return sorted((each.code, each.span.path, 0 if each.span.path == "xml" else each.span.line) for each in diagnostics)


def _expected(name: str, text: str) -> list[Place]:
    places: list[Place] = []
    waiting: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = EXPECTED.match(line)
        if match is None:
            places.extend((code, name, number) for code in waiting)
            waiting = []
        elif match[2] == "xml":
            places.append((match[1], "xml", 0))
        elif match[2]:
            path, _, at = match[2].rpartition(":")
            places.append((match[1], path, int(at)))
        else:
            waiting.append(match[1])
    return places


def _connection(text: str) -> DeclaredConnection:
    identifier, _, rest = text.partition(": ")
    package, *words = rest.split(", ")
    return DeclaredConnection(
        identifier,
        "Connector",
        package,
        XML,
        deactivation={"without export": "Export", "without fulfill": "Fulfill"}.get(
            next((w for w in words if "without" in w), ""), ""
        ),
        exported="exported" in words,
        fulfilled="fulfilled" in words,
        modes=frozenset(words) & {"complete", "incremental"},
        password_reset="password reset" in words,
    )
