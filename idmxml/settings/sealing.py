"""Decides which values of settings are secrets and seals them, before anything else sees them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from idmxml.settings.jsonc import Array, Member, Node, Object, Scalar
from idmxml.settings.keys import fold
from idmxml.settings.layers import Source
from idmxml.settings.pages import Page, Shape, agent_page, page_of
from idmxml.settings.redaction import hidden_parts
from idmxml.settings.secret import Secret

TELLING_NAME = re.compile(
    r"pass(?:w|phrase|code|$)|pwd|motdepasse|secret|token|api_?key|credential|connection_?string|^license$|"
    r"(?:access|account|app|application|client|encryption|instrumentation|private|shared|signing|storage|workspace)_?key$|"
    r"^authorization$",
    re.IGNORECASE,
)
"""Names of keys that nothing documents and that yet look like secrets: rather too many than too few."""
DOUBTFUL_NAME = re.compile(r"key|pin|auth", re.IGNORECASE)
"""Whole names that may mean anything: their values are not shown, yet outputs are not searched for them."""
CONNECTIONS = "CONNECTIONS"
DATABASES = "DATABASES"


@dataclass(frozen=True)
class Sealer:
    """Seals the secrets of a tree. ``pages`` are the settings pages of the connections, by folded identifier."""

    pages: Mapping[str, Page | None]

    @classmethod
    def for_connections(cls, packages: Mapping[str, str]) -> "Sealer":
        """The sealer for connections given as identifier and package."""
        return cls({fold(identifier): page_of(package) for identifier, package in packages.items()})

    def seal(self, tree: Object, source: Source) -> Object:
        """``tree`` with every secret sealed; all values of an encrypted file, a vault and of the user interface are."""
        if source not in {Source.APPLICATION, Source.AGENT, Source.VARIABLES}:
            return self.seal_all(tree)
        return self._object(tree, agent_page().root, (), everything=False)

    def seal_all(self, tree: Object) -> Object:
        """``tree`` with every value sealed."""
        return self._object(tree, agent_page().root, (), everything=True)

    def _object(self, node: Object, shape: Shape | None, path: tuple[str, ...], *, everything: bool) -> Object:
        members: list[Member] = []
        for member in node.members:
            below, at = shape, path
            for name in member.key.split(":"):
                below, at = self._below(below, at, name), (*at, name)
            members.append(replace(member, value=self._node(member.value, below, at, everything=everything)))
        return replace(node, members=tuple(members))

    def _node(self, node: Node, shape: Shape | None, path: tuple[str, ...], *, everything: bool) -> Node:
        if isinstance(node, Scalar):
            return _sealed(node, shape, self._undocumented(path, shape), everything=everything)
        everything = everything or (shape is not None and shape.is_secret)
        if isinstance(node, Object):
            return self._object(node, shape, path, everything=everything)
        items = (
            self._node(item, shape.below(str(i)) if shape else None, (*path, str(i)), everything=everything)
            for i, item in enumerate(node.items)
        )
        return Array(tuple(items), node.span)

    def _undocumented(self, path: tuple[str, ...], shape: Shape | None) -> tuple[str, ...]:
        """The end of a path that nothing documents: all that its names can tell; that of a connection tells nothing."""
        if _is_documented(shape):
            return ()
        first = 2 if path and fold(path[0]) == CONNECTIONS else 0
        reached: Shape | None = agent_page().root
        for at, name in enumerate(path):
            reached = self._below(reached, path[:at], name)
            if not _is_documented(reached):
                return path[max(at, first) :]
        return ()

    def _below(self, shape: Shape | None, path: tuple[str, ...], name: str) -> Shape | None:
        """The shape of ``name`` below ``path``: in ``Connections``, the page of the connection."""
        if len(path) == 1 and fold(path[0]) == CONNECTIONS:
            if fold(name) == DATABASES:
                return agent_page().root.below("Databases")
            page = self.pages.get(fold(name))
            return page.root if page else None
        return shape.below(name) if shape else None


def secret_spans(node: Node) -> Iterator[tuple[int, int]]:
    """Line and column of every sealed value of a tree."""
    if isinstance(node, Scalar):
        if isinstance(node.text, Secret):
            yield node.span.line, node.span.column
        return
    for value in node.items if isinstance(node, Array) else (member.value for member in node.members):
        yield from secret_spans(value)


def _is_documented(shape: Shape | None) -> bool:
    return shape is not None and not shape.pointer.endswith("/additionalProperties")


def _sealed(node: Scalar, shape: Shape | None, names: tuple[str, ...], *, everything: bool) -> Scalar:
    """The value, sealed when it is a secret; ``names`` are those of the keys that lead to it and that nothing documents."""
    if node.kind == "null" or isinstance(node.text, Secret):
        return node
    told = any(TELLING_NAME.search(name) for name in names) or bool(hidden_parts(node.text))
    if everything or told or (shape is not None and shape.is_secret):
        return replace(node, text=Secret(node.text, sought=_is_sought(node, shape)))
    doubtful = node.kind == "string" and any(DOUBTFUL_NAME.fullmatch(name) for name in names[-1:])
    return replace(node, text=Secret(node.text, sought=False)) if doubtful else node


def _is_sought(node: Scalar, shape: Shape | None) -> bool:
    """Whether outputs are searched for the text: not for switches, numbers and values from a documented list."""
    if node.kind == "boolean":
        return False
    if shape is None or shape.schema.get("x-idmxml-credential"):
        return True
    if shape.is_boolean or shape.is_number or shape.listed or node.kind == "number":
        return False
    return not _is_common(str(node.text), shape)


def _is_common(text: str, shape: Shape) -> bool:
    """Whether a text stands in the documentation, or names an encoding: it tells nothing, and other texts hold it too."""
    documented = (shape.schema.get("default"), *shape.schema.get("examples", ()))
    is_encoding = shape.schema.get("x-idmxml-format") == "dotnet-encoding"
    return is_encoding or text.casefold() in {str(each).casefold() for each in documented}
