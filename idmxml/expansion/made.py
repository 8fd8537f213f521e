"""Files of a configuration to the names of what its scaffoldings generate, each with the scaffolding that does."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from idmxml.expansion.consolidate import MERGE
from idmxml.expansion.expand import expand
from idmxml.expansion.item import Item
from idmxml.expansion.read import read_files
from idmxml.source.repository import SourceFile


def made_names(files: Sequence[SourceFile], max_bytes: int) -> Mapping[str, Mapping[str, str]]:
    """By kind and name, the scaffolding that generates an object as a whole, as ``Tag[Identity]``; nested objects included.

    Elements that only complete others are left out, and so are those that more than one attribute tells apart.
    """
    expansion = expand(item for each in read_files(files, max_bytes) for item in each.items)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for top in expansion.configuration.made:
        if top.mode != MERGE:
            for each in top.walk():
                if each.kind is not None and each.has_global_identity and len(each.key or ()) == 1:
                    found[each.kind].setdefault(each.identity, _maker(each))
    return found


def _maker(item: Item) -> str:
    return item.origin.chain[-1].label if item.origin.chain else ""
