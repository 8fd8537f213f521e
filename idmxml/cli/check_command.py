"""``idmxml check``: validate repositories."""

import sys
import time
from datetime import date
from pathlib import Path

import click

from idmxml.cli.output import REPORT_FORMAT, check_format, parse_outputs, print_report, write_reports
from idmxml.cli.places import PLACE
from idmxml.diagnostics import Report, Severity
from idmxml.errors import UsageError
from idmxml.options import NEVER, CheckOptions
from idmxml.phrases import counted

LEVELS = ("error", "warning", "info", NEVER)


@click.command("check", help="Validate the repositories at PATH (files or folders; the current folder by default).")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=PLACE)
@click.option("--settings", metavar="DIR", type=PLACE, help="Where the appsettings*.json lie.")
@click.option("--environment", metavar="NAME", help="Use the appsettings.*.NAME.json overlay.")
@click.option("--config", metavar="FILE", type=PLACE, help="Use this file in place of idmxml.toml.")
@click.option("--select", metavar="CODE", multiple=True, help="Run only these rules (code, name, or beginning of codes).")
@click.option("--ignore", metavar="CODE", multiple=True, help="Do not run these rules.")
@click.option("--fail-on", type=click.Choice(LEVELS), help="Exit with 1 from this severity on (default: error).")
@click.option("--format", "format_name", metavar="FORMAT", default="text", help=REPORT_FORMAT)
@click.option("--output", "outputs", metavar="FORMAT=FILE", multiple=True, help="Write a further output; repeatable.")
@click.option("--xsd", metavar="FILE", type=PLACE, help="Your own XSD for the structure step.")
@click.option("--no-cache", is_flag=True, help="Do not use or write .idmxml/cache.")
@click.option("--jobs", metavar="N", type=click.IntRange(min=0), default=0, help="Number of processes (default: one a core).")
@click.option("--max-age", metavar="DAYS", type=click.IntRange(min=0), help="Warn of recorded schemas older than so many days.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing when there is nothing to report.")
@click.option("-v", "--verbose", count=True, help="Say on standard error what is done, and how long it took.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour on standard output.")
@click.pass_context
def command(context: click.Context, /, paths: tuple[Path, ...], **words: object) -> None:
    """Check, write the report, exit by the contract."""
    check_format(str(words["format_name"]))
    outputs = parse_outputs(words["outputs"])  # type: ignore[arg-type]
    options = _options(words)
    started = time.perf_counter()
    report, threshold = _run(paths, options, words)
    if words["verbose"]:
        click.echo(f"checked {counted(report.summary.files, 'file')} in {time.perf_counter() - started:.2f} s", err=True)
    write_reports(report, outputs)
    if report.diagnostics or not words["quiet"] or words["format_name"] != "text":
        print_report(report, str(words["format_name"]), str(words["color"]))
    context.exit(1 if report.reaches(threshold) else 0)


def _options(words: dict[str, object]) -> CheckOptions:
    xsd = words["xsd"]
    if isinstance(xsd, Path) and not xsd.is_file():
        raise UsageError(f"there is no XSD '{xsd}'")
    settings = words["settings"]
    if isinstance(settings, Path) and not settings.is_dir():
        raise UsageError(f"there is no folder of settings '{settings}'")
    return CheckOptions(
        select=_split(words["select"]),
        ignore=_split(words["ignore"]),
        config=words["config"],  # type: ignore[arg-type]
        settings=settings,  # type: ignore[arg-type]
        environment=words["environment"],  # type: ignore[arg-type]
        xsd=xsd,  # type: ignore[arg-type]
        jobs=words["jobs"],  # type: ignore[arg-type]
        max_age=words["max_age"],  # type: ignore[arg-type]
        today=date.today(),  # noqa: DTZ011  days of people
    )


def _split(words: object) -> tuple[str, ...]:
    """Codes may be given one by one, or with commas between them."""
    return tuple(each for word in words for each in word.split(",") if each.strip())  # type: ignore[attr-defined]


def _run(paths: tuple[Path, ...], options: CheckOptions, words: dict[str, object]) -> tuple[Report, Severity | None]:
    from idmxml.cli.progress import progress
    from idmxml.pipeline import configured_fail_on, run_check

    with progress(sys.stderr.isatty() and not words["quiet"]) as tick:
        report = run_check(paths, options, tick)
    level = words["fail_on"] or configured_fail_on(paths, options) or "error"
    return report, None if level == NEVER else Severity.from_label(str(level))
