"""The formats that a comparison can take, by name."""

from collections.abc import Callable
from importlib import import_module

from idmxml.diff.comparison import Comparison
from idmxml.reports import formats

# The module and function that render a comparison; other formats show it as a report of findings.
OWN = {
    "text": ("diff_text", "render"),
    "concise": ("diff_concise", "render"),
    "json": ("diff_json", "render"),
    "jsonl": ("diff_json", "render_lines"),
    "markdown": ("diff_markdown", "render"),
    "html": ("diff_html", "render"),
}


def render(comparison: Comparison, name: str, *, color: bool = False, width: int | None = None) -> str:
    """The comparison in the format of this name; ``color`` and ``width`` matter to ``text`` alone. UsageError for none."""
    if name not in OWN:
        from idmxml.reports.diff_findings import report_of

        return formats.render(report_of(comparison), name)
    module, function = OWN[name]
    renderer: Callable[..., str] = getattr(import_module(f"idmxml.reports.{module}"), function)
    return renderer(comparison, color=color, width=width) if name == "text" else renderer(comparison)
