"""What a rule is: its code, name, severity and page, the objects it is for, and the function that looks at them.

A rule's page is its docstring: a first sentence that states the offence, then the sections *Why*, *Bad* and *Good*. The
examples of Bad and Good are run by the tests.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from idmxml.diagnostics import RuleFacts, Severity
from idmxml.model.projection import Projection, Row

CODE = re.compile(r"IDM\d{4}")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Screen = Callable[[frozenset[Row], Any], frozenset[Row]]
Touch = frozenset[str] | Callable[[str], frozenset[str] | None]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a rule: summary (one sentence), why it matters, and an example of each kind, as XML or JSON text."""

    summary: str
    why: str
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the engine runs it.

    ``told`` is the page, or the text it is read from. ``on`` names the kinds of objects it is for, or finds them in the language when first asked. ``reads`` names the columns its verdict depends on; a rule that has them
    is judged once for each distinct row of a whole repository, with the context of all files. ``reads`` None means that
    an object and its children suffice, and the rule is judged file by file. ``needs`` are the projections that the
    context must hold for it besides. ``run`` is None for findings that the reader, the
    structure step or another part of the program makes itself. ``screen`` may narrow the rows of a whole repository, in
    bulk, to those that ``run`` has to look at; ``touch`` names attributes (of any kind, or
    by kind) without any of which a rule of one file has nothing to say.
    """

    code: str
    name: str
    severity: Severity
    told: Page | str
    on: tuple[str, ...] | Callable[[], tuple[str, ...]] = ()
    reads: tuple[str, ...] | None = None
    needs: tuple[Projection, ...] = ()
    run: Callable[..., Iterable[Any]] | None = None
    screen: Screen | None = None
    touch: Touch | None = None

    def touches(self, kind: str) -> frozenset[str] | None:
        """Attributes of a kind without any of which the rule has nothing to say about it; None when it always may."""
        return self.touch(kind) if callable(self.touch) else self.touch

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds the rule is for; a rule made from the language finds them when first asked."""
        return self.on if isinstance(self.on, tuple) else self.on()

    @property
    def page(self) -> Page:
        """The page; read from its text only when somebody wants to see it."""
        return self.told if isinstance(self.told, Page) else read_page(self.told)

    @property
    def facts(self) -> RuleFacts:
        """What reports and ``explain`` tell about the rule."""
        return RuleFacts(self.code, self.name, self.severity, self.page.summary, page_text(self))


def rule_of(function: object) -> Rule:
    """The rule that a function was marked as."""
    found: Rule = function.rule  # type: ignore[attr-defined]
    return found


@lru_cache(maxsize=512)
def read_page(text: str) -> Page:
    """The page written in ``text`` (a docstring); ValueError when a section is missing."""
    import inspect

    text = inspect.cleandoc(text)
    match = re.fullmatch(
        r"(?P<summary>.+?)\n\n+Why: (?P<why>.+?)\n\n+Bad:\n(?P<bad>.+?)\n\n+Good:\n(?P<good>.+?)\s*", text, re.DOTALL
    )
    if match is None:
        raise ValueError(f"a rule's page needs a summary, Why, Bad and Good: {text[:60]!r}")
    return Page(
        _prose(match["summary"]),
        _capitalized(_prose(match["why"])),
        inspect.cleandoc("\n" + match["bad"]),
        inspect.cleandoc("\n" + match["good"]),
    )


def _prose(text: str) -> str:
    """A text on one line, code in it between single backquotes as in Markdown."""
    return " ".join(text.split()).replace("``", "`")


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def page_text(rule: Rule) -> str:
    """The page as Markdown, the text that ``idmxml explain`` prints."""
    page = rule.page
    language = "json" if page.bad.lstrip().startswith("{") else "xml"
    return "\n".join(
        (
            f"# {rule.code} {rule.name} ({rule.severity.label})",
            "",
            page.summary,
            "",
            "## Why",
            "",
            page.why,
            "",
            "## Bad",
            "",
            f"```{language}",
            page.bad,
            "```",
            "",
            "## Good",
            "",
            f"```{language}",
            page.good,
            "```",
            "",
            f"Silence one place with `<!-- idmxml: ignore {rule.code} reason -->` before the element,",
            f'or everywhere with `ignore = ["{rule.code}"]` in `idmxml.toml`.'
            if language == "xml"
            else f'Silence it with `ignore = ["{rule.code}"]` in `idmxml.toml`.',
            "",
        )
    )


def rule(  # noqa: PLR0913  a rule says all about itself in one place
    code: str,
    name: str,
    severity: Severity = Severity.ERROR,
    *,
    on: str | tuple[str, ...] | Callable[[], tuple[str, ...]] = (),
    reads: tuple[str, ...] | None = None,
    needs: tuple[Projection, ...] = (),
    screen: Screen | None = None,
    touch: Touch | None = None,
) -> Callable[[F], F]:
    """Mark a function as a rule; the ``Rule`` is kept as its attribute ``rule``. Wrong codes and names fail at import."""
    if not CODE.fullmatch(code) or not NAME.fullmatch(name):
        raise ValueError(f"rule '{code}' '{name}': a code is IDM and four digits, a name is words joined by dashes")

    def mark(function: F) -> F:
        kinds = (on,) if isinstance(on, str) else on
        made = Rule(code, name, severity, function.__doc__ or "", kinds, reads, needs, function, screen, touch)
        function.rule = made  # type: ignore[attr-defined]
        return function

    return mark
