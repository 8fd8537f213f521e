"""Any bytes and any text whatever: read without an exception, with places that lie inside."""

from hypothesis import given
from hypothesis import strategies as st

from idmxml.checks.examine import Examiner
from idmxml.checks.plan import Plan
from idmxml.checks.registry import rules, runnable
from idmxml.facts.language import NAMESPACE
from idmxml.facts.load import language
from idmxml.model.filefacts import Status
from idmxml.source.document import read_document
from idmxml.source.encoding import decode
from idmxml.source.markup import read_tag, value_offsets
from idmxml.source.suppressions import suppressions_in

EXAMINER = Examiner(Plan(runnable(frozenset(rules()))))
KINDS = sorted(kind.id for kind in language() if kind.id in language().root.values())
PIECES = (
    *(
        "<",
        ">",
        "</",
        "/>",
        "=",
        '"',
        "'",
        "&",
        ";",
        "&amp;",
        "&#x10FFFF;",
        "&#0;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
    ),
    *(
        "<!DOCTYPE a>",
        "<a",
        "<a>",
        "</a>",
        ' b="c"',
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "é",
        "姓",
        "😀",
        "\u2028",
        "\ufeff",
        "\x00",
        "\ud800",
    ),
    *(f'<ConfigurationFile xmlns="{NAMESPACE}">', "</ConfigurationFile>", '<Agent Identifier="a"', "idmxml: ignore IDM1001"),
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20).map("".join)
names = st.text("abAB_é", min_size=1, max_size=4)


@given(st.binary(max_size=60) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes(data: bytes) -> None:
    result = EXAMINER.examine_bytes("a.xml", data)
    assert result.facts.status in Status
    for each in result.diagnostics:
        assert each.message
        assert 1 <= each.span.line <= each.span.end_line
    decode(data)


@given(texts)
def test_any_text(text: str) -> None:
    document = read_document("a.xml", text, language())
    assert len(document.entries) == len(document.offsets) == len(document.ends)
    for entry, start in zip(document.entries, document.offsets, strict=True):
        assert text[start] == "<"
        assert read_tag(text, start).name_end <= len(text)
        assert entry.ordinal == 0 or entry.parent is not None
    if document.fault is not None:
        assert 0 <= document.fault.start <= document.fault.end <= len(text)
    for each in suppressions_in(document):
        assert text[document.lines.offset(each.span.line, each.span.column) :].startswith("<!--")


@given(
    st.dictionaries(names, st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=12), max_size=5),
    st.sampled_from(["\n", " ", "\r\n  ", "\t"]),
)
def test_spans_cut_out_what_they_claim(attributes: dict[str, str], space: str) -> None:
    written = {name: _escaped(value) for name, value in attributes.items()}
    text = f"<!-- é😀 --><A{''.join(f'{space}{name} = {value}' for name, value in written.items())}/>"
    document = read_document("a.xml", text, language())
    if document.fault is not None:  # characters that XML does not have
        return
    (entry,) = document.entries
    for name, value in attributes.items():
        span = document.attribute_span(entry, name)
        start = document.lines.offset(span.line, span.column)
        assert text[start : document.lines.offset(span.end_line, span.end_column)] == f"{name} = {written[name]}"
        markup = document.tag(entry).find(name)
        assert markup is not None
        assert len(value_offsets(text, markup)) == len(entry.attributes[name]) + 1
        assert value.strip() == "" or entry.attributes[name].split() == value.split()


def _escaped(value: str) -> str:
    text = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f'"{text}"'


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(["Identifier", "Type", "Policy", "Binding"]), texts, max_size=4))
def test_any_values(kind: str, values: dict[str, str]) -> None:
    tag = language().tag(kind)
    attributes = "".join(f" {name}={_escaped(value)}" for name, value in values.items())
    text = f'<ConfigurationFile xmlns="{NAMESPACE}"><{tag}{attributes}/></ConfigurationFile>'
    result = EXAMINER.examine_bytes("a.xml", text.encode("utf-8", "surrogatepass"))
    assert [each.message for each in result.diagnostics if each.code == "IDM0010"] == []
