"""One JSON Schema for ``appsettings.agent.json`` of one repository: a section for each of its connections.

It says at least what the checks say with certainty, as far as JSON Schema can say it, and knows what other layers give.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from idmxml.settings.connections import ConnectionSettings
from idmxml.settings.keys import Key, keys_at
from idmxml.settings.layers import RepositorySettings, Source
from idmxml.settings.pages import Page, Shape, agent_page
from idmxml.settings.redaction import Redactor

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NOTES: Final = {"^[_/#$@]": True}
DEMANDING: Final = ("required", "dependentRequired", "allOf", "contains", "minContains", "minItems")
ADDRESS: Final = {
    "absolute": r"^\s*[A-Za-z][A-Za-z0-9+.-]*:\S",
    "http": r"^\s*[Hh][Tt][Tt][Pp][Ss]?://[^/\s]",
    "https": r"^\s*[Hh][Tt][Tt][Pp][Ss]://[^/\s]",
}
ABSOLUTE: Final = r"^(?:[A-Za-z]:[\\/]|\\\\|/)"
FORMATS: Final = {
    "guid": r"^\s*(?:[-{}()0-9A-Fa-f]{32,40}|\S+\.\S+)\s*$",
    "email": r"^\s*[^@\s]+@[^@\s]+\s*$",
    "sid": r"^\s*[Ss]-1(?:-[0-9]+)+\s*$",
    "file-name": r"^[^/\\]*$",
    "csv-urls": "^[^¤]*¤[^¤]*¤[^¤]*$",
}
"""Formats that a pattern can tell."""


@dataclass(frozen=True)
class EditorSchemas:
    """The schema of the agent's own file, and of its overlays, which give some settings only."""

    main: Mapping[str, Any]
    overlay: Mapping[str, Any]


def editor_schemas(sections: Sequence[ConnectionSettings], settings: RepositorySettings) -> EditorSchemas:
    """The schemas for the connections of a repository."""
    return EditorSchemas(
        _Writer(sections, settings, is_overlay=False).schema(), _Writer(sections, settings, is_overlay=True).schema()
    )


