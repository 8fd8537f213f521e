"""The section a new connection starts with: every setting its package requires, with a placeholder for what one must know."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from idmxml.diagnostics import Severity, Span
from idmxml.settings.connections import ConnectionSettings, DeclaredConnection
from idmxml.settings.demands import demand_problems
from idmxml.settings.judging import SectionJudge
from idmxml.settings.keys import Key, fold
from idmxml.settings.layers import Layer, RepositorySettings, Source
from idmxml.settings.pages import Page, Shape, page_of
from idmxml.settings.problems import Fault, Problem
from idmxml.settings.read import layer_of
from idmxml.settings.sealing import Sealer
from idmxml.settings.view import View

NOWHERE: Final = Span("", 1, 1, 1, 1)
MOST_ROUNDS: Final = 12
ACCOUNT_NAMES: Final = frozenset({"LOGIN", "USERNAME"})
Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Stub:
    """A section in two parts: what stands in the open, and what belongs into the encrypted file.

    ``secrets`` names the settings of the second part in dotted form, as in ``Servers[].Password``. Both parts are None when
    the package reads no settings, or none are documented.
    """

    plain: dict[str, Any] | None
    encrypted: dict[str, Any] | None
    secrets: tuple[str, ...] = ()


def stub_of(identifier: str, package: str) -> Stub:
    """The stub for a connection of a package."""
    page = page_of(package)
    if page is None or page.section == "superfluous":
        return Stub(None, None)
    filling = _Filling(identifier, package, page)
    section = filling.complete()
    secrets = tuple(_secrets(section, page.root))
    plain: Any = _part(section, page.root, secret=False)
    encrypted: Any = _part(section, page.root, secret=True)
    return Stub(plain or {}, encrypted or None, tuple(dict.fromkeys(secrets)))


class _Filling:
    """Adds what the page says is missing until nothing is."""

    def __init__(self, identifier: str, package: str, page: Page) -> None:
        self.identifier = identifier
        self.package = package
        self.page = page
        self.section: dict[str, Any] = dict(_set_by_package(page, package))

    def complete(self) -> dict[str, Any]:
        for _round in range(MOST_ROUNDS):
            absent = list(self.absent())
            if not absent:
                break
            for steps in absent:
                self.put(steps)
        return self.section

    def absent(self) -> Iterator[Steps]:
        """Where something is missing."""
        text = json.dumps({"Connections": {self.identifier: self.section}})
        sealer = Sealer.for_connections({self.identifier: self.package})
        layer = layer_of(text, Layer("appsettings.agent.json", Source.AGENT, "appsettings.agent.json"), sealer)
        connection = DeclaredConnection(
            self.identifier,
            "",
            self.package,
            NOWHERE,
            exported=True,
            fulfilled=True,
            modes=frozenset({"complete"}),
        )
        section = ConnectionSettings(connection, RepositorySettings("", (layer,)))
        judge = SectionJudge(section, View(section.settings))
        for problem in (*judge.problems(), *demand_problems(judge)):
            if problem.severity > Severity.INFO:
                yield from self.steps_of(problem, section.key)

    def steps_of(self, problem: Problem, root: Key) -> Iterator[Steps]:
        below = tuple(int(each) if each.isdecimal() else each for each in problem.key[len(root) :])
        if problem.fault is Fault.MISSING:
            yield below
        elif problem.fault is Fault.INCOMPLETE:
            first = problem.lacks.partition(" or ")[0]
            for name in re.findall(r"'([^']+)'", first):
                yield (*below, *_dotted_steps(name))
        elif problem.fault is Fault.VALUE and problem.given is not None and problem.given.kind == "array":
            yield (*below, 0)

    def put(self, steps: Steps) -> None:
        """Give the setting at ``steps`` a placeholder, containers on the way included; what is there stays."""
        node: Any = self.section
        shape: Shape | None = self.page.root
        above: Shape | None = None
        for position, step in enumerate(steps):
            is_last = position == len(steps) - 1
            known = shape.children.get(fold(str(step))) if shape else None
            name = known[0] if known else step
            wanted = _wanted_by_list(above, str(name))
            above, shape = shape if isinstance(step, int) else None, shape.below(str(step)) if shape else None
            if isinstance(node, list):
                if not node:
                    owner = str(steps[position - 1])
                    node.append(self.value(shape, owner) if is_last else _container(shape))
                node = node[0]
            else:
                default = wanted or self.value(shape, str(name)) if is_last else _container(shape)
                node = node.setdefault(str(name), default)

    def value(self, shape: Shape | None, name: str) -> Any:
        """What a setting starts with: its default for the package, a container, or a placeholder."""
        if shape is None:
            return f"<{name}>"
        if shape.kind != "scalar":
            return _container(shape)
        default = self.page.schema.get("x-idmxml-package-defaults", {}).get(self.package, {}).get(shape.dotted)
        default = shape.schema.get("default") if default is None else default
        if default is not None and "{" not in str(default):
            return default
        return f"<{', '.join(shape.listed)}>" if shape.listed else f"<{name}>"


def _set_by_package(page: Page, package: str) -> Iterator[tuple[str, Any]]:
    """The settings that have to have one value with this package."""
    for rule in page.rules:
        check = rule["check"] or {}
        if "each" not in check and check.get("when") == {"@package": package}:
            yield from check.get("equals", {}).items()


def _wanted_by_list(above: Shape | None, name: str) -> str | None:
    """The text that one element of a list has to have under ``name``; None when there is no such demand."""
    demand = above.schema.get("contains", {}).get("properties", {}).get(name, {}) if above else {}
    word = re.sub(r"\[(\w)(\w)\]", r"\2", demand.get("pattern", "")).removeprefix("^(?:").removesuffix(")$")
    return word if word.isalnum() else None


def _container(shape: Shape | None) -> Any:
    return [] if shape is not None and shape.kind == "array" else {}


def _dotted_steps(dotted: str) -> Iterator[str | int]:
    for step in dotted.replace("[]", ".[]").strip(".").split("."):
        yield 0 if step == "[]" else step


def _is_secret(shape: Shape | None, name: str) -> bool:
    return shape is not None and (shape.schema.get("x-idmxml-credential") in {"value", "part"} or fold(name) in ACCOUNT_NAMES)


def _secrets(node: Any, shape: Shape | None) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _secrets(each, shape.items if shape else None)
    elif isinstance(node, dict):
        for name, each in node.items():
            below = shape.below(name) if shape else None
            if below is not None and _is_secret(below, name):
                yield below.dotted
            yield from _secrets(each, below)


def _part(node: Any, shape: Shape | None, *, secret: bool, name: str = "") -> Any:
    """The open or the secret part of a value; None when there is nothing of it."""
    if isinstance(node, dict):
        parts = {key: _part(each, shape.below(key) if shape else None, secret=secret, name=key) for key, each in node.items()}
        kept = {key: each for key, each in parts.items() if each is not None}
        return kept or (None if secret else {})
    if isinstance(node, list):
        items = [_part(each, shape.items if shape else None, secret=secret, name=name) for each in node]
        kept_items = [each for each in items if each is not None]
        return kept_items or (None if secret else [])
    return node if _is_secret(shape, name) is secret else None
