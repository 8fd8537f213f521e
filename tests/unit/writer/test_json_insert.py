"""A member put into a settings file: the file is still JSON with comments, and nothing in it is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idmxml.settings.jsonc import Array, Node, Object, Scalar, parse
from idmxml.writer.json_insert import Note, Unwritable, append_item, insert_member


def plain(node: Node) -> Any:
    if isinstance(node, Object):
        return {member.key: plain(member.value) for member in node.members}
    if isinstance(node, Array):
        return [plain(item) for item in node.items]
    return node.text


def read(text: str) -> Any:
    tree = parse(text, "")
    assert isinstance(tree, Object | Array | Scalar), tree
    return plain(tree)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '{\n  "A": {\n    "B": {}\n  }\n}\n'),
        ("{}", '{\n  "A": {\n    "B": {}\n  }\n}'),
        ('{\n  "A": {}\n}\n', '{\n  "A": {\n    "B": {}\n  }\n}\n'),
        ('{\n    "a": {\n        "X": 1\n    }\n}\n', '{\n    "a": {\n        "X": 1,\n        "B": {}\n    }\n}\n'),
        ('{\n\t"A": {\n\t\t"X": 1, // x\n\t},\n}', '{\n\t"A": {\n\t\t"X": 1, // x\n\t\t"B": {}\n\t},\n}'),
        ('{"A": {"X": 1}}', '{"A": {"X": 1,\n  "B": {}\n}}'),
        (
            '{\n  "A": {\n    "X": [1] /* , */\n    // end\n  }\n}',
            '{\n  "A": {\n    "X": [1], /* , */\n    // end\n    "B": {}\n  }\n}',
        ),
        ('{\r\n  "A": {\r\n    "X": 1\r\n  }\r\n}', '{\r\n  "A": {\r\n    "X": 1,\r\n    "B": {}\r\n  }\r\n}'),
        ('{\n  "A": {\n    // nothing yet\n  }\n}', '{\n  "A": {\n    // nothing yet\n    "B": {}\n  }\n}'),
    ],
)
def test_layout(before: str, after: str) -> None:
    assert insert_member(before, ("A",), "B", {}) == after


def test_notes_are_comments() -> None:
    text = insert_member("{}", (), "A", {Note("first"): "", "X": 1, Note("second"): "", "Y": [{"Z": "é"}]})
    assert text == (
        '{\n  "A": {\n    // first\n    "X": 1,\n    // second\n    "Y": [\n      {\n        "Z": "é"\n      }\n    ]\n  }\n}'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '{\n  "A": [\n    5\n  ]\n}\n'),
        ('{"A": []}', '{"A": [\n  5\n]}'),
        ('{\n  "A": [\n    1, 2\n  ]\n}', '{\n  "A": [\n    1, 2,\n    5\n  ]\n}'),
    ],
)
def test_items(before: str, after: str) -> None:
    assert append_item(before, ("A",), 5) == after


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[1]", "it holds no object"),
        ('{"A": 5}', "'A' is no object"),
        ('{"A": {"B": []}}', "'B' is no object"),
        ('{"A": ', "line 1"),
    ],
)
def test_what_can_not_be_extended(text: str, told: str) -> None:
    with pytest.raises(Unwritable, match=told):
        insert_member(text, ("A", "B"), "C", 1)


SPACE = st.sampled_from(["", " ", "\n", "\n  ", "\t", " // note, {\n", "/* , } */", "\r\n"])
KEYS = st.sampled_from(["A", "a", "B", "é", "x y"])


@st.composite
def values(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["1", "true", "null", '"text, // } {"', "[]", "{}", '[1, "x",]']))
    return draw(objects(depth - 1))


@st.composite
def objects(draw: st.DrawFn, depth: int = 3) -> str:
    parts = [
        f'{draw(SPACE)}"{key}"{draw(SPACE)}:{draw(SPACE)}{draw(values(depth))}{draw(SPACE)}'
        for key in draw(st.lists(KEYS, max_size=3, unique=True))
    ]
    comma = draw(st.sampled_from(["", ","])) if parts else ""
    return "{" + ",".join(parts) + comma + draw(SPACE) + "}"


@given(objects(), st.lists(KEYS, max_size=2))
def test_nothing_is_lost(text: str, path: list[str]) -> None:
    try:
        after = insert_member(text, path, "New", {"X": [1]})
    except Unwritable:
        return
    assert read(after) == _with_new(read(text), path)
    position = 0
    for character in text:
        if not character.isspace():
            position = after.index(character, position) + 1


def _with_new(whole: dict[str, Any], path: list[str]) -> dict[str, Any]:
    node = whole
    for name in path:
        same = [key for key in node if key.upper() == name.upper()]
        node = node.setdefault(same[-1] if same else name, {})
    node["New"] = {"X": ["1"]}
    return whole
