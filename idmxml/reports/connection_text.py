"""Connections as text for people: the table of all, the settings of one, environments side by side."""

from collections.abc import Iterable, Iterator, Sequence

from idmxml.phrases import counted
from idmxml.reports.table_text import table
from idmxml.reports.visible_text import shortened, visible
from idmxml.settings.details import Comparison, Detail, Origin
from idmxml.settings.names import quoted
from idmxml.settings.overview import NO_SCHEMA, Overview, RecordedSchema, Way

WAYS = {"complete": "the complete export", "incremental": "the incremental export", "fulfill": "the fulfilment"}
WIDEST = 40
SEALED = {
    "encrypted": "encrypted",
    "cyberark": "the name of what lies in CyberArk",
}


def list_text(overviews: Sequence[Overview]) -> str:
    """The table of all connections."""
    if not overviews:
        return "No connection is declared.\n"
    header = ("CONNECTOR", "CONNECTION", "PACKAGE", "DOES", "MODES", "SETTINGS", "SCHEMA")
    rows = [
        (
            each.connection.connector or "-",
            each.connection.identifier,
            each.package_name or each.connection.package or "-",
            ", ".join(each.halves) or "-",
            ", ".join(each.modes) or "-",
            settings_words(each),
            schema_words(each.schema),
        )
        for each in overviews
    ]
    return table(header, rows)


def settings_words(of: Overview) -> str:
    """Whether the settings suffice, or what they lack for which way to run."""
    if not of.ways:
        return "unknown package" if of.connection.known_package is None else "none needed"
    if not all(way.completeness.has_section for way in of.ways):
        return "no section"
    lacking = [_lacks(way) for way in of.ways if way.stands_in_the_way]
    if of.placeholders:
        is_one = len(of.placeholders) == 1
        lacking.append(f"{quoted(of.placeholders)} {'is a placeholder' if is_one else 'are placeholders'}")
    return "; ".join(lacking) or ("complete" if of.is_whole else "unknown, as a settings file can't be read")


def _lacks(way: Way) -> str:
    return f"lacks {' and '.join(way.completeness.lacks)} for {WAYS[way.completeness.way]}"


def schema_words(schema: RecordedSchema) -> str:
    """What is recorded of the schema, or that there can't be one."""
    if not schema.is_possible:
        return NO_SCHEMA
    tables = "" if schema.tables is None else counted(schema.tables, "table")
    if schema.failure is not None:
        return f"failed: {schema.failure}" + (f"; {tables} recorded before" if tables else "")
    if not tables and schema.refreshed:
        tables = "no table"
    return ", ".join(each for each in (tables, schema.refreshed) if each) or "never recorded"


def show_text(of: Overview, settings: Sequence[Detail], environment: str | None) -> str:
    """One connection with all its settings."""
    parts = [_head(of, environment)]
    given = [each for each in settings if each.status == "given"]
    missing = [each for each in settings if each.status == "missing"]
    parts += ["".join(_given(each)) for each in given]
    if missing:
        parts.append("Missing:\n" + "".join(_absent(each) for each in missing))
    for status, title in (("default", "Not given, with a default:"), ("unset", "Not given:")):
        rest = [each for each in settings if each.status == status]
        if rest:
            parts.append(f"{title}\n" + "".join(_absent(each) for each in rest))
    return "\n".join(parts)


def _head(of: Overview, environment: str | None) -> str:
    connection = of.connection
    name = f": {of.display_name}" if of.display_name else ""
    connector = connection.connector + (f" ({of.connector_name})" if of.connector_name else "")
    package = connection.package + (f" ({of.package_name})" if of.package_name else "")
    span = connection.span
    facts = [
        ("connector", connector or "-"),
        ("package", package or "-"),
        ("export", _half_words(of.export, of.modes)),
        ("fulfill", _half_words(of.fulfill, ())),
        ("declared", f"{span.path}:{span.line}" if span.path else "by a scaffolding"),
        ("settings", settings_words(of)),
        ("schema", schema_words(of.schema)),
    ]
    if environment is not None:
        facts.append(("environment", environment))
    width = max(len(word) for word, _text in facts)
    return (
        visible(f"{connection.identifier}{name}")
        + "\n"
        + "".join(f"  {word:<{width}}  {visible(text)}\n" for word, text in facts)
    )


def _half_words(state: str, modes: Iterable[str]) -> str:
    words = {"none": "not possible with this package", "off": "switched off"}
    return words.get(state) or ", ".join(modes) or "yes"


def _given(each: Detail) -> Iterator[str]:
    yield f"{visible(each.name)} = {visible(each.text or '')}{_notes(each)}\n"
    if each.origin is not None:
        yield f"    from {_origin(each.origin)}\n"
    for other in each.beaten:
        yield f"    over {visible(other.text)} in {_origin(other)}\n"
    if each.description:
        yield f"    {each.description}\n"


def _notes(each: Detail) -> str:
    notes = []
    if each.is_clear:
        notes.append("a secret in clear text")
    if not each.is_known:
        notes.append("unknown to the package")
    return f"  ({', '.join(notes)})" if notes else ""


def _origin(origin: Origin) -> str:
    sealed = SEALED.get(origin.source)
    return visible(origin.place) + (f", {sealed}" if sealed else "")


def _absent(each: Detail) -> str:
    value = f" = {visible(each.default)}" if each.status == "default" and each.default is not None else ""
    elsewhere = f"    given in {', '.join(map(visible, each.elsewhere))}, of another environment\n" if each.elsewhere else ""
    told = f"    {each.description}\n" if each.description else ""
    return f"  {visible(each.name)}{value}\n{elsewhere}{told}".replace("\n    ", "\n      ")


def compare_text(of: Overview, environments: Sequence[str], comparisons: Sequence[Comparison]) -> str:
    """The settings of one connection in several environments, side by side."""
    rows = [
        (each.name, *(_cell(value) for value in each.values), each.state + (", secret in clear text" if each.is_clear else ""))
        for each in comparisons
    ]
    head = f"{visible(of.connection.identifier)} in {', '.join(map(visible, environments))}\n"
    if not rows:
        return head + "No environment gives any setting.\n"
    return head + "\n" + table(("SETTING", *environments, "STATE"), rows)


def _cell(value: Detail | None) -> str:
    if value is None or value.status == "missing":
        return "(missing)"
    text = shortened(value.text or "", WIDEST)
    if value.status == "default":
        return f"{text} (default)"
    return text if value.is_readable or value.origin is None else f"{text} ({value.origin.source})"
