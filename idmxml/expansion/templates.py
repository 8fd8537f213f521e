"""The template of a scaffolding to the elements it generates: ``schemas/scaffoldings/<Tag>.xml.j2``, one for each tag.

A template is XML without root element, rendered by Jinja2 with the scaffolding's attributes and the queries on the
configuration (see ``schemas/scaffoldings/README.md``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from lxml import etree

from idmxml.errors import EnvironmentFault
from idmxml.expansion.configuration import Configuration
from idmxml.expansion.item import Item, Origin
from idmxml.expansion.read import parse_fragment
from idmxml.facts.files import schemas_folder
from idmxml.facts.load import language

if TYPE_CHECKING:
    import jinja2

ENDING: Final = ".xml.j2"
HEADER: Final = re.compile(r"\{#\s*(?P<summary>[^;]+?);\s*phase:\s*(?P<phase>[1-5])(?P<job>;\s*job)?\s*#\}")
TEXT_IN_LANGUAGE: Final = re.compile(r"\w+_L([0-9]+)")


class Kept(Exception):
    """Raised by a template when what the scaffolding generates is not documented for the given attributes."""


class TemplateFault(EnvironmentFault):
    """A template that is no template of ours: it can't be read, rendered or parsed."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line of a template says.

    ``phase`` is 1 to 5, in the order in which scaffoldings are expanded. ``job`` tells that the jobs in it are arranged (see
    ``idmxml.expansion.jobs``).
    """

    summary: str
    phase: int
    job: bool


def folder() -> Path:
    """Where the templates lie."""
    return schemas_folder() / "scaffoldings"


@lru_cache(maxsize=1)
def tags() -> frozenset[str]:
    """The scaffoldings that have a template."""
    return frozenset(each.name.removesuffix(ENDING) for each in folder().glob(f"[A-Z]*{ENDING}"))


@lru_cache(maxsize=256)
def header(tag: str) -> Header:
    """The first line of the template of a scaffolding."""
    file = folder() / f"{tag}{ENDING}"
    found = HEADER.match(file.read_text(encoding="utf-8"))
    if found is None:
        raise TemplateFault(f"{file} does not begin with a comment such as {{# What it is for; phase: 2 #}}")
    return Header(found["summary"], int(found["phase"]), bool(found["job"]))


class Arguments:
    """The child elements of a scaffolding by tag: ``args.AddTask`` lists those. Another tag than it may have is an error."""

    def __init__(self, scaffolding: Item) -> None:
        self._scaffolding = scaffolding

    def __getitem__(self, tag: str) -> tuple[Item, ...]:
        if tag not in language().children(self._scaffolding.kind or ""):
            raise KeyError(f"{self._scaffolding.tag} has no argument {tag}")
        return self._scaffolding.of(tag)


class Queries:
    """The queries on a configuration, as a template calls them: ``q.job_connectors(…)``."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    def __getitem__(self, name: str) -> Callable[..., Any]:
        from idmxml.expansion.queries import queries

        function = queries()[name]
        return lambda *words, **named: function(self._configuration, *words, **named)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template generates; ``missing`` says what the product generates besides, or does not say; None for nothing."""

    items: tuple[Item, ...]
    missing: str | None = None


def render(scaffolding: Item, configuration: Configuration, origin: Origin) -> Rendered:
    """What the template of the scaffolding generates; Kept when the result is not documented."""
    from jinja2 import TemplateError

    from idmxml.expansion.queries.names import languages, text

    missing: list[str] = []

    def partly(reason: str) -> str:
        missing.append(reason)
        return ""

    def named(kind: str, identifier: str, number: int) -> str:
        return text(configuration, kind, identifier, number)

    numbers = languages(configuration)
    try:
        written = (
            _environment()
            .get_template(f"{scaffolding.kind}{ENDING}")
            .render(
                s=scaffolding,
                args=Arguments(scaffolding),
                q=Queries(configuration),
                text=named,
                languages=numbers,
                partly=partly,
            )
        )
        items = parse_fragment(written, origin)
    except (TemplateError, etree.XMLSyntaxError) as error:
        raise TemplateFault(f"the template of {scaffolding.tag} fails: {error}") from error
    found = tuple(_in_languages(each, frozenset(numbers)) for each in items)
    return Rendered(found, "; ".join(missing) or None)


def _in_languages(item: Item, numbers: frozenset[int]) -> Item:
    """The item without texts in languages that are not declared."""
    kept = {name: value for name, value in item.attributes.items() if _is_in(name, numbers)}
    return item.changed(kept, tuple(_in_languages(child, numbers) for child in item.children))


def _is_in(name: str, numbers: frozenset[int]) -> bool:
    found = TEXT_IN_LANGUAGE.fullmatch(name)
    return found is None or int(found[1]) in numbers


def _keep(reason: str) -> NoReturn:
    raise Kept(reason)


def _written(value: object) -> object:
    """Values as XML has them: booleans by name, nothing for None, line breaks that survive in an attribute."""
    from markupsafe import Markup, escape

    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not isinstance(value, Markup) and any(each in value for each in "\t\n\r"):
        escaped = str(escape(value))
        return Markup(escaped.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;"))  # noqa: S704  just escaped
    return value


@lru_cache(maxsize=1)
def _environment() -> "jinja2.Environment":
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_written,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["keep"] = _keep
    return made
