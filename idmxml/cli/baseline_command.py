"""``idmxml baseline``: today's findings written down, so that only new ones count from now on."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from idmxml.cli.output import print_text, write_atomically
from idmxml.cli.repository_options import RepositoryWords, repository_options
from idmxml.cli.run_options import said

HELP = """Check the repository at PATH (default: the current folder), and write what is found to .idmxml/baseline.json in its
root.

From then on 'idmxml check' leaves these findings out, by rule and identity path, so that moved lines change nothing: only new
ones fail. Findings that are approved are not written down. Put the file under version control, and run the
command again when findings are mended."""


@click.command("baseline", help=HELP)
@repository_options
@click.option("--environment", metavar="NAME", help="Use the appsettings.*.NAME.json overlay.")
def command(**words: Any) -> None:
    """Check without the stored baseline, write the new one, say how many findings it has."""
    read = RepositoryWords.read(**words)
    from dataclasses import replace

    from idmxml.baselines import baseline_file, baseline_of, baseline_text
    from idmxml.phrases import counted
    from idmxml.pipeline import repository_at, run_check

    options = replace(read.options, today=date.today(), use_baseline=False)  # noqa: DTZ011  days of people
    root = repository_at(_folder(read.path), options).root
    report = run_check([root], options)
    baseline = baseline_of(report.diagnostics)
    file = baseline_file(root)
    write_atomically(file, baseline_text(baseline))
    for note in () if said("quiet") else report.notes:
        click.echo(f"note: {note}", err=True)
    print_text(f"{file}: {counted(len(baseline), 'finding')} written down.\n")


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent
