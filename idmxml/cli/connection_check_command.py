"""``idmxml connection check``: try connections, stage by stage, in complete and incremental mode apart."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options
from idmxml.cli.live_options import ALSO_A_PATH, LiveWords, live_options
from idmxml.cli.live_progress import live_progress, utc_now

if TYPE_CHECKING:
    from idmxml.live.checking import ConnectionCheck

HELP = f"""Check whether connections work: settings, secrets, network, TLS, login, rights, schema, and both export modes.

{ALSO_A_PATH} Secrets come from environment variables such as Connections__ID__Password, from the keyring, or from the
vaults that the settings name. Exit code 1: a connection failed."""


@click.command("check", help=HELP)
@live_options
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
    verbose: bool,
    format_name: str,
    outputs: tuple[str, ...],
) -> None:
    """Check, remember how it ended, and tell it."""
    delivery = Delivery.read(format_name, outputs)
    asked = LiveWords.read(words, connector, everything, settings=settings, config=config, environment=environment)
    from idmxml.live.check_report import check_object, check_text
    from idmxml.live.checking import check_all
    from idmxml.live.redaction import Redaction

    inventory = asked.inventory()
    plans = asked.plans(inventory)
    with live_progress("checking", len(plans)) as watch:
        found = sorted(check_all(plans, jobs, seconds, watch), key=lambda each: each.plan.identifier)
    for each in found:
        _remember(each)
    text = check_text(found, is_detailed=verbose or len(plans) == 1)
    notes = asked.notes(inventory)
    stored = check_object(str(inventory.root), found, notes)
    delivery.deliver(Answer(text, stored, notes), Redaction(plans).redactor)
    failed = [each for each in found if each.status == "failed" or (asked.identifiers and each.lacks_driver)]
    context.exit(3 if any(each.is_fault_of_machine for each in failed) else 1 if failed else 0)


def _remember(check: "ConnectionCheck") -> None:
    from idmxml.live.checking import events_of

    if check.modes:
        check.plan.inventory.store.record_checks(check.plan.identifier, events_of(check, utc_now()))
