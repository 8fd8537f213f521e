"""Takes known secrets out of any text, however they are written in it: the last guard before a text leaves the program.

A text is searched for each secret with every character in any of its spellings: as it is, as UTF-8 bytes in percent signs, and
as JSON, XML and Python escape it. A second search finds the secret inside base64, whatever the bytes around it, and inside
hexadecimal digits.
"""

import base64
import re
from collections.abc import Iterable
from functools import cached_property

from idmxml.settings.connection_strings import NotAConnectionStringError, read_connection_string
from idmxml.settings.secret import MASK, Secret

SHORTEST = 4
BEGINNING = 10
LONGEST = 1_000_000
PLAIN_WORDS = frozenset({"true", "false", "null", "none"})
ESCAPES = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f", "\v": "v", "\a": "a", "\0": "0", "/": "/"}
ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
NAMES_OF_PARTS = (
    r"(?:password|passwd|pwd|(?:account|app)_?key|sharedaccesskey|sharedaccesssignature|(?:client[ _]?)?secret|api_?key|"
    r"(?:access_|refresh_|o?auth_?)?token)"
)
PASSWORD_KEY = re.compile(rf"(?i){NAMES_OF_PARTS}|(?:access|refresh)token|psw")
HIDDEN_PARTS = (
    re.compile(rf"(?i)(?:^|;)\s*{NAMES_OF_PARTS}\s*=\s*\"([^\"]+)\""),
    re.compile(rf"(?i)(?:^|;)\s*{NAMES_OF_PARTS}\s*=\s*'([^']+)'"),
    re.compile(rf"(?i)(?:^|;)\s*{NAMES_OF_PARTS}\s*=\s*([^;\"'\s][^;\"']*)"),
    re.compile(rf"(?i)[?&](?:{NAMES_OF_PARTS}|sig)=([^&#\s]+)"),
    re.compile(r"://[^/@\s:]*:([^/@\s]+)@"),
    re.compile(
        r"^\s*(?i:(?:authorization\s*:\s*)?(?:bearer|basic))\s+(?=\S*[0-9=]|\S*[a-z][A-Z]|\S{20})([A-Za-z0-9+/._~-]{8,}=*)\s*$"
    ),
)


