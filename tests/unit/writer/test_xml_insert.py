"""An element put into a configuration file: at its place, with the layout around it, and nothing else changed."""

import pytest

from idmxml.facts.language import NAMESPACE
from idmxml.facts.load import language
from idmxml.source.document import Document, read_document
from idmxml.writer.xml_insert import element, encoded, escaped, insert_after, insert_at_end, prefix_of

NEW = '<Connection Identifier="B" />'


def document(body: str, root: str = "ConfigurationFile") -> Document:
    text = body.replace("<ROOT", f'<{root} xmlns="{NAMESPACE}"').replace("</ROOT", f"</{root}")
    return read_document("a.xml", text, language())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<ROOT>\n  <Connector Identifier="A"/>\n</ROOT>', '<ROOT>\n  <Connector Identifier="A"/>\n  NEW\n</ROOT>'),
        ('<ROOT>\n\t<Agent Identifier="A"/><!--a-->\n</ROOT>', '<ROOT>\n\t<Agent Identifier="A"/><!--a-->\n\tNEW\n</ROOT>'),
        ('<ROOT><Connector Identifier="A"/></ROOT>', '<ROOT><Connector Identifier="A"/>\n  NEW</ROOT>'),
        ('<ROOT>\n  <Agent Identifier="A"></Agent></ROOT>', '<ROOT>\n  <Agent Identifier="A"></Agent>\n  NEW</ROOT>'),
        ('<ROOT>\r\n  <Connector Identifier="A" />\r\n</ROOT>', '<ROOT>\r\n  <Connector Identifier="A" />\r\n  NEW\r\n</ROOT>'),
        (
            '<ROOT>\n  <Connector\n    Identifier="A"\n    DisplayName_L1="&gt; />"\n  />\n</ROOT>',
            '<ROOT>\n  <Connector\n    Identifier="A"\n    DisplayName_L1="&gt; />"\n  />\n  NEW\n</ROOT>',
        ),
    ],
)  # fmt: skip
def test_behind_an_element(before: str, after: str) -> None:
    found = document(before)
    wanted = document(after).text.replace("NEW", NEW)
    assert insert_after(found, found.entries[1], NEW) == wanted


def test_behind_an_element_with_children() -> None:
    found = document('<ROOT>\n  <EntityType Identifier="A">\n    <Property Identifier="x"/>\n  </EntityType>\n</ROOT>')
    text = insert_after(found, found.entries[1], NEW)
    assert text == found.text.replace("</EntityType>\n", f"</EntityType>\n  {NEW}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<ROOT>\n</ROOT>\n", "<ROOT>\n\n  NEW\n</ROOT>\n"),
        ("<ROOT></ROOT>", "<ROOT>\n\n  NEW\n</ROOT>"),
        ("<ROOT/>", "<ROOT>\n\n  NEW\n\n</ROOT>"),
        ("<ROOT>\n  <!-- soon -->\n\n</ROOT>", "<ROOT>\n  <!-- soon -->\n\n  NEW\n\n</ROOT>"),
    ],
)
def test_at_the_end(before: str, after: str) -> None:
    assert insert_at_end(document(before), NEW) == document(after).text.replace("NEW", NEW)


def test_values_are_escaped() -> None:
    assert element("A", {"B": "a<b>&\"c'\n", "C": "é"}) == '<A B="a&lt;b&gt;&amp;&quot;c\'&#xA;" C="é" />'
    assert escaped("\x85") == "&#x85;"


def test_prefixes() -> None:
    found = read_document("a.xml", f'<u:ConfigurationFile xmlns:u="{NAMESPACE}"/>', language())
    assert prefix_of(found) == "u:"
    assert prefix_of(document("<ROOT/>")) == ""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<a/>", "é日".encode()),
        (b"\xef\xbb\xbf<a/>", b"\xef\xbb\xbf" + "é日".encode()),
        (b"<?xml version='1.0' encoding='iso-8859-1'?><a/>", b"\xe9&#26085;"),
        ("<a/>".encode("utf-16"), b"\xff\xfe" + "é日".encode("utf-16-le")),
    ],
)
def test_encodings(data: bytes, expected: bytes) -> None:
    assert encoded("é日", data) == expected
