"""Paths on the command line."""

from pathlib import Path
from typing import Final

import click

PLACE: Final = click.Path(readable=False, path_type=Path)
"""A file or folder. Whether it is there, and can be read, is seen when it is read: the latter is no fault of the call."""
