"""``idmxml connection refresh``: read the schemas of connections, record them, and tell what a change breaks."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options
from idmxml.cli.live_options import ALSO_A_PATH, LiveWords, live_options, with_wanted
from idmxml.cli.live_progress import live_progress, utc_now
from idmxml.cli.places import PLACE
from idmxml.errors import UsageError

if TYPE_CHECKING:
    from idmxml.live.plans import Plan
    from idmxml.live.refreshing import ConnectionRefresh, How

HELP = f"""Record the schemas of connections below .idmxml/schemas, and tell what changed and which mappings break.

{ALSO_A_PATH} A failure keeps the schema recorded before. Secrets come from environment variables such as
Connections__ID__Password, from the keyring, or from the vaults that the settings name. Exit code 1: a connection failed."""
SAMPLE_HELP = "Record the schema that a sample file holds (CSV, XLSX, LDIF, JSON, DDL, EDMX, SCIM), and mark it so."


@click.command("refresh", help=HELP)
@live_options
@click.option("--all-tables", is_flag=True, help="Record all tables, not only those that are mapped or were recorded before.")
@click.option("--from-sample", "sample", metavar="FILE", type=PLACE, help=SAMPLE_HELP)
@delivery_options
@click.pass_context
def command(  # noqa: PLR0913  one parameter for each option
    context: click.Context,
    /,
    *,
    words: tuple[str, ...],
    connector: str | None,
    everything: bool,
    settings: Path | None,
    config: Path | None,
    environment: str | None,
    jobs: int,
    seconds: float,
    all_tables: bool,
    sample: Path | None,
    verbose: bool,  # noqa: ARG001  accepted as for check
    format_name: str,
    outputs: tuple[str, ...],
) -> None:
    """Refresh, and tell what became of it."""
    delivery = Delivery.read(format_name, outputs)
    asked = LiveWords.read(words, connector, everything, settings=settings, config=config, environment=environment)
    from idmxml.live.impact import ImpactWatch
    from idmxml.live.redaction import Redaction
    from idmxml.live.refresh_report import refresh_object, refresh_text
    from idmxml.live.refreshing import How
    from idmxml.live.wanted_tables import COLUMN_CODES

    inventory = asked.inventory(COLUMN_CODES)
    plans = [with_wanted(each) for each in asked.plans(inventory)]
    impact = ImpactWatch(inventory.root, config)
    with live_progress("refreshing", len(plans)) as watch:
        how = How(jobs, seconds, all_tables, utc_now, watch, impact.look_before)
        found = _from_sample(plans, sample, how) if sample is not None else _refresh(plans, how)
    broken = impact.impact()
    notes = asked.notes(inventory)
    stored = refresh_object(str(inventory.root), found, broken, notes)
    delivery.deliver(Answer(refresh_text(found, broken), stored, notes), Redaction(plans).redactor)
    failed = [each for each in found if each.failure is not None or (asked.identifiers and each.lacks_driver)]
    context.exit(3 if any(each.is_fault_of_machine for each in failed) else 1 if failed else 0)


def _refresh(plans: "list[Plan]", how: "How") -> "list[ConnectionRefresh]":
    from idmxml.live.refreshing import refresh_all

    return sorted(refresh_all(plans, how), key=lambda each: each.plan.identifier)


def _from_sample(plans: "list[Plan]", sample: Path, how: "How") -> "list[ConnectionRefresh]":
    from idmxml.live.refreshing import record_sample
    from idmxml.live.samples import read_sample

    if len(plans) != 1:
        raise UsageError("--from-sample records the schema of one connection; name it by its ID")
    if not sample.is_file():
        raise UsageError(f"there is no sample file '{sample}'")
    return [record_sample(plans[0], read_sample(sample, plans[0]), how)]
