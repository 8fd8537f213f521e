"""A refresh records the same of a table, whichever tables it is asked for."""

import json
from typing import Any

import pytest
from command_run import MakeRepository, Run
from http_service import service
from scim_service import TOKEN, Scim

pytestmark = pytest.mark.live
CONFIGURATION = """
<Connector Identifier="C" DisplayName_L1="C"/>
<Connection Identifier="HR" DisplayName_L1="HR" Connector="C" Package="Usercube.SCIM@0000002"/>
<EntityType Identifier="C_Group"><Property Identifier="Name" TargetColumnIndex="4" IsKey="true"/>
  <Property Identifier="Members" Type="ForeignKey"/></EntityType>
<EntityTypeMapping Identifier="C_Group" Connector="C" ConnectionTable="HR_Groups">
  <Property Identifier="Name" ConnectionColumn="displayName" IsPrimaryKey="true"/></EntityTypeMapping>
<EntityAssociationMapping Identifier="C_Members" Connector="C" ConnectionTable="{}" Column1="MemberId" Column2="value"
  EntityPropertyMapping1="C_Group:Name" EntityPropertyMapping2="C_Group:Name"/>
"""


@pytest.mark.parametrize(
    ("table", "words", "expected"),
    [
        ("HR_members_Groups", (), ["HR_Groups", "HR_members_Groups"]),
        ("hr_MEMBERS_groups", (), ["HR_Groups", "HR_members_Groups"]),
        ("HR_members_Groups", ("--all-tables",), ["HR_Groups", "HR_Users", "HR_entitlements_Users", "HR_members_Groups"]),
        ("HR_members_Teams", (), ["HR_Groups", "HR_Users", "HR_entitlements_Users", "HR_members_Groups"]),
    ],
    ids=["mapped", "other case", "all", "one is missing"],
)
def test_columns_that_mappings_name_are_recorded(
    repository: MakeRepository, run: Run, table: str, words: tuple[str, ...], expected: list[str]
) -> None:
    with service(Scim()) as address:
        values = {"Server": f"{address}/scim/v2", "OAuthToken": TOKEN}
        settings = json.dumps({"Connections": {"HR": values}})
        root = repository({"Conf/x.xml": CONFIGURATION.format(table), "appsettings.agent.json": settings})
        result = run("connection", "refresh", "HR", root, *words)
    assert result.code == 0, result.err
    shown: Any = json.loads(run("schema", "show", "HR", root, "--format", "json").out)
    columns = {each["identifier"]: [one["identifier"] for one in each["columns"]] for each in shown["tables"]}
    assert sorted(columns) == expected
    assert columns.get("HR_members_Groups") == (["MemberId", "value"] if table.endswith(("Groups", "groups")) else [])
