"""``idmxml package choose``: find the package for what a connection is to do."""

import click

from idmxml.cli.answers import Answer, Delivery, delivery_options
from idmxml.cli.asking import ask, is_terminal
from idmxml.errors import UsageError
from idmxml.facts.choosing import EXPORTS, PROVISIONINGS, Wish, choose, knows_technology, technologies, technology_words
from idmxml.model.names import closest

ANY = "any"
HELP = """Find the packages that fit, best first, and why the others do not.

What no option says is asked on a terminal. Elsewhere it does not matter, and one option at least is needed."""


@click.command("choose", help=HELP)
@click.option("--technology", metavar="WORD", help="What the connection talks to, such as ldap, sql or ServiceNow; or any.")
@click.option("--export", type=click.Choice([*EXPORTS, ANY]), help="What it is to read.")
@click.option(
    "--provisioning", type=click.Choice([*PROVISIONINGS, ANY]), help="Whether it is to write, by tickets or by itself."
)
@delivery_options
def command(
    *, technology: str | None, export: str | None, provisioning: str | None, format_name: str, outputs: tuple[str, ...]
) -> None:
    """Ask what is not said, and print the verdicts."""
    delivery = Delivery.read(format_name, outputs)
    if is_terminal():
        technology = technology or ask(
            "--technology", f"What does it talk to ({', '.join(technologies())}; or any)", default=ANY
        )
        export = export or ask("--export", "What is it to export", (*EXPORTS, ANY), ANY)
        provisioning = provisioning or ask("--provisioning", "How is it to provision", (*PROVISIONINGS, ANY), ANY)
    elif technology is None and export is None and provisioning is None:
        raise UsageError("say what you need with --technology, --export and --provisioning")
    wish = Wish(*(None if word == ANY else word for word in (technology, export, provisioning)))
    if wish.technology is not None and not knows_technology(wish.technology):
        near = closest(wish.technology, technology_words())
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(technologies())}"
        raise UsageError(f"no package is for '{wish.technology}'; {hint}")
    from idmxml.reports.package_json import choice_object
    from idmxml.reports.package_text import choice_text

    found = choose(wish)
    delivery.deliver(Answer(choice_text(found), choice_object(wish, found)))
