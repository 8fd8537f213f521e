"""The formats a report can take, by name."""

from collections.abc import Callable
from importlib import import_module

from idmxml.diagnostics import Report
from idmxml.errors import UsageError
from idmxml.phrases import did_you_mean

# Which module renders a format; it is imported when the format is asked for, so that a short run pays for one alone.
MODULES = {
    "text": "as_text",
    "concise": "as_concise",
    "json": "as_json",
    "jsonl": "as_jsonl",
    "sarif": "as_sarif",
    "github": "as_github",
    "gitlab": "as_gitlab",
    "junit": "as_junit",
    "checkstyle": "as_checkstyle",
    "azure": "as_azure",
    "markdown": "as_markdown",
    "html": "as_html",
}
FORMATS = tuple(MODULES)
SHOWN_IN_CHECKOUTS = frozenset({"sarif", "github", "gitlab", "azure"})
"""The formats whose readers show findings in the files of a checkout, and want paths from its top."""


def render(report: Report, format: str, *, color: bool = False, width: int | None = None) -> str:  # noqa: A002 - the option's name
    """The report in the format of this name, with a line end at the end of its last line.

    ``color`` and ``width`` (in columns) matter to ``text`` alone. UsageError when there is no such format.
    """
    renderer = renderer_of(format)
    if format in SHOWN_IN_CHECKOUTS:
        from idmxml.reports.checkout_paths import from_checkout

        report = from_checkout(report)
    return renderer(report, color=color, width=width) if format == "text" else renderer(report)


def renderer_of(name: str) -> Callable[..., str]:
    """The function that renders the format called ``name``; UsageError, with the nearest name, when there is none."""
    if name not in MODULES:
        from idmxml.model.names import closest

        hint = did_you_mean(closest(name, FORMATS)) or f"there are {', '.join(FORMATS)}"
        raise UsageError(f"unknown format '{name}'; {hint}")
    renderer: Callable[..., str] = import_module(f"idmxml.reports.{MODULES[name]}").render
    return renderer