class Redactor:
    """Replaces every occurrence of the given secrets by ``••••``, longest first.

    Secrets shorter than four characters, truth values and short numbers are not looked for: they would hide half of any
    output and tell nothing. The password inside a connection string or an address is a secret of its own.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._texts = sorted(_worth_hiding(secrets), key=lambda text: (-len(text), text))
        self._searches: dict[tuple[str, int], re.Pattern[str]] = {}

    @cached_property
    def _screen(self) -> re.Pattern[str]:
        """What any text with a secret in it holds: the beginning of one, in any spelling. Made for the first text."""
        return re.compile(_pattern(self._texts, BEGINNING))

    def _search(self, text: str, length: int) -> re.Pattern[str]:
        """The search for the first ``length`` characters of one secret; that for a whole long one takes long to make."""
        found = self._searches.get((text, length))
        if found is None:
            found = self._searches[text, length] = re.compile(_pattern([text], length))
        return found

    def redact(self, text: str) -> str:
        """``text`` without the secrets."""
        if not self._texts or not text or self._screen.search(text) is None:
            return text
        for each in self._texts:
            if self._search(each, BEGINNING).search(text) is not None:
                text = self._search(each, LONGEST).sub(MASK, text)
        return text

    def __repr__(self) -> str:
        return "Redactor()"


def hidden_parts(text: str) -> tuple[str, ...]:
    """The passwords inside a text: of a connection string, of an address, or after the word that announces a token."""
    return tuple(part.strip() for pattern in HIDDEN_PARTS for part in pattern.findall(text))


def _worth_hiding(secrets: Iterable[Secret]) -> set[str]:
    texts: set[str] = set()
    for secret in secrets:
        if not secret.sought:
            continue
        text = secret.reveal()
        texts.update((text, text.strip()))
        texts.update((*hidden_parts(text), *_passwords(text)))
    return {text for text in texts if _is_telling(text)}


def _passwords(text: str) -> tuple[str, ...]:
    """The passwords of a connection string as drivers read it, quotes within quotes and braces undone."""
    try:
        pairs = read_connection_string(text).pairs
    except NotAConnectionStringError:
        return ()
    return tuple(value for key, value in pairs.items() if PASSWORD_KEY.fullmatch(key))


def _is_telling(text: str) -> bool:
    if len(text.strip()) < SHORTEST or text.casefold() in PLAIN_WORDS:
        return False
    return not (text.isdecimal() and len(text) <= SHORTEST)


def _pattern(texts: Iterable[str], length: int) -> str:
    """A pattern for the first ``length`` characters of any of the texts, in any spelling and encoding."""
    ordered = tuple(dict.fromkeys(texts))
    ways = {way for text in ordered for way in _encodings(text, length)}
    return "|".join((_any_spelling({text[:length] for text in ordered}), *sorted(ways, key=lambda way: (-len(way), way))))


def _any_spelling(texts: Iterable[str]) -> str:
    """A pattern for any of the texts, each character in any spelling; the look-ahead skips most positions cheaply."""
    ordered = sorted(texts, key=lambda text: (-len(text), text))
    firsts = {text[0] for text in ordered} | {"%", "\\", "&", "+"}
    ahead = "".join(re.escape(each) for each in sorted(firsts))
    return f"(?=[{ahead}])(?:" + "|".join("".join(map(_spellings, text)) for text in ordered) + ")"


def _spellings(character: str) -> str:
    """A pattern for one character as it is or escaped once or more often by URL, JSON, XML or Python."""
    code = ord(character)
    by_bytes = character.encode("utf-8", "surrogatepass")
    units = character.encode("utf-16-be", "surrogatepass")
    hexes = [units[i : i + 2].hex() for i in range(0, len(units), 2)]
    ways = [
        "".join(f"%(?:25)*(?i:{byte:02x})" for byte in by_bytes),
        "".join(rf"\\+(?i:x{byte:02x})" for byte in by_bytes),
        "".join(rf"\\+u(?i:{unit})" for unit in hexes),
        rf"\\+U(?i:{code:08x})",
        f"&(?:amp;)*#(?:0*{code}|(?i:x)0*(?i:{code:x}));",
    ]
    if code < 256:
        ways.append(rf"\\+(?i:x{code:02x})")
    if character in ENTITIES:
        ways.append(f"&(?:amp;)*{ENTITIES[character]};")
    if character in ESCAPES:
        ways.append(rf"\\+{ESCAPES[character]}")
    if character == " ":
        ways.append(r"\+")
    ways.append({"\\": r"\\+", '"': r'\\*"', "'": r"\\*'"}.get(character, re.escape(character)))
    return f"(?:{'|'.join(ways)})"


def _encodings(text: str, length: int) -> Iterable[str]:
    """Patterns of hexadecimal digits and base64 that hold ``text`` as UTF-8 or UTF-16, cut off after ``length`` characters."""
    for encoding in ("utf-8", "utf-16-le"):
        raw = text.encode(encoding, "surrogatepass")
        yield f"(?i:{raw.hex()[:length]})"
        yield from _in_base64(raw, length)


def _in_base64(raw: bytes, length: int) -> Iterable[str]:
    """What every base64 text that holds ``raw`` contains, for each of the three places it may start at in a group."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        start = (0, 2, 3)[before]
        end = len(whole) if (before + len(raw)) % 3 == 0 else len(whole) - 1
        core = re.escape(whole[start:end][:length]).replace(r"\+", "[+-]").replace("/", "[/_]")
        if end - start >= SHORTEST:
            yield core if end == len(whole) or end - start > length else core + "[A-Za-z0-9+/_-]?=*"
