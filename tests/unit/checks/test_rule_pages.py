"""A rule's docstring is its page."""

from collections.abc import Iterator

import pytest

from idmxml.checks.rule import Page, page_text, read_page, rule
from idmxml.diagnostics import Severity

TEXT = """Something is
    wrong.

    Why: it breaks
    at run time.

    Bad:
        <A/>

    Good:
        <B>
          <C/>
        </B>
    """


def test_sections() -> None:
    assert read_page(TEXT) == Page("Something is wrong.", "It breaks at run time.", "<A/>", "<B>\n  <C/>\n</B>")


def test_code_in_prose_stands_between_single_backquotes() -> None:
    page = read_page(TEXT.replace("Something", "``A``").replace("Why: it", "Why: ``//`` it"))
    assert (page.summary, page.why) == ("`A` is wrong.", "`//` it breaks at run time.")


@pytest.mark.parametrize("section", ["Why:", "Bad:", "Good:"])
def test_a_section_is_missing(section: str) -> None:
    with pytest.raises(ValueError, match="a rule's page needs a summary, Why, Bad and Good"):
        read_page(TEXT.replace(section, "Nothing"))


@pytest.mark.parametrize(
    ("code", "name"), [("IDM1", "a"), ("XYZ1234", "a"), ("IDM1234", "A"), ("IDM1234", "a_b"), ("IDM1234", "")]
)
def test_wrong_codes_and_names_fail_at_once(code: str, name: str) -> None:
    with pytest.raises(ValueError, match="a code is IDM and four digits"):
        rule(code, name)


def test_a_rule_and_its_page() -> None:
    def some_offence(_entry: object, _context: object) -> Iterator[object]:
        return iter(())

    some_offence.__doc__ = TEXT
    made = rule("IDM1234", "some-offence", Severity.INFO, on="Agent")(some_offence).rule  # type: ignore[attr-defined]
    assert (made.code, made.name, made.severity, made.kinds, made.reads) == (
        "IDM1234",
        "some-offence",
        Severity.INFO,
        ("Agent",),
        None,
    )
    assert page_text(made) == (
        "# IDM1234 some-offence (info)\n\nSomething is wrong.\n\n## Why\n\nIt breaks at run time.\n\n"
        "## Bad\n\n```xml\n<A/>\n```\n\n## Good\n\n```xml\n<B>\n  <C/>\n</B>\n```\n\n"
        "Silence one place with `<!-- idmxml: ignore IDM1234 reason -->` before the element,\n"
        'or everywhere with `ignore = ["IDM1234"]` in `idmxml.toml`.\n'
    )
    assert (made.facts.code, made.facts.summary, made.facts.page) == ("IDM1234", "Something is wrong.", page_text(made))
