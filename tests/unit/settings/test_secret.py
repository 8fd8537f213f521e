"""Secrets stay sealed, and no way of writing them survives redaction."""

import base64
import copy
import html
import json
import pickle
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import asdict, dataclass
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.settings.redaction import Redactor
from idmxml.settings.secret import MASK, Secret

TEXT = "Winter-in-Lyon"


@dataclass
class Holder:
    secret: Secret


def test_shows_dots_alone() -> None:
    secret = Secret(TEXT)
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret:>20}",
        f"{[secret]}",
        repr(Holder(secret)),
        repr(asdict(Holder(secret))),
    ]
    assert all(TEXT not in each and MASK in each for each in shown)
    assert json.dumps({"a": secret}, default=str) == json.dumps({"a": MASK})


def test_is_not_written_down_by_accident() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(TEXT))
    with pytest.raises(TypeError):
        json.dumps(Secret(TEXT))
    with pytest.raises(TypeError):
        vars(Secret(TEXT))


def test_reveals_on_request_and_answers_questions() -> None:
    secret = Secret(TEXT)
    assert secret.reveal() == TEXT
    assert secret.holds(lambda text: "Lyon" in text)
    assert copy.deepcopy(secret) == copy.copy(secret) == secret
    assert secret == Secret(TEXT)
    assert secret != Secret("Summer-in-Lyon")
    assert secret != TEXT
    assert len({secret, Secret(TEXT)}) == 1


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "url, lower case": lambda text: re.sub("%..", lambda match: match[0].lower(), urllib.parse.quote(text, safe="")),
    "url, lenient": urllib.parse.quote,
    "url, plus": urllib.parse.quote_plus,
    "url twice": lambda text: urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
    "json": json.dumps,
    "json, unicode": lambda text: json.dumps(text, ensure_ascii=False),
    "json in json": lambda text: json.dumps(json.dumps(text)),
    "json with slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "xml text": escape,
    "xml attribute": quoteattr,
    "html": html.escape,
    "html twice": lambda text: html.escape(html.escape(text)),
    "character references": lambda text: "".join(f"&#x{ord(character):x};" for character in text),
    "decimal references": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "python": repr,
    "python, ascii": ascii,
    "python bytes": lambda text: repr(text.encode()),
    "hexadecimal": lambda text: text.encode().hex(),
}
SECRETS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=6, max_size=24).filter(
    lambda text: text.strip() == text and len(set(text)) > 3
)
AROUND = st.text(alphabet="xyz =", max_size=6)


@pytest.mark.parametrize("way", WAYS)
@given(secret=SECRETS, before=AROUND, after=AROUND)
def test_no_spelling_survives(way: str, secret: str, before: str, after: str) -> None:
    written = WAYS[way](secret)
    redacted = Redactor([Secret(secret)]).redact(f"{before}{written}{after}")
    assert MASK in redacted
    assert written not in redacted


@given(secret=SECRETS, before=st.binary(max_size=7), after=st.binary(max_size=7), safe=st.booleans(), wide=st.booleans())
def test_no_base64_survives(secret: str, before: bytes, after: bytes, *, safe: bool, wide: bool) -> None:
    raw = secret.encode("utf-16-le" if wide else "utf-8")
    written = (base64.urlsafe_b64encode if safe else base64.b64encode)(before + raw + after).decode()
    assert MASK in Redactor([Secret(secret)]).redact(f"Basic {written}")


def test_longest_first() -> None:
    redactor = Redactor([Secret("Lyon"), Secret(TEXT), Secret("Winter")])
    assert redactor.redact(f"<{TEXT}> Winter Lyon") == f"<{MASK}> {MASK} {MASK}"


@pytest.mark.parametrize("text", ["", " ", "a", "abc", "true", "False", "1234", "null"])
def test_short_and_telling_nothing_is_left_alone(text: str) -> None:
    sample = "a abc true False 1234 null and the rest"
    assert Redactor([Secret(text)]).redact(sample) == sample


def test_unsought_is_left_alone() -> None:
    assert Redactor([Secret("Subtree", sought=False)]).redact("Subtree") == "Subtree"


def test_password_inside_a_connection_string_or_address() -> None:
    redactor = Redactor([Secret("Server=db;User Id=sa;Password=Winter-in-Lyon;"), Secret("https://sync:Summer-in-Nice@host/")])
    assert redactor.redact("login failed with Winter-in-Lyon, then Summer-in-Nice") == f"login failed with {MASK}, then {MASK}"


def test_nothing_to_hide() -> None:
    assert Redactor().redact(TEXT) == TEXT


def test_the_redactor_itself_tells_nothing() -> None:
    assert TEXT not in repr(Redactor([Secret(TEXT)]))
