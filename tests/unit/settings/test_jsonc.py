"""JSON as .NET reads it: places, values and faults."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.diagnostics import Span
from idmxml.settings.json_faults import Fault, Places
from idmxml.settings.jsonc import DEEPEST, Array, Member, Node, Object, Scalar, decode, parse


def _span(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span("f", line, column, end_line, end_column)


def test_tree_with_comments_and_last_commas() -> None:
    text = '{ // one\n  "a": [1, true,], /* two\n */ "é\\u00e9": null,\n}'
    assert parse(text, "f") == Object(
        (
            Member(
                "a",
                _span(2, 3, 2, 6),
                Array(
                    (Scalar("number", "1", _span(2, 9, 2, 10)), Scalar("boolean", "true", _span(2, 12, 2, 16))),
                    _span(2, 8, 2, 18),
                ),
            ),
            Member("éé", _span(3, 5, 3, 14), Scalar("null", "null", _span(3, 16, 3, 20))),
        ),
        _span(1, 1, 4, 2),
    )


def test_line_ends_of_windows_and_old_macs() -> None:
    tree = parse('{\r\n"a": 1,\r"b": 2\n}', "f")
    assert isinstance(tree, Object)
    assert [(each.key_span.line, each.key_span.column) for each in tree.members] == [(2, 1), (3, 1)]


def test_columns_count_characters_beyond_the_basic_plane() -> None:
    tree = parse('{"😀": "😀", "b": 1}', "f")
    assert isinstance(tree, Object)
    assert tree.members[1].key_span == _span(1, 12, 1, 15)


def test_half_a_surrogate_pair_becomes_a_character_that_can_be_written() -> None:
    tree = parse(r'{"a": "x\ud800y", "b": "\ud83d\ude00"}', "f")
    assert isinstance(tree, Object)
    assert [member.value.text for member in tree.members if isinstance(member.value, Scalar)] == ["x\ufffdy", "😀"]


FAULTS = [
    ("", (1, 1, 1, 1), "the file is empty", "a settings file holds at least {}"),
    ("// only a comment", (1, 1, 1, 1), "the file is empty", "a settings file holds at least {}"),
    ('{"a": 1', (1, 8, 1, 8), "the file ends, yet '{' of line 1 is not closed", "add '}'"),
    ('{"a": [1\n', (1, 9, 1, 9), "the file ends, yet '[' of line 1 is not closed", "add ']'"),
    ('{"a" 1}', (1, 6, 1, 7), "a colon is missing between a key and its value", "write :"),
    ('{"a": 1\n "b": 2}', (2, 2, 2, 5), "a comma is missing before this", "write a comma after what stands before it"),
    (
        r'{"a": "C:\Sources"}',
        (1, 10, 1, 12),
        "a single backslash stands in a string, where JSON wants it doubled",
        r"write \\ for a backslash",
    ),
    ('{"a": "x\n"}', (1, 7, 1, 9), "the string is not closed on its line", 'add a double quote (")'),
    ('{"a": "\t"}', (1, 8, 1, 9), "a tab stands in a string", r"write it as an escape, such as \t"),
    ('{"a": "\x01"}', (1, 8, 1, 9), "the control character U+0001 stands in a string", r"write it as an escape, such as \t"),
    ("{a: 1}", (1, 2, 1, 3), "the key is not in double quotes", 'write it between double quotes (")'),
    ("{'a': 1}", (1, 2, 1, 3), "a text stands in single quotes", 'JSON knows double quotes (") only'),
    ('{"a": True}', (1, 7, 1, 11), "the word is no JSON value", "write true, or put it between double quotes"),
    ('{"a": None}', (1, 7, 1, 11), "the word is no JSON value", "write null, or leave the key out"),
    ('{"a": text}', (1, 7, 1, 11), "the text is not in double quotes", 'write it between double quotes (")'),
    (
        '{"a": 007}',
        (1, 7, 1, 10),
        "the number is not written as JSON has it",
        "no leading zero, plus sign or bare point; or use quotes",
    ),
    ('{"a": 1, , "b": 2}', (1, 10, 1, 11), "a comma has no place here", "remove it"),
    ('{"a":: 1}', (1, 6, 1, 7), "a colon has no place here", "only a key is followed by a colon, in an object between { and }"),
    ('{"a": }', (1, 7, 1, 8), "a value is missing after the colon", 'write the value, or "" for an empty text'),
    ('{"a": [1}', (1, 9, 1, 10), "'}' can't close '[' of line 1", "write ']'"),
    ("{} {}", (1, 4, 1, 5), "something stands after the end of the settings", "a file holds one object; remove the rest"),
    ("# x\n{}", (1, 1, 1, 2), "'#' starts no comment in JSON", "write // instead"),
    ('{"a": 1} /* x', (1, 10, 1, 12), "the comment is never closed", "add */"),
    (
        '{"a": 1; "b": 2}',
        (1, 8, 1, 9),
        "this character has no place here",
        "remove it, or put the text it belongs to between double quotes",
    ),
    ("]", (1, 1, 1, 2), "a settings file starts with {", "put everything between { and }"),
    ("{[]}", (1, 2, 1, 3), "a key in double quotes is expected here", 'write "key": value'),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), FAULTS)
def test_faults_in_plain_words(text: str, place: tuple[int, int, int, int], message: str, hint: str) -> None:
    assert parse(text, "f") == Fault(_span(*place), message, hint)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depth_is_limited_as_in_the_product(opening: str) -> None:
    closing = {"[": "]", "{": "}"}[opening[0]]
    right = parse(opening * DEEPEST + ("1" if opening == '{"a":' else "") + closing * DEEPEST, "f")
    assert not isinstance(right, Fault)
    wrong = parse(opening * 5000, "f")
    assert isinstance(wrong, Fault)
    assert wrong.span.column == len(opening) * DEEPEST + 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-with-mark", "utf-16-be-with-mark"])
def test_encodings(encoding: str) -> None:
    text = '{"clé": "€"}'
    raw = {
        "utf-16-le-with-mark": b"\xff\xfe" + text.encode("utf-16-le"),
        "utf-16-be-with-mark": b"\xfe\xff" + text.encode("utf-16-be"),
    }.get(encoding) or text.encode(encoding)
    assert decode(raw) == text


def test_other_encodings_are_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        decode("é".encode("latin-1"))


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@given(value=VALUES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_agrees_with_the_standard_reader(value: object, indent: int | None, *, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    tree = parse(text, "f")
    assert not isinstance(tree, Fault), tree
    assert _plain(tree) == _clean(json.loads(text, parse_int=str, parse_float=str))


@given(VALUES)
def test_spans_cut_out_what_they_claim(value: object) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    tree = parse(text, "f")
    assert not isinstance(tree, Fault)
    for node in _nodes(tree):
        again = parse(_cut(text, node.span), "f")
        assert not isinstance(again, Fault)
        assert _plain(again) == _plain(node)
    for member in _members(tree):
        assert _clean(json.loads(_cut(text, member.key_span))) == member.key


@given(st.text(alphabet=st.sampled_from("{}[]\",:\\/*# \n\t'abtrue0-1.é\u0000")) | st.text())
def test_never_raises(text: str) -> None:
    outcome = parse(text, "f")
    if isinstance(outcome, Fault):
        assert 1 <= outcome.span.line <= len(Places.of(text, "f").starts)


@given(st.binary())
def test_bytes_are_text_or_refused(raw: bytes) -> None:
    try:
        assert isinstance(decode(raw), str)
    except UnicodeDecodeError:
        return


def _clean(value: object) -> object:
    """The value with halves of surrogate pairs replaced, as no file can hold them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_clean(key): _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return value


def _plain(node: Node) -> object:
    if isinstance(node, Object):
        return {member.key: _plain(member.value) for member in node.members}
    if isinstance(node, Array):
        return [_plain(item) for item in node.items]
    return {"null": None, "boolean": node.text == "true"}.get(node.kind, node.text)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    children = (
        [member.value for member in node.members] if isinstance(node, Object) else node.items if isinstance(node, Array) else ()
    )
    for child in children:
        yield from _nodes(child)


def _members(node: Node) -> Iterator[Member]:
    for each in _nodes(node):
        if isinstance(each, Object):
            yield from each.members


def _cut(text: str, span: Span) -> str:
    starts = Places.of(text, "f").starts
    return text[starts[span.line - 1] + span.column - 1 : starts[span.end_line - 1] + span.end_column - 1]
