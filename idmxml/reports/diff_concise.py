"""A comparison with one line a change, for editors, searches and small screens."""

from idmxml.diff.change import Change
from idmxml.diff.comparison import Comparison
from idmxml.reports.diff_wording import place, sentence, verdict
from idmxml.reports.visible_text import visible


def render(comparison: Comparison) -> str:
    """``path:line:column: code class change`` for each change, then the verdict and the notes."""
    lines = [*map(_line, comparison.changes), verdict(comparison), *(f"note: {visible(each)}" for each in comparison.notes)]
    return "".join(f"{line}\n" for line in lines)


def _line(change: Change) -> str:
    where = place(change.location)
    return f"{where}: {change.code} {change.klass.label} {sentence(change)}"
