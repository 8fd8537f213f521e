"""The page of a comparison: one file, no network, hostile names as text, and never too large."""

from dataclasses import replace

import pytest
from configurations import compared, held
from lxml import html

from idmxml.approvals import Approval
from idmxml.diff.change import Change, ChangeClass
from idmxml.diff.comparison import Comparison, compare_versions, with_approvals
from idmxml.reports.diff_html import MOST_BYTES, render

HOSTILE = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;' onx=1 \u202eevil"
OLD = """
<Connector Identifier="HR" MaximumDeletedLines="50"/>
<Connection Identifier="HRExport" Connector="HR" Package="Usercube.CSV@0000001"/>
<EntityType Identifier="HR_Person">
  <Property Identifier="Login" TargetColumnIndex="4"/><Property Identifier="Phone"/>
</EntityType>
<EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
  <Property Identifier="Phone" ConnectionColumn="phone"/>
</EntityTypeMapping>
<Profile Identifier="A" DisplayName_L1="A"/>"""
NEW = (
    OLD.replace('<Property Identifier="Phone"/>', "")
    .replace('"50"', '"0"')
    .replace('DisplayName_L1="A"', f'DisplayName_L1="{HOSTILE}"')
)


def page(comparison: Comparison) -> html.HtmlElement:
    return html.document_fromstring(render(comparison))


def texts(root: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in root.xpath(path)]


def test_sections_of_a_comparison() -> None:
    root = page(compared(OLD, NEW))
    assert texts(root, "//p[@id='verdict']") == ["3 changes: 1 data-loss, 1 sync-break and 1 cosmetic."]
    assert texts(root, "//ul[@id='counts']/li")[:2] == ["1 Data loss", "1 Synchronization breaks"]
    assert [each.split(" (")[0] for each in texts(root, "//details[@class='group']/summary")] == [
        "Data loss IDC1002 property-removed",
        "Synchronization breaks IDC2016 threshold-lifted",
        "Cosmetic IDC5001 text-changed",
    ]
    assert texts(root, "//section[@id='after']//li") == [
        "Compute the expressions of properties: HR",
        "Compute the role model: HR",
    ]
    assert texts(root, "//section[@id='connectors']//tbody/tr/th") == ["HR", "(no connector)"]
    assert texts(root, "//section[@id='connections']//tbody/tr/*") == [
        *("HRExport", "HR", "Usercube.CSV@0000001", "same", "", "not recorded")
    ]
    assert texts(root, "//section[@id='picture']//*[local-name()='g']/*[local-name()='title']") == [
        "Connector HR: changed, sync-break",
        "EntityType HR_Person: changed, data-loss",
        "Profile A: changed, cosmetic",
    ]


def test_before_and_after_stand_side_by_side_with_their_lines() -> None:
    root = page(compared(OLD, NEW))
    (group,) = root.xpath("//details[contains(summary, 'threshold-lifted')]")
    assert texts(group, ".//div[@class='side old']") == [
        'before · Conf.xml:4:28"50"<Connector Identifier="HR" MaximumDeletedLines="50"/>'
    ]
    assert texts(group, ".//div[@class='side new']/b") == ['"0"']
    assert texts(group, ".//details[@class='impact']//li") == ["Connection[HRExport]", "EntityTypeMapping[HR_Person]"]


def test_hostile_names_are_text() -> None:
    text = render(compared(OLD, NEW))
    assert "<script>alert" not in text
    assert "\u202e" not in text
    root = html.document_fromstring(text)
    assert len(root.findall(".//script")) == 1
    assert any("<script>alert(1)</script>" in each for each in texts(root, "//div[@class='side new']/b"))


def test_page_asks_nothing_of_a_network() -> None:
    root = page(compared(OLD, NEW))
    assert root.xpath("//@src | //link/@href") == ["data:,"]
    assert [each for each in root.xpath("//a/@href") if not each.startswith("#")] == []
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")


def test_no_change_and_notes() -> None:
    root = page(replace(compared(OLD, OLD), notes=("A note.",)))
    assert texts(root, "//p[@id='verdict']") == ["No changes."]
    assert texts(root, "//ul[@id='notes']/li") == ["A note."]
    assert root.xpath("//form") == []


def test_approvals_are_told_apart() -> None:
    given = Approval("profile-removed", "Profile[B]", "agreed <b>", "Ann")
    old, new = '<Profile Identifier="A"/><Profile Identifier="B"/>', '<Profile Identifier="A"/>'
    found = with_approvals(compare_versions(held({"C.xml": old}), held({"C.xml": new})), [given])
    root = page(found)
    assert texts(root, "//section[@id='approvals']//tbody/tr/td") == ["IDC3046", "Profile[B]", "agreed <b>", "Ann", ""]


@pytest.mark.parametrize("number", [10_000, 40_000])
def test_many_changes_stay_within_the_limit(number: int) -> None:
    found = compared(OLD, NEW)
    model = found.changes[0]
    changes = tuple(_numbered(model, each) for each in range(number))
    text = render(replace(found, changes=changes))
    assert len(text.encode()) <= 5_000_000
    root = html.document_fromstring(text)
    shown = len(root.findall(".//details[@class='group']/ol/li"))
    assert shown == number if number == 10_000 else shown < number
    assert bool(texts(root, "//p[@id='left-out']")) is True
    assert len(text.encode()) > MOST_BYTES // 2


def _numbered(model: Change, number: int) -> Change:
    impact = tuple(f"EntityTypeMapping[HR_{number}]/Property[P{each}]" for each in range(20))
    return replace(model, object=f"EntityType[HR_{number}]/Property[Phone]", impact=impact, klass=ChangeClass.DATA_LOSS)
