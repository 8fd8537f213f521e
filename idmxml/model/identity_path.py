"""The identity path of an entry: what it is, in words that survive moved and reformatted lines."""

from idmxml.facts.language import ROOT
from idmxml.facts.load import Language
from idmxml.model.filefacts import identity_of
from idmxml.source.entry import Entry


def identity_path(entry: Entry, language: Language, attribute: str | None = None) -> str:
    """Such as ``EntityType[HR_Person]/Property[Login]/@Type``: tags with identities from the outermost element inwards."""
    steps = []
    current: Entry | None = entry
    while current is not None and current.parent is not None:
        steps.append(_step(current, language))
        current = current.parent
    steps.reverse()
    if not steps:
        steps.append(ROOT)
    if attribute is not None:
        steps.append(f"@{attribute}")
    return "/".join(steps)


def _step(entry: Entry, language: Language) -> str:
    key = _key(entry, language)
    return f"{entry.tag}[{key}]" if key else entry.tag


def _key(entry: Entry, language: Language) -> str:
    """The identity; where nothing documented tells two apart, what the element refers to."""
    if entry.kind is None:
        return entry.attributes.get("Identifier", "")
    kind = language.kind(entry.kind)
    key = identity_of(kind, entry)
    if key is not None:
        return key if isinstance(key, str) else ",".join(value or "" for value in key)
    named = [entry.attributes[each.name] for each in kind.references if each.name in entry.attributes]
    return ",".join(named[:4])
