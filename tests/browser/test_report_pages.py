"""The pages of reports as a person works them, in Chromium: filter, keys, names shown as text, no request, no fault."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from required_programs import program

from idmxml.diagnostics import Diagnostic, Report, Severity, Span, Summary, tidy
from idmxml.diff.change import Change, Location
from idmxml.diff.comparison import Comparison, compare_versions
from idmxml.diff.rules import ChangeRule, change_rules
from idmxml.diff.sources import version
from idmxml.reports import as_html, diff_html
from idmxml.testing.rule_cases import as_document

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ROLE = 'NIM \u202etxt.exe <script>window.bad = 1</script> "quotes\' onmouseover=window.bad=1 x=" <img src=http://example.com/x>'
OLD = """
<Connector Identifier="HR" MaximumDeletedLines="50"/><Connector Identifier="HR2" MaximumDeletedLines="50"/>
<EntityType Identifier="HR_Person" DisplayName_L1="Person">
  <Property Identifier="Login" TargetColumnIndex="4"/><Property Identifier="Phone" TargetColumnIndex="5"/>
</EntityType>
<EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
  <Property Identifier="Phone" ConnectionColumn="phone"/>
</EntityTypeMapping>
<Profile Identifier="A" DisplayName_L1="A"/>"""


SEEN = "all => all.filter(each => each.checkVisibility()).map(each => each.textContent)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium of the machine; without one the test is skipped, or fails where it has to be there."""
    found = program(NAMES[0], others=NAMES[1:])
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found)
        yield started
        started.close()


@dataclass
class Visit:
    """A page that is open, and what it did that nobody wants: requests, messages on the console, faults of scripts."""

    page: Page
    unwanted: list[str] = field(default_factory=list)

    def shown(self, query: str) -> list[str]:
        """The texts of the elements that can be seen, or scrolled to."""
        seen: list[str] = self.page.locator(query).evaluate_all(SEEN)
        return [" ".join(each.split()) for each in seen]

    def ask(self, address: str, own: str) -> None:
        """Note a request for anything but the page itself and what it holds."""
        if address not in {own, "data:,"}:
            self.unwanted.append(f"request: {address}")

    @property
    def count(self) -> str:
        return self.page.locator("#shown-count").inner_text()


Open = Callable[[str], Visit]


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    visits: list[Visit] = []

    def open_page(text: str) -> Visit:
        file = tmp_path / f"{len(visits)}.html"
        file.write_text(text, encoding="utf-8")
        made = Visit(browser.new_page())
        visits.append(made)
        made.page.on("console", lambda each: made.unwanted.append(f"console: {each.text}"))
        made.page.on("pageerror", lambda each: made.unwanted.append(f"fault: {each}"))
        made.page.on("request", lambda each: made.ask(each.url, file.as_uri()))
        made.page.goto(file.as_uri())
        return made

    yield open_page
    for each in visits:
        assert each.page.evaluate("window.bad") is None
        each.page.close()
        assert each.unwanted == []


