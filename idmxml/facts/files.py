"""Where the data files of the language lie: beside the package in a checkout, inside it in an installation."""

import json
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent
XSD_NAME = "usercube-configuration.xsd"
TABLES = PACKAGE / "facts" / "tables.json"


def schemas_folder() -> Path:
    """The folder ``schemas`` with the XSD, the package catalogue and the JSON Schemas."""
    inside = PACKAGE / "schemas"
    return inside if inside.is_dir() else PACKAGE.parent / "schemas"


def read_stored(*path: str) -> Any:
    """The content of a JSON file below the folder ``schemas``, by its path there."""
    return json.loads(schemas_folder().joinpath(*path).read_text(encoding="utf-8"))


def xsd_file() -> Path:
    """The XSD of the configuration language."""
    return schemas_folder() / XSD_NAME
