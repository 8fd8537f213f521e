"""Validates the XML configuration of Netwrix Identity Manager: ``check(path)`` gives a ``Report`` of ``Diagnostic`` values.

``load_model(path)`` gives what a configuration declares, as typed values with their places.
"""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from idmxml.diagnostics import Diagnostic, Edit, Related, Report, RuleFacts, Severity, Span, Summary
from idmxml.errors import EnvironmentFault, IdmxmlError, UsageError
from idmxml.version import __version__

__all__ = [
    "Diagnostic",
    "Edit",
    "EnvironmentFault",
    "IdmxmlError",
    "Related",
    "Report",
    "RuleFacts",
    "Severity",
    "Span",
    "Summary",
    "UsageError",
    "__version__",
    "check",
    "load_model",
]

if TYPE_CHECKING:
    from idmxml.model.view import ConfigurationModel


def check(
    *paths: str | PathLike[str],
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    xsd: str | PathLike[str] | None = None,
    jobs: int = 1,
) -> Report:
    """Check the configuration at the given paths (files or folders; the current folder when there are none).

    ``select`` and ``ignore`` name rules by code, name or the beginning of codes; ``xsd`` is a file to use for the structure
    step in place of ours; ``jobs`` is the number of processes, 0 for one a core. Raises UsageError for a path or rule that
    does not exist. Nothing is written, and the network is not used.
    """
    from idmxml.options import CheckOptions
    from idmxml.pipeline import run_check

    options = CheckOptions(tuple(select), tuple(ignore), xsd=Path(xsd) if xsd is not None else None, jobs=jobs)
    return run_check([Path(each) for each in paths], options)


def load_model(path: str | PathLike[str]) -> "ConfigurationModel":
    """The model of the configuration at a path, a file or a folder: entity types, mappings, connections, roles, jobs and more.

    See ``idmxml.model.view`` for what it holds. Raises UsageError when there is no such path. Nothing is written, and the
    network is not used.
    """
    from idmxml.model.view import load_model as load

    return load(path)
