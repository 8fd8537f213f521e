"""``idmxml package list``: the table of all packages."""

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options


@click.command("list", help="List all connection packages.")
@delivery_options
def command(format_name: str, outputs: tuple[str, ...]) -> None:
    """Print the table."""
    delivery = Delivery.read(format_name, outputs)
    from idmxml.facts.packages import catalogue
    from idmxml.reports.package_json import list_object
    from idmxml.reports.package_text import list_text

    packages = catalogue()
    delivery.deliver(Answer(list_text(packages), list_object(packages)))