def _comparison(tmp_path: Path, changes: Mapping[str, str]) -> Comparison:
    new = OLD
    for before, after in changes.items():
        new = new.replace(before, after)
    for name, text in (("old", OLD), ("new", new)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Conf.xml").write_text(as_document(text), encoding="utf-8")
    return compare_versions(version("old", tmp_path), version("new", tmp_path))


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    escaped = ROLE.replace("<", "&lt;").replace('"', "&quot;")
    changes = {'<Property Identifier="Phone" TargetColumnIndex="5"/>': "", '"50"': '"0"', 'L1="A"': f'L1="{escaped}"'}
    return _comparison(tmp_path, changes)


def test_filter_of_a_comparison(visit: Open, comparison: Comparison) -> None:
    seen = visit(diff_html.render(comparison))
    what = "details.group li .what"
    every = ["EntityType[HR_Person]/Property[Phone]", "Connector[HR2]", "Connector[HR]", "Profile[A]"]
    assert sorted(seen.shown(what)) == sorted(every)
    assert seen.count == "4 of 4 changes"
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("threshold  CONNECTOR[HR]")
    assert (seen.shown(what), seen.count) == (["Connector[HR]"], "1 of 4 changes")
    assert len(seen.shown("details.group")) == 1
    seen.page.keyboard.type(" nothing")
    assert (seen.shown(what), seen.shown("#nothing-left")) == ([], ["No change matches the filter."])
    seen.page.keyboard.press("Escape")
    assert (sorted(seen.shown(what)), seen.count) == (sorted(every), "4 of 4 changes")
    seen.page.get_by_label("sync-break").uncheck()
    assert (seen.shown(what), seen.count) == ([every[0], every[3]], "2 of 4 changes")


def test_buttons_show_the_changes_of_one_connector_alone(visit: Open, comparison: Comparison) -> None:
    seen = visit(diff_html.render(comparison))
    found = {}
    for row in seen.page.locator("#connectors tbody tr").all():
        row.get_by_role("button").click()
        found[row.get_by_role("rowheader").inner_text()] = (seen.count, sorted(seen.shown("details.group li .what")))
    assert found == {
        "HR": ("2 of 4 changes", ["Connector[HR]", "EntityType[HR_Person]/Property[Phone]"]),
        "HR2": ("1 of 4 changes", ["Connector[HR2]"]),
        "(no connector)": ("1 of 4 changes", ["Profile[A]"]),
    }
    assert seen.page.locator("#filter-text").evaluate("each => each === document.activeElement")


def test_a_comparison_shows_names_as_text_and_what_depends_on_a_change(visit: Open, comparison: Comparison) -> None:
    seen = visit(diff_html.render(comparison))
    (side,) = [each for each in seen.shown("details.group .side.new b") if "NIM" in each]
    assert side == '"' + ROLE.replace("\u202e", "\\u202e") + '"'
    assert seen.shown(".impact li") == []
    seen.page.get_by_text("depends on it: 1", exact=True).first.click()
    assert seen.shown(".impact li") == ["EntityTypeMapping[HR_Person]/Property[Phone]"]
    seen.page.hover("text=onmouseover")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_from_their_ground(visit: Open, comparison: Comparison, scheme: str) -> None:
    seen = visit(diff_html.render(comparison))
    seen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    ground = _light(seen, "body", "backgroundColor")
    for query in ("body", "#verdict", ".badge", ".sign", "#counts [data-class=rights] strong", ".quiet", ".hint"):
        light, dark = sorted((ground, _light(seen, query, "color")), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, query


def _light(seen: Visit, query: str, name: str) -> float:
    """The relative luminance of a colour of an element, as the accessibility guidelines define it."""
    text = seen.page.locator(query).first.evaluate(f"each => getComputedStyle(each).{name}")
    parts = [int(each) / 255 for each in text.partition("(")[2].rstrip(")").split(",")[:3]]
    red, green, blue = (each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_comparison_in_print_is_whole(visit: Open, comparison: Comparison) -> None:
    seen = visit(diff_html.render(comparison))
    seen.page.emulate_media(media="print")
    assert seen.shown("#filter") == []
    assert len(seen.shown("details.group li .what")) == 4
    assert seen.page.pdf().startswith(b"%PDF")


def test_a_narrow_screen_is_not_scrolled_sideways(visit: Open, comparison: Comparison) -> None:
    seen = visit(diff_html.render(comparison))
    seen.page.set_viewport_size({"width": 360, "height": 640})
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 360


def test_without_scripts_everything_is_there(browser: Browser, comparison: Comparison, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(diff_html.render(comparison), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert [each.is_visible() for each in page.locator("details.group li .what").all()] == [True] * 4
    assert not page.locator("#filter").is_visible()
    context.close()


def _found(number: int, severity: Severity, message: str) -> Diagnostic:
    path = f"Conf/{number % 2}.xml"
    return Diagnostic(f"IDM900{number}", "rule", severity, message, Span(path, number, 1, number, 3), "do <b>this</b>", "A[B]")


def test_filter_of_findings(visit: Open) -> None:
    found = (_found(1, Severity.ERROR, "wrong"), _found(2, Severity.WARNING, ROLE), _found(3, Severity.INFO, "wrong, too"))
    seen = visit(as_html.render(Report("check", "/r", Summary(2, 9), found, (), {}, "1")))
    what = "details.file li > p:first-child > span"
    assert seen.count == "3 of 3 findings"
    assert seen.shown(what) == ["wrong", ROLE.replace("\u202e", "\\u202e"), "wrong, too"]
    seen.page.locator("#filter-text").fill("wrong conf/1.xml")
    assert (seen.shown(what), seen.count) == (["wrong", "wrong, too"], "2 of 3 findings")
    seen.page.get_by_label("error").uncheck()
    assert (seen.shown(what), seen.count) == (["wrong, too"], "1 of 3 findings")
    seen.page.locator("tr[data-code=IDM9002] button").click()
    assert (seen.shown(what), seen.count) == ([ROLE.replace("\u202e", "\\u202e")], "1 of 3 findings")
    seen.page.keyboard.press("Escape")
    assert seen.count == "3 of 3 findings"


def test_ten_thousand_changes_are_filtered(visit: Open, comparison: Comparison) -> None:
    """How fast is measured by the benchmark below; here all of them are found."""
    seen = visit(_large_comparison(comparison))
    assert seen.count == "10,000 of 10,000 changes"
    seen.page.locator("#filter-text").fill("HR_77] no-such-word")
    assert seen.count == "0 of 10,000 changes"
    seen.page.locator("#filter-text").fill("HR_77]")
    assert seen.count == "1 of 10,000 changes"


def _large_comparison(comparison: Comparison) -> str:
    """A page of 10,000 changes of many rules, each with its places and many dependants."""
    rules = [rule for rule in change_rules().values() if rule.attributes]
    changes = [_numbered(comparison.changes[0], number, rules[number % len(rules)]) for number in range(10_000)]
    return diff_html.render(replace(comparison, changes=tuple(sorted(changes, key=lambda each: each.sort_key))))


def _numbered(model: Change, number: int, rule: ChangeRule) -> Change:
    path = f"Conf/System {number % 50}/System {number % 50} Connector.xml"
    place = Location(path, number, 3, number, 40, f'  <Property Identifier="P{number}" DisplayName_L1="Property {number}"/>')
    impact = tuple(f"EntityTypeMapping[HR_{number}]/Property[P{each}]" for each in range(9))
    told = replace(model, kind="changed", object=f"EntityType[HR_{number}]", attribute="DisplayName_L1", old="a", new="b")
    return replace(
        told,
        klass=rule.klass,
        code=rule.code,
        name=rule.name,
        old_location=place,
        new_location=place,
        impact=impact,
        connector=f"System{number % 50}",
    )


def _large_report() -> str:
    """A page of 10,000 findings in 300 files."""
    model = _found(1, Severity.WARNING, "")
    found = (
        replace(
            model, message=f"wrong {each}", object=f"A[{each}]", span=replace(model.span, path=f"{each % 300}.xml", line=each)
        )
        for each in range(1, 10_001)
    )
    return as_html.render(Report("check", "/r", Summary(300, 9), tidy(found), (), {}, "1"))


@pytest.mark.benchmark
@pytest.mark.parametrize("what", ["changes", "findings"])
def test_ten_thousand_open_and_filter_within_a_second(
    visit: Open, comparison: Comparison, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = _large_comparison(comparison) if what == "changes" else _large_report()
    seen = visit(text)
    opened = seen.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1_000
    seen.page.wait_for_timeout(1_000)
    filtered = max(seen.page.evaluate(FILTER, word) / 1_000 for word in ("e", "hr_77", "wrong 7", "no-such-word", ""))
    with capsys.disabled():
        size = len(text.encode()) / 1_000_000
        print(f"\n    10,000 {what}: {size:.1f} MB, opened in {opened:.2f} s, filtered in {filtered:.2f} s")  # noqa: T201  as above
    assert size <= 5
    assert max(opened, filtered) <= 1


# Milliseconds from a word in the filter to the picture of its outcome.
FILTER = """word => new Promise(done => {
  const started = performance.now(), field = document.getElementById("filter-text");
  field.value = word;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
})"""
