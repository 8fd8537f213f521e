"""Which tags occur in files, told without parsing them."""

import re
from collections.abc import Sequence

from idmxml.source.repository import SourceFile

TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
MOST_BYTES = 1_000_000


def tags_in(files: Sequence[SourceFile]) -> frozenset[str] | None:
    """The tags in the files, without prefixes; None when it would take long to tell, or a file can't be read this way.

    Comments and values may add a tag that does not occur; none that occurs is left out.
    """
    if sum(each.size for each in files) > MOST_BYTES:
        return None
    found: set[bytes] = set()
    for each in files:
        try:
            data = each.file.read_bytes()
        except OSError:
            continue
        if b"\0" in data or (data and b"<" not in data):
            return None
        found.update(TAG.findall(data))
    return frozenset(each.decode("ascii", "replace") for each in found)
