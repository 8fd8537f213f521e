"""The menu: where its items hang, and reports that it leads to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from idmxml.checks.declared_before import declared_there
from idmxml.checks.finding import Finding
from idmxml.checks.rule import rule
from idmxml.diagnostics import Severity
from idmxml.facts.load import builtins
from idmxml.model.context import Context
from idmxml.model.projection import Projection
from idmxml.source.entry import Entry

ITEMS = Projection("MenuItem", ("Identifier", "ParentMenuItem", "../Identifier"))
REPORTS = Projection("MenuItem", ("ReportQuery",))
DEEPEST = 4


def menu_parents(context: Context) -> Mapping[str, frozenset[str]]:
    """The items each menu item hangs below: the one it stands in, and the one that ParentMenuItem names."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in context.rows(ITEMS):
        if row[0]:
            found[row[0]].update(name for name in (row[1], row[2]) if name)
    return {name: frozenset(parents) for name, parents in found.items()}


def _ancestors(name: str, context: Context) -> list[str]:
    """What an item hangs below, the nearest first, as far as there is one parent only; ends where it comes back."""
    parents = context.derived(menu_parents)
    found: list[str] = []
    current = name
    while len(above := parents.get(current, frozenset())) == 1:
        current = next(iter(above))
        found.append(current)
        if current == name or current in found[:-1]:
            break
    return found


@rule("IDM7251", "menu-cycle", Severity.WARNING, on="MenuItem", reads=("Identifier", "ParentMenuItem", "../Identifier"))
def menu_cycle(entry: Entry, context: Context) -> Iterator[Finding]:
    """A menu item hangs below itself.

    Why: a chain of parents that comes back to its beginning hangs nowhere in the menu, so none of its items is ever seen.

    Bad:
        <MenuItem Identifier="Nav_A" DisplayName_L1="A" ParentMenuItem="Nav_B"/>
        <MenuItem Identifier="Nav_B" DisplayName_L1="B" ParentMenuItem="Nav_A"/>

    Good:
        <MenuItem Identifier="Nav_A" DisplayName_L1="A" ParentMenuItem="Nav"/>
        <MenuItem Identifier="Nav_B" DisplayName_L1="B" ParentMenuItem="Nav_A"/>
    """
    name = entry.get("Identifier") or ""
    chain = _ancestors(name, context)
    if entry.get("ParentMenuItem") and chain and chain[-1] == name:
        way = " below ".join((name, *chain))
        there = declared_there("MenuItem", chain[0], "its parent", context) if len(chain) > 1 else ()
        hint = "hang one of them below another item, such as Nav"
        yield Finding(entry, f"the menu item hangs below itself: {way}", "ParentMenuItem", hint, elsewhere=there)


@rule("IDM7252", "menu-item-with-two-parents", Severity.WARNING, on="MenuItem")
def menu_item_with_two_parents(entry: Entry, _context: Context | None) -> Iterator[Finding]:
    """A menu item stands in one item and names another as its parent.

    Why: the parent of an item is the one it stands in, or the one of ParentMenuItem; it can hang in one place only.

    Bad:
        <MenuItem Identifier="Nav_A" DisplayName_L1="A" ParentMenuItem="Nav">
          <MenuItem Identifier="Nav_B" DisplayName_L1="B" ParentMenuItem="Top"/>
        </MenuItem>

    Good:
        <MenuItem Identifier="Nav_A" DisplayName_L1="A" ParentMenuItem="Nav">
          <MenuItem Identifier="Nav_B" DisplayName_L1="B"/>
        </MenuItem>
    """
    named, parent = entry.get("ParentMenuItem"), entry.parent
    around = parent.get("Identifier") if parent is not None and parent.kind == "MenuItem" else None
    if named and around and named != around:
        message = f"the menu item stands in '{around}' and names '{named}' as its parent"
        yield Finding(entry, message, "ParentMenuItem", f"remove ParentMenuItem, or move the item out of '{around}'")


@rule("IDM7253", "deep-menu", Severity.INFO, on="MenuItem", reads=("Identifier", "ParentMenuItem", "../Identifier"))
def deep_menu(entry: Entry, context: Context) -> Iterator[Finding]:
    """A menu item hangs more than four levels deep.

    Why: four levels are the most that are known to be shown.

    Bad:
        <MenuItem Identifier="A" DisplayName_L1="A" ParentMenuItem="Nav">
          <MenuItem Identifier="B" DisplayName_L1="B">
            <MenuItem Identifier="C" DisplayName_L1="C">
              <MenuItem Identifier="D" DisplayName_L1="D">
                <MenuItem Identifier="E" DisplayName_L1="E" URI="/e"/>
              </MenuItem>
            </MenuItem>
          </MenuItem>
        </MenuItem>

    Good:
        <MenuItem Identifier="A" DisplayName_L1="A" ParentMenuItem="Nav">
          <MenuItem Identifier="B" DisplayName_L1="B" URI="/b"/>
        </MenuItem>
    """
    name = entry.get("Identifier") or ""
    above = [each for each in _ancestors(name, context) if each not in builtins()["menu_items"]]
    if name not in builtins()["menu_items"] and len(above) == DEEPEST and name not in above:
        message = f"the menu item is {DEEPEST + 1} levels deep: {' > '.join((*reversed(above), name))}"
        yield Finding(entry, message, "Identifier", "hang it higher")


@rule("IDM7254", "report-without-menu-item", Severity.INFO, on="ReportQuery", reads=("Identifier",), needs=(REPORTS,))
def report_without_menu_item(entry: Entry, context: Context) -> Iterator[Finding]:
    """No menu item leads to a report.

    Why: users open a report by a menu item with its ReportQuery; every report should have one.

    Bad:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="select Login"/>

    Good:
        <EntityType Identifier="HR_Person" DisplayName_L1="Person">
          <Property Identifier="Login" DisplayName_L1="Login" TargetColumnIndex="4" IsKey="true"/>
        </EntityType>
        <ReportQuery Identifier="People" DisplayName_L1="People" ReturnedEntityType="HR_Person" Query="select Login"/>
        <MenuItem Identifier="Reports_People" DisplayName_L1="People" ParentMenuItem="Reports" ReportQuery="People"/>
    """
    name = entry.get("Identifier")
    if name and name not in context.rows(REPORTS) and context.is_whole:
        hint = f'add <MenuItem ParentMenuItem="Reports" ReportQuery="{name}" …/>'
        yield Finding(entry, f"no menu item leads to report '{name}'", "Identifier", hint)
