"""The report as SARIF 2.1.0, for code scanning services and editors; it keeps within the limits of GitHub."""

import re
from typing import Any

from idmxml.diagnostics import Diagnostic, Edit, Report, RuleFacts, Severity, Span
from idmxml.phrases import counted
from idmxml.reports.json_text import dump
from idmxml.reports.unique_fingerprints import unique_fingerprints
from idmxml.reports.uris import folder_uri, relative_uri
from idmxml.reports.visible_text import shortened, visible
from idmxml.reports.wording import message_and_hint

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PROBLEM_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
ROOT = "%SRCROOT%"

# GitHub: "SARIF results exceed limits", and the lengths of texts it keeps.
MOST_RESULTS = 25_000
LONGEST_TEXT = 1_024
MOST_RELATED = 100

FENCED = re.compile(r"^```.*?^```[^\n]*$", re.DOTALL | re.MULTILINE)


def render(report: Report) -> str:
    """The report as a SARIF log with one run."""
    kept = worst(report.diagnostics, MOST_RESULTS)
    rules = described_rules(report)
    indexes = {rule.code: index for index, rule in enumerate(rules)}
    fingerprints = unique_fingerprints(kept)
    run = {
        "tool": {"driver": driver(report, rules)},
        "automationDetails": {"id": f"idmxml/{report.command}/"},
        "originalUriBaseIds": {ROOT: {"uri": folder_uri(report.root)}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications(report, len(kept))}],
        "results": [
            result(diagnostic, indexes[diagnostic.code], fingerprint)
            for diagnostic, fingerprint in zip(kept, fingerprints, strict=True)
        ],
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def worst(diagnostics: tuple[Diagnostic, ...], limit: int) -> tuple[Diagnostic, ...]:
    """At most ``limit`` diagnostics, the worst ones, in the order they came in."""
    if len(diagnostics) <= limit:
        return diagnostics
    ranked = sorted(range(len(diagnostics)), key=lambda index: -diagnostics[index].severity)
    return tuple(diagnostics[index] for index in sorted(ranked[:limit]))


def driver(report: Report, rules: tuple[RuleFacts, ...]) -> dict[str, Any]:
    """The tool and its rules."""
    version = {"version": report.tool_version, "semanticVersion": report.tool_version} if report.tool_version else {}
    return {"name": "idmxml", **version, "rules": [rule_object(rule) for rule in rules]}


def described_rules(report: Report) -> tuple[RuleFacts, ...]:
    """Every rule that may have spoken, by code; one that is not described is known by its diagnostics alone."""
    rules = {each.code: RuleFacts(each.code, each.name, each.severity, each.name, "") for each in report.diagnostics}
    rules.update(report.rules)
    return tuple(rules[code] for code in sorted(rules))


def rule_object(rule: RuleFacts) -> dict[str, Any]:
    """What readers show about a rule."""
    page = rule.page or rule.summary
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": shortened(rule.summary, LONGEST_TEXT)},
        "fullDescription": {"text": shortened(prose(page) or rule.summary, LONGEST_TEXT)},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"problem.severity": PROBLEM_SEVERITIES[rule.severity], "tags": ["configuration"]},
    }


def prose(page: str) -> str:
    """The sentences of a page, without its headings and examples."""
    paragraphs = FENCED.sub("", page).split("\n\n")
    lines = (" ".join(each.split()) for each in paragraphs if not each.lstrip().startswith("#"))
    return " ".join(filter(None, lines))


def notifications(report: Report, kept: int) -> list[dict[str, Any]]:
    """The remarks about the run, and how many results had no place."""
    notes = list(report.notes)
    if kept < len(report.diagnostics):
        left_out = counted(len(report.diagnostics) - kept, "result")
        notes.append(f"{left_out} of the least severity left out: more than {MOST_RESULTS:,} are not accepted by readers.")
    return [{"level": "note", "message": {"text": plain_text(note)}} for note in notes]


def result(diagnostic: Diagnostic, rule_index: int, fingerprint: str) -> dict[str, Any]:
    """One diagnostic."""
    found: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule_index,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": plain_text(message_and_hint(diagnostic))},
        "locations": [primary_location(diagnostic)],
    }
    if diagnostic.related:
        found["relatedLocations"] = [
            {"id": number, "physicalLocation": physical(related.span), "message": {"text": plain_text(related.message)}}
            for number, related in enumerate(diagnostic.related[:MOST_RELATED], 1)
        ]
    if diagnostic.edit:
        found["fixes"] = [fix(diagnostic, diagnostic.edit)]
    found["partialFingerprints"] = {"primaryLocationLineHash": fingerprint}
    return found


def plain_text(text: str) -> str:
    """``text`` as a SARIF message: safe to show, without what would be read as a link, cut when too long."""
    return shortened(visible(text).replace("](", "\\]("), LONGEST_TEXT)


def primary_location(diagnostic: Diagnostic) -> dict[str, Any]:
    """Where a diagnostic is: in the file, and in the configuration."""
    location: dict[str, Any] = {"physicalLocation": physical(diagnostic.span)}
    if 0 < len(diagnostic.source) <= LONGEST_TEXT:
        line = max(1, diagnostic.span.line)
        location["physicalLocation"]["contextRegion"] = {"startLine": line, "snippet": {"text": diagnostic.source}}
    if diagnostic.object:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.object}]
    return location


def physical(span: Span) -> dict[str, Any]:
    """A stretch of a file."""
    return {"artifactLocation": artifact(span.path), "region": region(span)}


def artifact(path: str) -> dict[str, str]:
    """A file below the root."""
    return {"uri": relative_uri(path), "uriBaseId": ROOT}


def region(span: Span) -> dict[str, int]:
    """Lines and columns from 1, the end column exclusive."""
    return {
        "startLine": max(1, span.line),
        "startColumn": max(1, span.column),
        "endLine": max(1, span.end_line),
        "endColumn": max(1, span.end_column),
    }


def fix(diagnostic: Diagnostic, edit: Edit) -> dict[str, Any]:
    """The change that would mend a diagnostic."""
    replacement = {"deletedRegion": region(edit.span), "insertedContent": {"text": edit.text}}
    return {
        "description": {"text": plain_text(diagnostic.hint or f"replace with {edit.text}")},
        "artifactChanges": [{"artifactLocation": artifact(edit.span.path), "replacements": [replacement]}],
    }
