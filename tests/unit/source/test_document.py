"""Texts to documents: entries, places, comments, stray text, and every way in which a text breaks off."""

import pytest

from idmxml.diagnostics import Span
from idmxml.facts.language import NAMESPACE
from idmxml.facts.load import language
from idmxml.source.document import MAX_DEPTH, Comment, Document, SyntaxFault, read_document
from idmxml.source.entry import Entry

OPEN = f'<ConfigurationFile xmlns="{NAMESPACE}">'
CLOSE = "</ConfigurationFile>"


def read(text: str) -> Document:
    return read_document("a.xml", text, language())


def shape(entry: Entry) -> tuple[object, ...]:
    return (entry.kind, entry.tag, entry.attributes, [shape(each) for each in entry.children])


def test_entries_with_kinds_attributes_and_places() -> None:
    inside = '<EntityType\n Identifier="é">\n  <Property Identifier="姓"/><Nothing A="b"/>\n</EntityType>'
    text = f'<?xml version="1.0"?>\n{OPEN}\n{inside}{CLOSE}'
    document = read(text)
    assert shape(document.entries[0]) == (
        "ConfigurationFile",
        "ConfigurationFile",
        {},
        [
            (
                "EntityType",
                "EntityType",
                {"Identifier": "é"},
                [
                    ("EntityType.Property", "Property", {"Identifier": "姓"}, []),
                    (None, "Nothing", {"A": "b"}, []),
                ],
            )
        ],
    )
    assert [each.ordinal for each in document.entries] == [0, 1, 2, 3]
    assert [text[start:].split(maxsplit=1)[0].rstrip(">") for start in document.offsets] == [
        "<ConfigurationFile",
        "<EntityType",
        "<Property",
        "<Nothing",
    ]
    assert text[document.ends[1] :].startswith("</EntityType>")
    assert document.is_ours
    assert document.fault is None


def test_spans() -> None:
    document = read(f'{OPEN}\n<Agent\n  Identifier="a&amp;bc"\n  DisplayName_L1="x"/>{CLOSE}')
    agent = document.entries[1]
    assert document.name_span(agent) == Span("a.xml", 2, 2, 2, 7)
    assert document.attribute_span(agent, "Identifier") == Span("a.xml", 3, 3, 3, 24)
    assert document.value_span(agent, "Identifier") == Span("a.xml", 3, 15, 3, 23)
    assert document.value_span(agent, "Identifier", (1, 3)) == Span("a.xml", 3, 16, 3, 22)
    assert document.value_span(agent, "Identifier", (2, 99)) == Span("a.xml", 3, 21, 3, 23)
    assert document.attribute_span(agent, "URI") == document.value_span(agent, "URI") == document.name_span(agent)


def test_lines_beyond_65535_and_columns_in_characters() -> None:
    document = read(f"{OPEN}" + "\n" * 70_000 + f'<!-- 😀é --><Agent Identifier="é"/>{CLOSE}')
    assert document.name_span(document.entries[1]) == Span("a.xml", 70_001, 13, 70_001, 18)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends(end: str) -> None:
    document = read(f'{OPEN}{end}{end}<Agent{end}Identifier="x"/>{CLOSE}')
    assert document.attribute_span(document.entries[1], "Identifier") == Span("a.xml", 4, 1, 4, 15)


def test_comments_know_what_follows_them() -> None:
    document = read(f"{OPEN}<!--a--><Agent/><!--é--><!--c--><Agent/>{CLOSE}<!--end-->")
    start = len(OPEN)
    assert document.comments == (
        Comment("a", start, 1),
        Comment("é", start + 16, 2),
        Comment("c", start + 24, 2),
        Comment("end", start + 60, 3),
    )


def test_stray_text_is_told_once_an_element() -> None:
    text = f"{OPEN} one <Agent> é two\n three </Agent>four{CLOSE}"
    document = read(text)
    found = [(entry.tag, text[start:end]) for entry, start, end in document.stray_text]
    assert found == [("ConfigurationFile", "one"), ("Agent", "é two"), ("ConfigurationFile", "four")]


def test_attributes_of_other_namespaces_keep_theirs() -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"'
    document = read(f'{OPEN}<Agent {xsi} xmlns:c="urn:c" c:Identifier="x" Identifier="y"/>{CLOSE}')
    assert document.entries[1].attributes == {"{urn:c}Identifier": "x", "Identifier": "y"}


@pytest.mark.parametrize("text", ["<ConfigurationFile/>", '<a xmlns="urn:schemas-usercube-com:configuration"/>'])
def test_other_roots(text: str) -> None:
    assert not read(text).is_ours


