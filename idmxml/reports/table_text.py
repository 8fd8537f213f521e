"""Rows to a table of aligned columns, for people."""

from collections.abc import Sequence

from idmxml.reports.visible_text import visible


def table(header: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "") -> str:
    """The rows below their header, two blanks between columns, no blanks at the end of a line."""
    lines = [list(header), *([visible(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "".join(
        indent + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in lines
    )
