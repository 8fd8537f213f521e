"""Makes text of the user's files safe to show: what is invisible, or steers a terminal or a reader's eye, is written out."""

import re

CONTROLS = "\x00-\x1f\x7f-\x9f"  # among them the escape sequences of terminals
INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"  # line separators, writing direction
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"  # no characters at all, byte order mark, annotations
    "\U000e0000-\U000e007f"  # tags
)
UNSAFE = re.compile(f"[{CONTROLS}{INVISIBLE}]")
SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def escaped(character: str) -> str:
    r"""The character as ``\n``, ``\x1b``, ``\u202e`` or ``\U000e0001``."""
    number = ord(character)
    if number <= 0xFF:
        return SHORT.get(character) or f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def visible(text: str) -> str:
    """``text`` on one line, with every unsafe character escaped.

    The outcome can be written to a terminal, encoded as UTF-8 and stored in XML 1.0; letters of all scripts and emoji stay.
    """
    return UNSAFE.sub(lambda match: escaped(match.group()), text)


def shortened(text: str, limit: int) -> str:
    """``text``, cut to ``limit`` characters with an ellipsis as the last of them when it is longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
