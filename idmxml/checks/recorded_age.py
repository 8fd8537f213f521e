"""When recorded schemas were last read, against how old they may be."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from idmxml.checks.rule import rule, rule_of
from idmxml.diagnostics import Diagnostic, Severity, Span
from idmxml.settings.connections import DeclaredConnection


@rule("IDM3009", "outdated-schema", Severity.WARNING)
def outdated_schema() -> None:
    """The recorded schema of a connection was last read longer ago than ``--max-age`` allows.

    Why: mappings are judged by the recorded schema. A column that has vanished since stays unnoticed. Nothing is said of a
    schema of which nothing remembers when it was read.

    Bad:
        <!-- check --max-age 30, and a schema that was last read 45 days ago -->

    Good:
        <!-- check --max-age 30, and a schema that was read yesterday -->
    """


def outdated_schemas(
    connections: Sequence[DeclaredConnection], read_on: Mapping[str, date], today: date, days: int
) -> Iterator[Diagnostic]:
    """A diagnostic for each connection whose schema is too old. ``read_on`` tells by identifier when it was last read."""
    known = rule_of(outdated_schema)
    for each in connections:
        last = read_on.get(each.identifier)
        if last is None or today - last <= timedelta(days):
            continue
        yield Diagnostic(
            known.code,
            known.name,
            known.severity,
            f"the recorded schema of {each.identifier} is older than {days} days: it was last read on {last.isoformat()}",
            each.span if each.span.path else Span(f".idmxml/schemas/{each.identifier}.xml", 1, 1, 1, 1),
            f"read it anew: idmxml connection refresh {each.identifier}",
            f"Connection[{each.identifier}]",
        )
