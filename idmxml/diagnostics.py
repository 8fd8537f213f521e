"""What the tool has to say about a repository: diagnostics, and the report that holds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How bad a diagnostic is; the higher, the worse.

    ERROR: the product would refuse the configuration, or it would break at run time. WARNING: it deploys and is very likely
    not what its author wants. INFO: convention and advice.
    """

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The name used in reports and options: ``error``, ``warning`` or ``info``."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> "Severity":
        """The severity named ``label``; ValueError for any other word."""
        try:
            return cls[label.upper()]
        except KeyError:
            raise ValueError(f"'{label}' is not one of error, warning, info") from None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. Lines and columns count from 1, columns in characters; the end column is exclusive.

    ``path`` is relative to the report's root and uses ``/``.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a diagnostic, such as an earlier declaration."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that would mend a diagnostic: the text of ``span`` replaced by ``text``, as it stands in the file."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: what is wrong (``message``), where (``span``), what to do (``hint``).

    ``code`` and ``name`` identify the rule. ``object`` is the identity path of what is at fault, such as
    ``Connection[HRExport]/@Package``, and empty when the fault belongs to a whole file. ``source`` is the text of the first
    line of the span, without its line end, for readers who look at it; empty when there is none to show.
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span
    hint: str | None = None
    object: str = ""
    related: tuple[Related, ...] = ()
    edit: Edit | None = None
    source: str = field(default="", repr=False)

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of code and object (path, for a whole file): the same when lines move."""
        import hashlib  # most formats do without

        subject = self.object or self.span.path
        return hashlib.sha256(f"{self.code}\0{subject}".encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """The order of reports: path, line, column, code, message."""
        return (self.span.path, self.span.line, self.span.column, self.code, self.message)


@dataclass(frozen=True, slots=True)
class Summary:
    """How much was looked at: files read, objects (elements below the root) found in them."""

    files: int
    objects: int


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What reports tell about a rule: its code, name, usual severity, one-sentence summary and the text of its page."""

    code: str
    name: str
    severity: Severity
    summary: str
    page: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """The git checkout that a folder lies in: its absolute top, and the path from there to the folder, such as ``sites/a``."""

    top: str
    path: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run: its diagnostics in order, what was looked at, and remarks about the run itself.

    ``root`` is the absolute folder that all paths are relative to. ``notes`` are whole sentences, such as why a family of
    checks did not run. ``rules`` describes, by code, every rule that may have spoken. ``checkout`` is the one that the root
    lies in, None when it lies in none or is its top.
    """

    command: str
    root: str
    summary: Summary
    diagnostics: tuple[Diagnostic, ...]
    notes: tuple[str, ...] = ()
    rules: Mapping[str, RuleFacts] = field(default_factory=dict)
    tool_version: str = ""
    checkout: Checkout | None = None

    def count(self, severity: Severity) -> int:
        """How many diagnostics have exactly this severity."""
        return sum(1 for each in self.diagnostics if each.severity is severity)

    def reaches(self, threshold: Severity | None) -> bool:
        """Whether any diagnostic is at or above ``threshold``; never when that is None."""
        return threshold is not None and any(each.severity >= threshold for each in self.diagnostics)


def tidy(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics without doubles, sorted by path, line, column, code and message."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda each: each.sort_key))
