"""Compares the settings outside ``Connections`` with what the documentation says of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from idmxml.diagnostics import Severity
from idmxml.model.names import closest
from idmxml.settings.judging import KINDS
from idmxml.settings.keys import Key, is_note, spell
from idmxml.settings.pages import Page, Shape, agent_page
from idmxml.settings.problems import Fault, Problem, severity_of
from idmxml.settings.resolve import Given
from idmxml.settings.value_judging import value_problems
from idmxml.settings.view import View


@dataclass(frozen=True)
class AgentJudge:
    """Judges everything but the sections of connections. Unknown keys are reported only where a known name is near."""

    view: View

    @property
    def page(self) -> Page:
        """The documented sections."""
        return agent_page()

    def name(self, key: Key) -> str:
        """A setting as people read it."""
        given = self.view.given(key)
        return spell(given.path if given else key)

    def problems(self) -> Iterator[Problem]:
        """The problems of every documented section."""
        for folded, (_name, shape) in self.page.root.children.items():
            if folded != "CONNECTIONS":
                yield from self._node((folded,), shape)
                continue
            given = self.view.given((folded,))
            if given is not None and given.kind != "object":
                yield from self._wrong_kind((folded,), given, shape)

    def _node(self, key: Key, shape: Shape) -> Iterator[Problem]:
        given = self.view.given(key)
        if given is not None and given.is_container is (shape.kind == "scalar") and "anyOf" not in shape.schema:
            yield from self._wrong_kind(key, given, shape)
        elif shape.kind == "scalar":
            if given is not None and not given.is_container and ("type" in shape.schema or "anyOf" in shape.schema):
                yield from value_problems(self, key, given, shape)
        else:
            for below in self.view.below(key):
                child = shape.below(below[-1])
                if child is not None:
                    yield from self._node(below, child)
                elif shape.is_closed and not is_note(below[-1]):
                    yield from self._unknown(below, shape)

    def _wrong_kind(self, key: Key, given: Given, shape: Shape) -> Iterator[Problem]:
        if given.is_known and given.kind != "null" and ("type" in shape.schema or shape.kind != "scalar"):
            wanted = KINDS.get(shape.kind, "a single value")
            message = f"'{self.name(key)}' is {KINDS[given.kind]}"
            yield Problem(Fault.TYPE, key, given, message, f"it has to be {wanted}", severity_of(None, shape))

    def _unknown(self, key: Key, shape: Shape) -> Iterator[Problem]:
        given = self.view.given(key)
        if given is None:
            return
        near = closest(given.path[-1], (name for name, _shape in shape.children.values()))
        if near:
            message = f"'{spell(given.path[:-1])}' has no setting '{given.path[-1]}'"
            yield Problem(Fault.UNKNOWN, key, given, message, f"did you mean '{near}'?", Severity.WARNING, on_value=False)