def fault(text: str) -> tuple[str, str, str, str | None]:
    """Kind and message, what stands at the fault, and the sentence about the other place."""
    found = read(text).fault
    assert found is not None
    assert found.hint
    return found.kind, found.message, text[found.start : found.end], found.other and found.other[1]


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("", "the file is empty", ""),
        ("<!-- nothing -->", "the file is empty", ""),
        ("text", "text where an element is expected", "t"),
        ('<a b="1" c="2" b="3"/>', "the same attribute stands twice in this tag", "b"),
        ('<a b="R&D"/>', "'&' stands alone here", "&"),
        ('<a b="R & D"/>', "'&' stands alone here", "&"),
        ("<a>é & D</a>", "'&' stands alone here", "&"),
        ('<a é="1 < 2"/>', "'<' is not allowed here", "<"),
        ("<a b=c/>", "'c' is not allowed here", "c"),
        ("<a b/>", "'/' is not allowed here", "/"),
        ("<a><1/></a>", "'1' is not allowed here", "1"),
        ("<a>\x01</a>", "the character U+0001 is not allowed here", "\x01"),
        ('<a b="é&nbsp;"/>', "an entity that is not defined", "&nbsp;"),
        ("<a>&amp;&euro;</a>", "an entity that is not defined", "&euro;"),
        ('<a b="&#0;"/>', "a character reference to no character", "&#0;"),
        ("<a>&#65;&#x1F;</a>", "a character reference to no character", "&#x1F;"),
        ("<a/><b/>", "there is more after the end of the root element", "<"),
        ("<a/>text", "there is more after the end of the root element", "t"),
        ("<a><![CDATA[x</a>", "a CDATA section is not closed", "<![CDATA["),
        ("\n<?xml version='1.0'?><a/>", "the XML declaration is not at the very beginning", "<"),
        ("<c:a/>", "a prefix that is not declared", "<"),
        ('<a b="1"', "the file ends inside a tag or a comment", "<"),
        ("<a><!-- b </a>", "the file ends inside a tag or a comment", "<"),
        ("<?xml version='1.0' standalone='perhaps'?><a/>", "the XML declaration is malformed", "p"),
    ],
)
def test_faults(text: str, message: str, at: str) -> None:
    assert fault(text) == ("syntax", message, at, None)


def test_end_tags() -> None:
    assert fault("<a>\n<é>\n</a>") == ("syntax", "</a> closes <é>", "</a", "<é> is opened here")
    assert fault("<a>\n<b>\n</b>") == ("syntax", "<a> is not closed before the file ends", "", "<a> is opened here")


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE a><a/>",
        '<!-- <!DOCTYPE x --><!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY b "c"> <!-- <!DOCTYPE -->]><a/>',
        '<!DOCTYPE a PUBLIC "p" "file:///etc/passwd"><a>&b;</a>',
    ],
)
def test_document_types_are_refused(text: str) -> None:
    message = "a document type declaration is not allowed in a configuration"
    assert fault(text) == ("dtd", message, "<!DOCTYPE", None)
    assert read(text).entries == ()
    found = read(text).fault
    assert found is not None
    assert text[found.start :].startswith("<!DOCTYPE a")


def test_limits() -> None:
    deep = "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1)
    assert read(deep.replace("<a>", "", 1).replace("</a>", "", 1)).fault is None
    assert read(deep).fault == SyntaxFault(
        "limit",
        "elements are nested more than 255 deep",
        "no configuration needs as much; is the file what it should be?",
        3 * MAX_DEPTH,
        3 * MAX_DEPTH + 1,
    )
    many = " ".join(f"a{number}=''" for number in range(2_001))
    assert fault("<é" + f" {many}/>") == ("limit", "<é> has more than 2,000 attributes", "<", None)
    assert fault(f"<a b='{'x' * 10_000_001}'/>") == (
        "limit",
        "an attribute of <a> is longer than 10,000,000 characters",
        "<",
        None,
    )


def test_a_text_that_breaks_off_keeps_the_entries_before() -> None:
    document = read(f'{OPEN}<Agent Identifier="a"/><Agent Identifier="b"></Agnt>{CLOSE}')
    assert [each.attributes for each in document.entries] == [{}, {"Identifier": "a"}, {"Identifier": "b"}]


def test_lone_surrogates_are_a_fault_and_no_crash() -> None:
    assert fault('<a b="\ud800"/>')[0] == "syntax"
