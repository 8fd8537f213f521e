"""Findings about files themselves: what can't be opened, decoded or parsed, and what is none of ours."""

from idmxml.checks.rule import rule, rule_of
from idmxml.diagnostics import Diagnostic, Related, Severity, Span
from idmxml.facts.language import NAMESPACE, ROOT
from idmxml.facts.load import language
from idmxml.source.document import Document, SyntaxFault
from idmxml.source.encoding import EncodingFault
from idmxml.source.lines import Lines
from idmxml.source.shown import covered


@rule("IDM0001", "unreadable-file")
def unreadable_file() -> None:
    """A file or folder can't be opened.

    Why: what it declares is not known. References that could lead into it are not judged.

    Bad:
        <!-- a file without the right to read it -->

    Good:
        <!-- a file that the user who runs the check may read -->
    """


@rule("IDM0002", "malformed-xml")
def malformed_xml() -> None:
    """A file is not well-formed XML.

    Why: the product can't read it, and deployment stops. Only the first fault of a file is told; what the file would declare
    is not missed elsewhere.

    Bad:
        <Agent Identifier="Local" DisplayName_L1="R&D"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="R&amp;D"/>
    """


@rule("IDM0003", "document-type")
def document_type() -> None:
    """A file has a document type declaration.

    Why: it could pull in other files or expand to gigabytes, and a configuration never needs one.

    Bad:
        <!DOCTYPE ConfigurationFile [<!ENTITY company "Contoso">]>
        <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
          <Agent Identifier="Local" DisplayName_L1="&company;"/>
        </ConfigurationFile>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Contoso"/>
    """


@rule("IDM0004", "over-limit")
def over_limit() -> None:
    """A file is larger, nested deeper or has more attributes in one element than any configuration.

    Why: it is not what it should be, and reading it could take the machine's memory. The limit on size is
    ``max-file-size`` in ``idmxml.toml``, in megabytes.

    Bad:
        <!-- a file of 200 MB -->

    Good:
        <!-- the same objects in several files -->
    """


@rule("IDM0005", "wrong-encoding")
def wrong_encoding() -> None:
    """A file is not in the encoding that it claims.

    Why: the product can't read it, or reads other letters than were written. Often an editor saved it as Windows-1252
    while its first line says utf-8.

    Bad:
        <!-- declared as utf-8, saved as latin-1: Société -->

    Good:
        <!-- declared and saved as utf-8: Société -->
    """


@rule("IDM0006", "foreign-file", Severity.INFO)
def foreign_file() -> None:
    """An XML file has another root element than a configuration.

    Why: it is left alone. If it belongs here all the same, exclude it in ``idmxml.toml``.

    Bad:
        <?xml version="1.0" encoding="utf-8"?>
        <project><name>tools</name></project>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
    """


@rule("IDM0007", "wrong-namespace")
def wrong_namespace() -> None:
    """The root element is right but not in the namespace of the configuration language.

    Why: the product does not recognize the file, and its objects are missing after the next deployment.

    Bad:
        <?xml version="1.0" encoding="utf-8"?>
        <ConfigurationFile>
          <Agent Identifier="Local" DisplayName_L1="Local"/>
        </ConfigurationFile>

    Good:
        <?xml version="1.0" encoding="utf-8"?>
        <ConfigurationFile xmlns="urn:schemas-usercube-com:configuration">
          <Agent Identifier="Local" DisplayName_L1="Local"/>
        </ConfigurationFile>
    """


@rule("IDM0008", "unused-suppression", Severity.WARNING)
def unused_suppression() -> None:
    """A comment silences a rule that finds nothing in the element after it.

    Why: it hides the next fault of that kind.

    Bad:
        <!-- idmxml: ignore IDM2004 old name, kept for the jobs -->
        <Agent Identifier="Local" DisplayName_L1="Local"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
    """


@rule("IDM0009", "unclear-suppression", Severity.WARNING)
def unclear_suppression() -> None:
    """A comment that begins with ``idmxml:`` says nothing that is understood, or names a rule that does not exist.

    Why: it silences nothing, against the intention of its author.

    Bad:
        <!-- idmxml: ignore everything -->
        <Agent Identifier="Local" DisplayName_L1="Local"/>

    Good:
        <Agent Identifier="Local" DisplayName_L1="Local"/>
    """


@rule("IDM0010", "rule-failure", Severity.WARNING)
def rule_failure() -> None:
    """A rule stopped with an error of its own on this file; the other rules were run.

    Why: this is a fault of the tool. Please report it with the message.

    Bad:
        <!-- nothing you wrote -->

    Good:
        <!-- nothing you wrote -->
    """


def at_file(function: object, path: str, message: str, hint: str | None = None) -> Diagnostic:
    """A finding about a whole file, placed at its beginning."""
    about = rule_of(function)
    return Diagnostic(about.code, about.name, about.severity, message, Span(path, 1, 1, 1, 1), hint)


def encoding_diagnostic(path: str, fault: EncodingFault) -> Diagnostic:
    """The finding for a file that can't be decoded, at the first byte that is wrong."""
    lines = Lines(fault.readable)
    line, column = lines.place(len(fault.readable))
    about = rule_of(wrong_encoding)
    source = Lines(covered(fault.readable, language().secrets)).text(line) + "\N{REPLACEMENT CHARACTER}"
    span = Span(path, line, column, line, column + 1)
    return Diagnostic(about.code, about.name, about.severity, fault.message, span, fault.hint, source=source)


def syntax_diagnostic(document: Document, fault: SyntaxFault) -> Diagnostic:
    """The finding for a document that breaks off."""
    about = rule_of({"dtd": document_type, "limit": over_limit}.get(fault.kind, malformed_xml))
    span = document.span(fault.start, fault.end)
    related: tuple[Related, ...] = ()
    if fault.other is not None:
        start, message = fault.other
        related = (Related(document.span(start, start + 1), message),)
    source = document.shown.text(span.line)
    return Diagnostic(about.code, about.name, about.severity, fault.message, span, fault.hint, related=related, source=source)


def foreign_diagnostic(document: Document) -> Diagnostic:
    """The finding for a file whose root is not ours."""
    root = document.entries[0]
    span = document.name_span(root)
    if root.tag == ROOT:
        about = rule_of(wrong_namespace)
        message = f"<{ROOT}> is not in the namespace of the configuration"
        hint = f'write <{ROOT} xmlns="{NAMESPACE}">'
    else:
        about = rule_of(foreign_file)
        message = f"root element <{root.tag}> is not a configuration; the file is left alone"
        hint = "exclude it in idmxml.toml if it belongs here"
    return Diagnostic(about.code, about.name, about.severity, message, span, hint, source=document.shown.text(span.line))
