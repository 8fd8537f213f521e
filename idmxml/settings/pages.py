"""The pages of the packages: the settings a connection of each takes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from idmxml.facts.files import schemas_folder
from idmxml.facts.packages import packages
from idmxml.settings.keys import fold

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """What one setting has to look like: its schema with ``$ref`` followed, and its place in the page as a JSON pointer."""

    schema: Schema
    pointer: str
    page: "Page"
    reference: str = ""

    @cached_property
    def children(self) -> Mapping[str, tuple[str, "Shape"]]:
        """Its keys by folded name: the name as documented, and the shape."""
        found = self.schema.get("properties", {})
        return {fold(name): (name, self.page.shape(each, f"{self.pointer}/properties/{name}")) for name, each in found.items()}

    @cached_property
    def free(self) -> "Shape | None":
        """The shape of keys whose names are free; None when there are none."""
        schema = self.schema.get("additionalProperties")
        return self.page.shape(schema, f"{self.pointer}/additionalProperties") if isinstance(schema, dict) else None

    @cached_property
    def items(self) -> "Shape | None":
        """The shape of the elements of an array."""
        schema = self.schema.get("items")
        return self.page.shape(schema, f"{self.pointer}/items") if isinstance(schema, dict) else None

    @cached_property
    def dotted(self) -> str:
        """Its name as rules write it: ``Servers[].Login``, ``Options.<name>``."""
        steps = iter(self.pointer.split("/")[1:])
        text = ""
        for step in steps:
            name = next(steps) if step == "properties" else {"items": "[]", "additionalProperties": "<name>"}.get(step, "")
            text += name if name == "[]" or not text else f".{name}"
        return text

    @property
    def is_closed(self) -> bool:
        """Whether other keys than the documented ones are unknown to the product."""
        return self.schema.get("additionalProperties") is False

    @property
    def kind(self) -> str:
        """``object``, ``array`` or ``scalar``."""
        kind = self.schema.get("type")
        return kind if kind in ("object", "array") else "scalar"

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The values it is limited to, as documented; empty when it is not limited."""
        ways = (self.schema, *self.schema.get("anyOf", ()))
        return tuple(str(value) for way in ways for value in way.get("enum", ()) if value is not None)

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number."""
        return any(way.get("type") == "integer" for way in (self.schema, *self.schema.get("anyOf", ())))

    @property
    def is_boolean(self) -> bool:
        """Whether it is true or false."""
        return any(way.get("type") == "boolean" for way in (self.schema, *self.schema.get("anyOf", ())))

    @property
    def is_secret(self) -> bool:
        """Whether its value is never shown."""
        return bool(self.schema.get("x-idmxml-secret")) or self.schema.get("x-idmxml-credential") in {"value", "part"}

    @property
    def is_weak(self) -> bool:
        """Whether it is documented by an example or by texts that contradict each other, so that a fault is a guess."""
        return "x-idmxml-evidence" in self.schema

    def below(self, name: str) -> "Shape | None":
        """The shape of the key or element ``name`` below this one; None when it has no such thing."""
        if self.kind == "array" and name.isdecimal():
            return self.items
        known = self.children.get(fold(name))
        return known[1] if known else self.free

    def every(self) -> Iterator["Shape"]:
        """The shape itself and all below."""
        yield self
        for _name, child in self.children.values():
            yield from child.every()
        for other in (self.free, self.items):
            if other is not None:
                yield from other.every()


@dataclass(frozen=True)
class Page:
    """The settings of the packages of one page of the documentation."""

    name: str
    schema: Schema

    @cached_property
    def root(self) -> Shape:
        """The shape of the whole section."""
        return Shape(self.schema, "", self)

    def shape(self, schema: Schema, pointer: str) -> Shape:
        """The shape at ``pointer``, ``$ref`` followed; keywords beside it win."""
        reference = schema.get("$ref", "")
        if reference:
            target: Any = self.schema
            for step in reference.removeprefix("#/").split("/"):
                target = target[step]
            schema = {**target, **schema}
        return Shape(schema, pointer, self, reference.rpartition("/")[2])

    @property
    def section(self) -> str:
        """Whether a connection needs a section: required, superfluous or unknown."""
        return str(self.schema["x-idmxml-section"])

    @property
    def is_open(self) -> bool:
        """Whether any key is accepted, as the documentation is silent."""
        return bool(self.schema.get("x-idmxml-open"))

    @property
    def rules(self) -> tuple[Mapping[str, Any], ...]:
        """What the documentation demands of a section, in its order."""
        return tuple(self.schema.get("x-idmxml-rules", ()))

    @cached_property
    def rule_at(self) -> Mapping[str, Mapping[str, Any]]:
        """The rule that a keyword of the schema carries, by JSON pointer to the keyword."""
        return {at: rule for rule in self.rules for at in (rule["check"] or {}).get("schema", ())}

    @cached_property
    def rule_of_keyword(self) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """The rule that an extension keyword carries, by keyword and setting in dotted form."""
        return {
            (rule["check"]["keyword"], setting): rule
            for rule in self.rules
            if rule["check"] and "keyword" in rule["check"]
            for setting in rule["check"].get("settings", ())
        }


@cache
def page(name: str) -> Page:
    """The settings page called ``name``."""
    return Page(name, _read(schemas_folder() / "settings" / f"{name}.schema.json"))


@cache
def pages() -> Mapping[str, Page]:
    """Every settings page, by name."""
    files = sorted((schemas_folder() / "settings").glob("*.schema.json"))
    return MappingProxyType(
        {file.name.removesuffix(".schema.json"): page(file.name.removesuffix(".schema.json")) for file in files}
    )


@cache
def agent_page() -> Page:
    """The shape of the settings files outside ``Connections``."""
    return Page("agent-settings", _read(schemas_folder() / "agent-settings.schema.json"))


def page_named(file: str) -> Page:
    """The settings page in a file of ``schemas/settings``, as packages name it."""
    return page(file.removesuffix(".schema.json"))


def page_of(identifier: str) -> Page | None:
    """The settings page of a package; None when the package is unknown or has none."""
    package = packages().get(identifier)
    if package is None or package.settings is None:
        return None
    return page_named(package.settings)


def _read(file: Path) -> Schema:
    content: Schema = json.loads(file.read_text(encoding="utf-8"))
    return content
