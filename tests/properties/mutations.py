"""Ways to spoil a file: on its bytes, and on its elements and attributes. All follow from a given source of chance."""

import copy
import random
from collections.abc import Callable

from lxml import etree

Mutation = Callable[[bytes, random.Random], bytes]
SNIPPETS = (
    *(b"<", b">", b"&", b'"', b"'", b"=", b"/", b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\t", b" "),
    *(b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x", b"?>", b"&amp;", b"&x;", b"&#0;", b"&#x1F600;"),
    *(b"<!DOCTYPE a [", b'<?xml version="1.0" encoding="utf-16"?>', b'xmlns="urn:x"', b'xmlns:p="urn:p"', b"<p:a/>"),
    *(
        b'ConsolidationMode="Merge"',
        b"<!-- idmxml: ignore IDM3001 -->",
        b"<!-- idmxml: x",
        "é姓😀\u2028".encode(),
        b"\xed\xa0\x80",
    ),
)
VALUES = (
    "",
    " ",
    "x",
    "-1",
    "true",
    "1",
    "99999999999",
    "a:b",
    "a.b:c.d",
    ":",
    ".",
    "é😀",
    "C#:x:x.y",
    "{0}",
    "\n",
    "%",
    "*" * 500,
)


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def change_byte(data: bytes, chance: random.Random) -> bytes:
    place = _place(data, chance)
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]


def insert_snippet(data: bytes, chance: random.Random) -> bytes:
    place = _place(data, chance)
    return data[:place] + chance.choice(SNIPPETS) + data[place:]


def delete_slice(data: bytes, chance: random.Random) -> bytes:
    place = _place(data, chance)
    return data[:place] + data[place + chance.randrange(1, 200) :]


def copy_slice(data: bytes, chance: random.Random) -> bytes:
    place, other = _place(data, chance), _place(data, chance)
    return data[:place] + data[other : other + chance.randrange(1, 400)] + data[place:]


def cut_off(data: bytes, chance: random.Random) -> bytes:
    return data[: _place(data, chance)]


def encode_otherwise(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-16-be", "latin-1", "utf-8-sig", "utf-32")), "replace")


def change_line_ends(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n")))


def _on_tree(change: Callable[[etree._Element, random.Random], None]) -> Mutation:
    def mutate(data: bytes, chance: random.Random) -> bytes:
        root = etree.fromstring(data)
        change(chance.choice(list(root.iter("*"))), chance)
        return etree.tostring(root, encoding="utf-8", xml_declaration=True)

    mutate.__name__ = change.__name__
    return mutate


def drop_attribute(element: etree._Element, chance: random.Random) -> None:
    if element.attrib:
        del element.attrib[chance.choice(sorted(map(str, element.attrib)))]


def change_value(element: etree._Element, chance: random.Random) -> None:
    if element.attrib:
        element.set(chance.choice(sorted(map(str, element.attrib))), chance.choice(VALUES))


def misspell_value(element: etree._Element, chance: random.Random) -> None:
    if element.attrib:
        name = chance.choice(sorted(map(str, element.attrib)))
        value = str(element.get(name))
        place = chance.randrange(len(value) + 1)
        element.set(
            name, chance.choice((value[:place] + value[place + 1 :], value[:place] + "x" + value[place:], value.upper()))
        )


def borrow_value(element: etree._Element, chance: random.Random) -> None:
    others = [str(value) for each in element.getroottree().iter("*") for value in each.attrib.values()]
    if element.attrib and others:
        element.set(chance.choice(sorted(map(str, element.attrib))), chance.choice(others))


def add_attribute(element: etree._Element, chance: random.Random) -> None:
    names = sorted({str(name) for each in element.getroottree().iter("*") for name in each.attrib})
    element.set(chance.choice([*names, "ConsolidationMode", "Nothing", "{urn:p}Identifier"]), chance.choice(VALUES))


def rename(element: etree._Element, chance: random.Random) -> None:
    others = [str(each.tag) for each in element.getroottree().iter("*")]
    element.tag = chance.choice([*others, "Nothing", "{urn:p}Agent"])


def remove(element: etree._Element, _chance: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def repeat(element: etree._Element, chance: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        for _ in range(chance.randrange(1, 4)):
            parent.append(copy.deepcopy(element))


def move(element: etree._Element, chance: random.Random) -> None:
    others = [each for each in element.getroottree().iter("*") if element not in {each, *each.iterancestors()}]
    if others and element.getparent() is not None:
        chance.choice(others).append(element)


def add_text(element: etree._Element, chance: random.Random) -> None:
    element.text = (element.text or "") + chance.choice(("text", " \n é😀 ", "]]>"))


ON_BYTES: tuple[Mutation, ...] = (
    *(change_byte, insert_snippet, delete_slice, copy_slice, cut_off, encode_otherwise, change_line_ends),
)
ON_TREES: tuple[Mutation, ...] = tuple(
    _on_tree(each)
    for each in (
        *(drop_attribute, change_value, misspell_value, borrow_value, add_attribute),
        *(rename, remove, repeat, move, add_text),
    )
)
EVERY = (*ON_BYTES, *ON_TREES, *ON_TREES)
