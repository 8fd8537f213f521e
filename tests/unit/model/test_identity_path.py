"""Identity paths of entries."""

import pytest

from idmxml.facts.load import language
from idmxml.model.identity_path import identity_path
from idmxml.source.document import read_document
from idmxml.testing.rule_cases import as_document

XML = """
<EntityType Identifier="HR_Person"><Property Identifier="Login"/><Nothing Identifier="x"/><Nothing/></EntityType>
<Connection/>
<AutomationRule Type="Policy" Policy="Default" EntityType="HR_Person"/>
<Language Code="fr-FR" IndicatorNumber="2"/>
"""


@pytest.mark.parametrize(
    ("ordinal", "attribute", "path"),
    [
        (0, None, "ConfigurationFile"),
        (0, "Version", "ConfigurationFile/@Version"),
        (1, None, "EntityType[HR_Person]"),
        (2, "Type", "EntityType[HR_Person]/Property[Login]/@Type"),
        (3, None, "EntityType[HR_Person]/Nothing[x]"),
        (4, None, "EntityType[HR_Person]/Nothing"),
        (5, "Package", "Connection/@Package"),
        (7, None, "Language[fr-FR]"),
    ],
)
def test_paths(ordinal: int, attribute: str | None, path: str) -> None:
    document = read_document("a.xml", as_document(XML), language())
    assert identity_path(document.entries[ordinal], language(), attribute) == path


def test_what_has_no_identity_of_its_own_is_told_by_what_it_refers_to() -> None:
    document = read_document("a.xml", as_document(XML), language())
    found = identity_path(document.entries[6], language())
    assert found.startswith("AutomationRule[")
    assert "Default" in found
    assert "HR_Person" in found
