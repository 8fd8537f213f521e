"""The schema of a settings page to the settings in it, by their dotted names."""

from collections.abc import Iterator
from typing import Any

Json = Any


def node_at(page: Json, name: str) -> Json:
    """Return the schema of a setting in dotted form; `<…>` stands for a free key."""
    node = page
    for part in name.split("."):
        key = part.removesuffix("[]")
        node = node["additionalProperties"] if key.startswith("<") else node["properties"][key]
        node = node["items"] if part.endswith("[]") else node
    return node


def names_in(node: Json, prefix: str = "") -> Iterator[str]:
    """Yield every setting with a name of its own, outer before inner, in dotted form."""
    for key, child in node.get("properties", {}).items():
        yield prefix + key
        yield from names_in(child.get("items", child), f"{prefix}{key}{'[]' if 'items' in child else ''}.")
