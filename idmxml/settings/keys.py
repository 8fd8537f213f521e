"""How the product compares the names of settings: without regard to case, a colon standing for one level more."""

from collections.abc import Callable, Iterable
from functools import lru_cache

Key = tuple[str, ...]


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """The form in which two names are equal for the product: simple upper case, character by character."""
    if name.isascii():
        return name.upper()
    return "".join(upper if len(upper := character.upper()) == 1 else character for character in name)


def is_note(name: str) -> bool:
    """Whether a key is a note for people rather than a setting, such as ``_comment``, ``//`` or ``$schema``."""
    return name[:1] in {"_", "/", "#", "$", "@", ""}


def fold_path(path: tuple[str, ...]) -> Key:
    """``fold`` of every name of a path."""
    return tuple(fold(name) for name in path)


def spell(path: tuple[str, ...]) -> str:
    """A path as people read it: ``Connections > HR > Servers[0] > Login``."""
    parts: list[str] = []
    for name in path:
        if name.isdecimal() and parts:
            parts[-1] += f"[{name}]"
        else:
            parts.append(name)
    return " > ".join(parts)


def keys_at(base: Key, dotted: str, below: Callable[[Key], Iterable[Key]]) -> list[Key]:
    """The keys that ``dotted`` means below ``base``: ``[]`` stands for every element, ``<name>`` for every key.

    ``below`` gives the keys one level below a key. The last key is given even when nothing stands there.
    """
    found = [base]
    for step in dotted.replace("[]", ".[]").strip(".").split("."):
        if step == "[]" or step.startswith("<"):
            found = [each for key in found for each in below(key)]
        elif step:
            found = [(*key, fold(step)) for key in found]
    return found
