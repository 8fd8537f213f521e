"""Safe alone, breaks alone, or breaks with the newest schema."""

import pytest
from configurations import held

from idmxml.diff.comparison import compare_versions
from idmxml.diff.sources import Version
from idmxml.diff.verdict import BREAKS, BREAKS_WITH_NEWEST, NEEDS_NEWEST, SAFE, Verdict

MAPPING = """
<EntityTypeMapping Identifier="P" Connector="HR" ConnectionTable="T">
  <Property Identifier="Login" ConnectionColumn="login" IsPrimaryKey="true"/>
  {}
</EntityTypeMapping>"""
PHONE = '<Property Identifier="Phone" ConnectionColumn="phone"/>'
FLAG = '<Property Identifier="Flag" ConnectionColumn="flags_1" Format="bit:1"/>'


def schema(*columns: str) -> str:
    inside = "".join(f'<Column Identifier="{each}"/>' for each in columns)
    return f'<ConnectionTable Identifier="T" Connection="C">{inside}</ConnectionTable>'


def judged(old: tuple[str, str | None], new: tuple[str, str | None], newest: str | None = None) -> Verdict | None:
    """The verdict for configurations given as more of the mapping, and the recorded schema."""
    latest = _version("", newest) if newest is not None else None
    return compare_versions(_version(*old), _version(*new), latest).verdict


def _version(more: str, recorded: str | None) -> Version:
    files = {"Conf.xml": MAPPING.format(more)}
    return held(files | ({".idmxml/schemas/C.xml": recorded} if recorded is not None else {}))


LOGIN, BOTH = schema("login"), schema("login", "phone")


@pytest.mark.parametrize(
    ("old", "new", "newest", "word"),
    [
        (("", LOGIN), ("", LOGIN), None, SAFE),
        (("", LOGIN), (PHONE, LOGIN), None, BREAKS),
        (("", LOGIN), (PHONE, BOTH), None, NEEDS_NEWEST),
        (("", BOTH), (PHONE, BOTH), None, SAFE),
        (("", BOTH), (PHONE, LOGIN), None, BREAKS_WITH_NEWEST),
        (("", BOTH), (PHONE, BOTH), LOGIN, BREAKS_WITH_NEWEST),
        (("", LOGIN), (PHONE, BOTH), BOTH, SAFE),
        ((PHONE, LOGIN), (PHONE, LOGIN), None, SAFE),
        (("", LOGIN), (FLAG, LOGIN), None, SAFE),
        ((PHONE, BOTH), ("", LOGIN), None, SAFE),
    ],
)
def test_verdict(old: tuple[str, str], new: tuple[str, str], newest: str | None, word: str) -> None:
    found = judged(old, new, newest)
    assert found is not None
    assert found.word == word
    assert bool(found.broken) == (word != SAFE)


def test_without_recorded_schemas_there_is_none() -> None:
    assert judged(("", None), (PHONE, None)) is None


def test_what_breaks_is_named() -> None:
    found = judged(("", BOTH), (PHONE, LOGIN))
    assert found is not None
    assert found.broken == ("EntityTypeMapping[P]/Property[Phone] reads column 'phone', which table 'T' does not have",)
    assert found.sentence == "safe alone, breaks with the newest schema"
