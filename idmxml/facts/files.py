"""Where the data files of the language lie: beside the package in a checkout, inside it in an installation."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
XSD_NAME = "usercube-configuration.xsd"
TABLES = PACKAGE / "facts" / "tables.json"


def schemas_folder() -> Path:
    """The folder ``schemas`` with the XSD, the package catalogue and the JSON Schemas."""
    inside = PACKAGE / "schemas"
    return inside if inside.is_dir() else PACKAGE.parent / "schemas"


def xsd_file() -> Path:
    """The XSD of the configuration language."""
    return schemas_folder() / XSD_NAME
