"""The XSD is valid for both libraries, and what they say of samples is the same."""

import json
from pathlib import Path

import pytest
import xmlschema
from jsonschema import Draft202012Validator
from lxml import etree

from idmxml.facts.files import schemas_folder, xsd_file

SAMPLES = sorted(Path(__file__).parents[2].glob("samples/contoso/Conf/**/*.xml"))
JSON_SCHEMAS = sorted(schemas_folder().rglob("*.schema.json"))


@pytest.fixture(scope="module")
def thorough() -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(xsd_file())


def test_both_libraries_accept_the_xsd(thorough: xmlschema.XMLSchema10) -> None:
    assert thorough.target_namespace == "urn:schemas-usercube-com:configuration"
    assert etree.XMLSchema(etree.parse(xsd_file())) is not None


def test_both_libraries_accept_the_samples(thorough: xmlschema.XMLSchema10) -> None:
    quick = etree.XMLSchema(etree.parse(xsd_file()))
    assert len(SAMPLES) >= 20
    assert [each.name for each in SAMPLES if not quick.validate(etree.parse(each))] == []
    assert [each.name for each in SAMPLES if not thorough.is_valid(etree.parse(each))] == []


@pytest.mark.parametrize("file", JSON_SCHEMAS, ids=lambda each: each.name)
def test_json_schemas_are_schemas(file: Path) -> None:
    Draft202012Validator.check_schema(json.loads(file.read_text(encoding="utf-8")))
