"""Reads JSON as .NET configuration does (comments and trailing commas allowed) into a tree that knows where all of it stands.

Lexer and parser are those of *lark*. The JSONC packages for Python either give no positions, or recover from faults so freely
that they cannot tell which character is wrong, or need another run time. The grammar below is RFC 8259 with the two liberties;
the terminals that no valid file contains exist to name common mistakes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from json import loads
from typing import TYPE_CHECKING, Literal

from idmxml.diagnostics import Span
from idmxml.settings.json_faults import Fault, Places, Stop, explain, token_span, too_deep
from idmxml.settings.secret import Secret

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

DEEPEST = 64
"""How many objects and arrays may stand in each other: the limit of the .NET reader."""

Kind = Literal["string", "number", "boolean", "null", "object", "array"]

GRAMMAR = r"""
start: _value
_value: object | array | STRING | NUMBER | TRUE | FALSE | NULL
object: "{" [member ("," member)* [","]] "}"
member: STRING ":" _value
array: "[" [_value ("," _value)* [","]] "]"

STRING: /"(?:[^"\\\x00-\x1f]|\\(?:["\\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/
NUMBER.2: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.+-])/
TRUE.2: /true(?![\w.+-])/
FALSE.2: /false(?![\w.+-])/
NULL.2: /null(?![\w.+-])/
COMMENT.2: /\/\/[^\r\n]*|\/\*(?s:.*?)\*\//
BLANK: /[ \t\r\n]+/
BAD_STRING.-1: /"/
BAD_COMMENT.-1: /\/\*/
BAD_WORD.-1: /[\w.+-]+/
BAD_CHARACTER.-2: /(?s:.)/
%ignore COMMENT
%ignore BLANK
"""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, number, truth value or null. ``text`` is the string's content, or the word as written."""

    kind: Kind
    text: str | Secret
    span: Span


@dataclass(frozen=True, slots=True)
class Member:
    """A key of an object and what it holds; the span of the key includes its quotes."""

    key: str
    key_span: Span
    value: "Node"


@dataclass(frozen=True, slots=True)
class Object:
    """An object: its members in the order of the file, doubles included."""

    members: tuple[Member, ...]
    span: Span
    kind: Kind = "object"


@dataclass(frozen=True, slots=True)
class Array:
    """An array and its items."""

    items: "tuple[Node, ...]"
    span: Span
    kind: Kind = "array"


Node = Scalar | Object | Array


def decode(raw: bytes) -> str:
    """The text of a file: UTF-8, or what its byte order mark says. UnicodeDecodeError when it is neither."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding)
    return raw.decode("utf-8")


def parse(text: str, path: str) -> Node | Fault:
    """The tree of ``text``, or its first fault. Never raises; ``path`` goes into the spans."""
    from lark.exceptions import UnexpectedToken

    places = Places.of(text, path)
    parser = _parser().parse_interactive(text)
    last: Token | None = None
    opened: list[Token] = []
    try:
        for token in parser.lexer_thread.lex(parser.parser_state):  # type: ignore[no-untyped-call]
            if len(opened) > DEEPEST:
                return too_deep(places, opened[-1], DEEPEST)
            parser.feed_token(token)
            last = token
            if token.type in {"LBRACE", "LSQB"}:
                opened.append(token)
            elif token.type in {"RBRACE", "RSQB"}:
                opened.pop()
        tree: Tree[Token] = parser.feed_eof(last)  # type: ignore[no-untyped-call]
    except UnexpectedToken as error:
        return explain(Stop(text, places, error.token, last, tuple(opened), frozenset(parser.accepts())))  # type: ignore[no-untyped-call]
    return _node(tree.children[0], places)


class _KeepMistakes:
    """Keeps the terminals that no rule uses, so that a mistake is a token rather than an end of all tokens."""

    always_accept = ("BAD_STRING", "BAD_COMMENT", "BAD_WORD", "BAD_CHARACTER")

    def process(self, stream: "Iterator[Token]") -> "Iterator[Token]":
        return stream


@cache
def _parser() -> "Lark":
    from lark import Lark

    return Lark(
        GRAMMAR,
        parser="lalr",
        lexer="basic",
        postlex=_KeepMistakes(),
        maybe_placeholders=False,
        propagate_positions=True,
    )


def _node(made: "Tree[Token] | Token", places: Places) -> Node:
    """The node of a branch of lark's tree, whose depth is limited already."""
    from lark import Token

    if isinstance(made, Token):
        return _scalar(made, places)
    span = places.span(made.meta.start_pos, made.meta.end_pos)
    if made.data == "array":
        return Array(tuple(_node(child, places) for child in made.children), span)
    return Object(tuple(_member(child, places) for child in made.children if not isinstance(child, Token)), span)


def _member(made: "Tree[Token]", places: Places) -> Member:
    key = _node(made.children[0], places)
    return Member(str(key.text) if isinstance(key, Scalar) else "", key.span, _node(made.children[1], places))


def _scalar(token: "Token", places: Places) -> Scalar:
    span = token_span(places, token)
    if token.type == "STRING":
        return Scalar("string", _unquoted(token), span)
    kind: Kind = "number" if token.type == "NUMBER" else "null" if token.type == "NULL" else "boolean"
    return Scalar(kind, str(token), span)


def _unquoted(quoted: str) -> str:
    """The content of a JSON string; halves of surrogate pairs, which no file can hold, become the replacement character."""
    content: str = loads(quoted)
    return content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
