"""What reads the tables of a connection depends on it, declared or not."""

from configurations import compared

CONNECTION = '<Connection Identifier="{}" Connector="HR" Package="Usercube.Excel@0000001"/>'
MAPPING = '<EntityTypeMapping Identifier="{}" Connector="HR" ConnectionTable="{}"/>'
MODEL = "".join(
    (
        CONNECTION.format("HR"),
        CONNECTION.format("HR_More"),
        MAPPING.format("A", "HR"),
        MAPPING.format("B", "HR_0"),
        MAPPING.format("C", "HR_More_0"),
        MAPPING.format("D", "Sheet"),
        MAPPING.format("E", "HRX"),
        '<ConnectionTable Identifier="Sheet" Connection="hr"/>',
    )
)
READERS = ("ConnectionTable[hr,Sheet]", "EntityTypeMapping[A]", "EntityTypeMapping[B]", "EntityTypeMapping[D]")


def test_a_connection_that_is_removed() -> None:
    (change,) = compared(MODEL, MODEL.replace(CONNECTION.format("HR"), "")).changes
    assert (change.name, change.impact) == ("connection-removed", READERS)
    (change,) = compared(MODEL, MODEL.replace(CONNECTION.format("HR_More"), "")).changes
    assert change.impact == ("EntityTypeMapping[C]",)


def test_a_connection_that_is_renamed_while_mappings_are_not() -> None:
    old = MODEL.replace('"HR" Connector', '"HR" DisplayName_L1="HR" Connector')
    (change,) = compared(old, old.replace('Identifier="HR" DisplayName', 'Identifier="New" DisplayName')).changes
    assert (change.name, change.impact) == ("connection-renamed", READERS)


def test_settings_of_a_connection() -> None:
    old, new = ({"appsettings.agent.json": f'{{"Connections": {{"HR": {{"Path": "{each}"}}}}}}'} for each in "ab")
    (change,) = compared({"C.xml": MODEL, **old}, {"C.xml": MODEL, **new}).changes
    assert (change.name, change.impact) == ("connection-setting-changed", READERS)