class _Writer:
    """Writes one schema; the definitions of all pages go to its root, under the page's name."""

    def __init__(self, sections: Sequence[ConnectionSettings], settings: RepositorySettings, *, is_overlay: bool) -> None:
        self.sections = sections
        self.settings = settings
        self.is_overlay = is_overlay
        self.definitions: dict[str, Any] = {}
        self.roots = _below_roots(settings)

    def schema(self) -> dict[str, Any]:
        agent = self.plain(agent_page().schema, agent_page())
        properties = dict(agent["properties"])
        properties["Connections"] = self.connections()
        made = {
            "$schema": DIALECT,
            "title": "Overlay of the agent's settings" if self.is_overlay else "Settings of the agent",
            "description": "The connections of this repository, each with the settings its package knows.",
            "type": "object",
            "properties": properties,
        }
        return made | {"$defs": dict(sorted(self.definitions.items()))}

    def connections(self) -> dict[str, Any]:
        known: dict[str, Any] = {}
        required: list[str] = []
        for section in self.sections:
            identifier, page = section.connection.identifier, section.page
            known[identifier] = {"type": "object"} if page is None else self.section(section, page)
            if page is not None and page.section == "required" and not self.is_elsewhere(section.key):
                required.append(identifier)
        known["Databases"] = True
        made: dict[str, Any] = {
            "description": "One section for each connection, under its identifier.",
            "type": "object",
            "properties": known,
            "patternProperties": NOTES,
            "additionalProperties": False,
        }
        return made | ({"required": required} if required and not self.is_overlay else {})

    def section(self, section: ConnectionSettings, page: Page) -> dict[str, Any]:
        """The section of one connection."""
        made = self.node(page.root, section)
        made["description"] = f"{page.schema['title']} ({section.connection.package}). {page.schema['description']}"
        given = _Given(self, page.root, section)
        more = [] if self.is_overlay else [given.reduced(each) for each in _demands(section, page)]
        if more:
            made["allOf"] = [*made.get("allOf", ()), *more]
        return made

    def node(self, shape: Shape, section: ConnectionSettings) -> dict[str, Any]:
        """A setting with all below it."""
        made = {key: each for key, each in self.plain(_own(shape), shape.page).items() if key not in DEMANDING}
        if shape.kind == "object":
            made["properties"] = {name: self.node(child, section) for name, child in shape.children.values()}
            if shape.is_closed and shape.page.is_open:
                made.pop("additionalProperties", None)
            elif shape.is_closed:
                made["patternProperties"] = NOTES
            if shape.free is not None:
                made["additionalProperties"] = self.node(shape.free, section)
        elif shape.items is not None:
            made["items"] = self.node(shape.items, section)
        else:
            made |= self.form(shape)
        return made if self.is_overlay else made | self.demanding(shape, section)

    def form(self, shape: Shape) -> dict[str, Any]:
        """The form of a text that the words of the page ask for, as patterns."""
        patterns = list(_patterns(shape, self.roots))
        return {"allOf": [{"pattern": each} for each in patterns]} if patterns else {}

    def demanding(self, shape: Shape, section: ConnectionSettings) -> dict[str, Any]:
        """What is required, without what other layers give."""
        given = _Given(self, shape, section)
        made: dict[str, Any] = {}
        names = [*shape.schema.get("required", ()), *_required_by_half(shape, section)]
        kept = [name for name in names if not given.has(name)]
        if kept:
            made["required"] = kept
        for word in ("contains", "minItems"):
            if word in shape.schema and not self.is_elsewhere_at(section, shape.dotted):
                made[word] = self.plain(shape.schema[word], shape.page)
        conditions = [each for each in (given.condition(one) for one in shape.schema.get("allOf", ())) if each is not None]
        for name, needed in shape.schema.get("dependentRequired", {}).items():
            left = [each for each in needed if not given.has(each)]
            conditions += [{"if": {"required": [name]}, "then": {"required": left}}] if left else []
        if conditions:
            made["allOf"] = [self.plain(each, shape.page) for each in conditions]
        return made

    def plain(self, schema: Any, page: Page) -> Any:
        """A schema without our own keywords, its references led to the definitions of the whole."""
        if isinstance(schema, list | tuple):
            return [self.plain(each, page) for each in schema]
        if not isinstance(schema, Mapping):
            return schema
        made = {
            key: self.plain(each, page) for key, each in schema.items() if not key.startswith(("x-idmxml-", "$id", "$schema"))
        }
        made.pop("$defs", None)
        if "$ref" in made:
            made["$ref"] = self.reference(str(made["$ref"]), page)
        return made

    def reference(self, reference: str, page: Page) -> str:
        name = reference.rpartition("/")[2]
        key = f"{page.name}.{name}"
        if key not in self.definitions:
            self.definitions[key] = {}
            self.definitions[key] = self.plain(page.schema["$defs"][name], page)
        return f"#/$defs/{key}"

    def is_elsewhere(self, key: Key) -> bool:
        """Whether a layer other than the file itself gives something at ``key``, or may."""
        others = (
            each for each in (*self.settings.layers, *self.settings.overlays) if not _is_own(each.source, each.environment)
        )
        return self.settings.key_vault_is_open or any(self.settings.flat(each).has(key) for each in others)

    def is_elsewhere_at(self, section: ConnectionSettings, dotted: str) -> bool:
        """The same for a setting in dotted form, in any element of lists."""
        return any(map(self.is_elsewhere, keys_at(section.key, dotted, self.below)))

    def below(self, key: Key) -> Iterator[Key]:
        for layer in (*self.settings.layers, *self.settings.overlays):
            yield from self.settings.flat(layer).below(key)


def _is_own(source: Source, environment: str | None) -> bool:
    return source is Source.AGENT and environment is None


