"""JSON as text that is safe to show and to encode, with letters of all scripts as they are."""

import json
import re
from typing import Any

from idmxml.reports.visible_text import INVISIBLE

LEFT_RAW = re.compile(f"[\x7f-\x9f{INVISIBLE}]")  # the other control characters are escaped in any JSON


def dump(value: Any, *, indent: int | None = None) -> str:
    """``value`` as JSON. Unsafe characters and lone surrogates are escaped as JSON does it, so nothing is lost."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return LEFT_RAW.sub(lambda match: json.dumps(match.group())[1:-1], text)
