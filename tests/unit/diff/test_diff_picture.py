"""The drawing of a comparison: which objects and links it has, and what is said of them."""

from dataclasses import replace

from configurations import compared

from idmxml.diff.comparison import Comparison
from idmxml.reports.diff_links import model_of
from idmxml.reports.diff_picture import MOST_BOXES, MOST_LINES, picture

MODEL = """
<Connector Identifier="HR"/><Connection Identifier="HRExport" Connector="HR" Package="Usercube.CSV@0000001"/>
<EntityType Identifier="HR_Person" DisplayName_L1="Person">
  <Property Identifier="Login" TargetColumnIndex="4"/><Property Identifier="Manager" TargetColumnIndex="5"/>
</EntityType>
<EntityType Identifier="HR_Site" DisplayName_L1="Site"><Property Identifier="Code" TargetColumnIndex="4"/></EntityType>
<EntityAssociation Identifier="HR_Person_Manager" Property1="HR_Person:Manager" Property2="HR_Person:Login"/>
<EntityTypeMapping Identifier="HR_Person" Connector="HR" ConnectionTable="HRExport">
  <Property Identifier="Login" ConnectionColumn="login"/>
</EntityTypeMapping>
<ResourceType Identifier="RT" SourceEntityType="HR_Site" TargetEntityType="HR_Person"/>"""
SITE = '<EntityAssociation Identifier="HR_Site_Person" Property1="HR_Site:Code" Property2="HR_Person:Login"/>'


def links(old: str, new: str) -> list[tuple[str, str]]:
    """What the drawing says of each link that is not the same."""
    drawn = picture(compared(old, new))
    assert drawn is not None
    return [(each.title, each.klass) for each in drawn.lines if each.what != "same"]


def test_links_that_come_and_go() -> None:
    title = "association HR_Site_Person: EntityType HR_Site → EntityType HR_Person: "
    assert links(MODEL, MODEL + SITE) == [(f"{title}added, behaviour", "behaviour")]
    assert links(MODEL + SITE, MODEL) == [(f"{title}removed, data-loss", "data-loss")]


def test_a_link_that_changed() -> None:
    assert links(MODEL, MODEL.replace('ConnectionColumn="login"', 'ConnectionColumn="mail"')) == [
        ("loads: ConnectionTable HRExport → EntityType HR_Person: changed, sync-break", "sync-break")
    ]


def test_a_link_that_leads_elsewhere() -> None:
    assert links(MODEL, MODEL.replace('SourceEntityType="HR_Site"', 'SourceEntityType="HR_Person"')) == [
        ("source: EntityType HR_Site → ResourceType RT: removed, data-loss", "data-loss"),
        ("source: EntityType HR_Person → ResourceType RT: added, data-loss", "data-loss"),
    ]


def test_links_follow_what_is_renamed() -> None:
    assert links(MODEL, MODEL.replace("HR_Person", "Staff").replace("Staff_Manager", "HR_Person_Manager")) == []


def test_another_case_of_a_connection_is_the_same_link() -> None:
    other = MODEL.replace('Connection Identifier="HRExport"', 'Connection Identifier="hrexport"')
    assert [each.what for each in model_of(compared(MODEL, other)).links if each.kind == "has"] == ["same"]


def test_what_is_unchanged_is_drawn_where_a_changed_link_ends() -> None:
    drawn = picture(compared(MODEL, MODEL + SITE))
    assert drawn is not None
    assert [(each.kind, each.name, each.what, each.klass, each.number) for each in drawn.boxes] == [
        ("EntityType", "HR_Person", "same", "same", 0),
        ("EntityType", "HR_Site", "same", "same", 0),
    ]
    assert [each.what for each in drawn.lines] == ["same", "added"]
    assert drawn.marks == ("added", "same")


def test_a_picture_of_very_many_changes_has_a_limit() -> None:
    every = range(MOST_BOXES + 30)
    types = "".join(f'<EntityType Identifier="T{each}"><Property Identifier="P"/></EntityType>' for each in every)
    ties = "".join(
        f'<EntityAssociation Identifier="A{each}" Property1="T0:P" Property2="T{each % 90}:P"/>' for each in range(500)
    )
    drawn = picture(compared("", types + ties))
    assert drawn is not None
    assert (len(drawn.boxes), len(drawn.lines), drawn.left_out) == (MOST_BOXES, MOST_LINES, 30)


def test_nothing_is_drawn_without_a_change() -> None:
    found = compared(MODEL, MODEL)
    assert picture(found) is None
    assert model_of(replace(found, items=((), ()))).links == ()


def test_secrets_are_no_names() -> None:
    connection = '<Connection Identifier="HRExport" Connector="HR" Package="Usercube.ActiveDirectory@0000001"/>'
    settings = {"appsettings.agent.json": '{"Connections": {"HRExport": {"Password": "hunter2-person"}}}'}
    model = f'{connection}<EntityType Identifier="hunter2-person"/>'

    def found(types: str) -> Comparison:
        return compared({"C.xml": model, **settings}, {"C.xml": model + types, **settings})

    association = '<EntityAssociation Identifier="A" Property1="hunter2-person:P" Property2="hunter2-person:Q"/>'
    drawn = picture(found(association))
    assert drawn is not None
    assert "hunter2" not in repr(drawn)