@dataclass(frozen=True)
class _Given:
    """Which settings of one object other layers give, and its conditions without them."""

    writer: _Writer
    shape: Shape
    section: ConnectionSettings

    def has(self, name: str) -> bool:
        dotted = f"{self.shape.dotted}.{name}" if self.shape.dotted else name
        return self.writer.is_elsewhere_at(self.section, dotted)

    def condition(self, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A condition without settings that other layers give; None when it rests on such a setting."""
        if self._rests_on_others(schema.get("if", {})):
            return None
        reduced: Mapping[str, Any] = self.reduced(schema)
        return reduced

    def _rests_on_others(self, schema: Any) -> bool:
        if isinstance(schema, Mapping):
            named = any(self.has(name) for name in schema.get("properties", {}))
            return named or any(self._rests_on_others(each) for each in schema.values())
        return isinstance(schema, list) and any(self._rests_on_others(each) for each in schema)

    def reduced(self, schema: Any) -> Any:
        if isinstance(schema, Mapping):
            made = {key: self.reduced(each) for key, each in schema.items() if key != "required"}
            names = [name for name in schema.get("required", ()) if not self.has(name)]
            return made | ({"required": names} if names else {})
        return [self.reduced(each) for each in schema] if isinstance(schema, list) else schema


def _own(shape: Shape) -> dict[str, Any]:
    """The schema of a shape alone, without what stands below it; a reference to a scalar stays one."""
    left_out = {"properties", "items", "$defs", "title"}
    if shape.kind in {"object", "array"} or not shape.reference:
        return {key: each for key, each in shape.schema.items() if key not in left_out and key != "$ref"}
    target = shape.page.schema["$defs"][shape.reference]
    kept = {key: each for key, each in shape.schema.items() if target.get(key) != each and key != "$ref"}
    return kept | {"$ref": f"#/$defs/{shape.reference}"}


def _required_by_half(shape: Shape, section: ConnectionSettings) -> Iterator[str]:
    for name, child in shape.children.values():
        if any(section.connection.does(half) for half in child.schema.get("x-idmxml-required-for", ())):
            yield name


def _patterns(shape: Shape, roots: str | None) -> Iterator[str]:
    schema = shape.schema
    if "x-idmxml-url" in schema:
        yield ADDRESS[schema["x-idmxml-url"]]
    if schema.get("x-idmxml-format") in FORMATS:
        yield FORMATS[schema["x-idmxml-format"]]
    if "x-idmxml-path" in schema:
        yield ABSOLUTE
    if "x-idmxml-extension" in schema:
        extension = "".join(
            f"[{each.upper()}{each.lower()}]" if each.isalpha() else re.escape(each) for each in schema["x-idmxml-extension"]
        )
        yield f"{extension}$"
    if schema.get("x-idmxml-source-root") and roots is not None:
        yield roots


def _below_roots(settings: RepositorySettings) -> str | None:
    """A pattern of the paths below ``SourcesRootPaths``; None when they are not known, or hold a secret."""
    roots = [settings.resolved.get(key) for key in settings.resolved.below(("SOURCESROOTPATHS",))]
    texts = [each.winner.plain() for each in roots if each is not None and each.winner.is_known]
    redactor = Redactor(settings.secrets())
    if not texts or not all(texts) or any(redactor.redact(text) != text for text in texts):
        return None
    ways = (r"[/\\]".join(map(_escaped, re.split(r"[/\\]", text.rstrip("/\\")))) for text in texts)
    return f"^(?:{'|'.join(ways)})(?:[/\\\\]|$)(?!.*\\.\\.)"


def _escaped(text: str) -> str:
    """A text in a pattern for ECMAScript, which refuses needless escapes."""
    return re.sub(r"[\\^$.*+?()[\]{}|/]", lambda match: f"\\{match[0]}", text)


def _demands(section: ConnectionSettings, page: Page) -> Iterator[dict[str, Any]]:
    """Demands beyond the page's schema that JSON Schema can say, of those that are errors."""
    for rule in page.rules:
        check = rule["check"] or {}
        if rule["level"] != "error" or rule["basis"] != "documented" or "each" in check:
            continue
        when = check.get("when", {})
        if when and when != {"@package": section.connection.package}:
            continue
        yield from _said(check, section)


def _said(check: Mapping[str, Any], section: ConnectionSettings) -> Iterator[dict[str, Any]]:
    for mode, names in check.get("modes", {}).items():
        if mode in section.connection.modes:
            yield {"required": list(names)}
    for name, pattern in check.get("matches", {}).items():
        yield {"properties": {name: {"pattern": pattern}}}
    for name, pattern in check.get("lacks", {}).items():
        yield {"properties": {name: {"not": {"type": "string", "pattern": pattern}}}}
    for name, value in check.get("equals", {}).items():
        yield {"properties": {name: {"const": value}}, "required": [name]}
    for name, value in check.get("differs", {}).items():
        yield {"properties": {name: {"not": {"const": value}}}}
