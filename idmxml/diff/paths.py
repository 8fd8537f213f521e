"""Items to identity paths, in the very words in which a check names objects."""

from idmxml.expansion.item import Item
from idmxml.facts.load import language

MOST_REFERENCES = 4


def step(item: Item) -> str:
    """One element: its tag with its identity, or with what it refers to where nothing documented tells two apart."""
    key = _key(item)
    return f"{item.tag}[{key}]" if key else item.tag


def _key(item: Item) -> str:
    if item.kind is None:
        return item.text("Identifier")
    kind = language().kind(item.kind)
    columns = kind.identity
    if len(columns) == 1:
        value = item.get(columns[0])
        value = value if value is not None else kind.attributes[columns[0]].default
        if value is not None:
            return value
    elif any(name in item.shape.index for name in columns):
        return ",".join(item.text(name) for name in columns)
    named = [item[each.name] for each in kind.references if each.name in item.shape.index]
    return ",".join(named[:MOST_REFERENCES])


def path_of(parents: str, item: Item) -> str:
    """The path of an element below the path ``parents`` (empty for the top)."""
    return f"{parents}/{step(item)}" if parents else step(item)
