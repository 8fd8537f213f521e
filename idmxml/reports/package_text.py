"""Packages as text for people."""

from collections.abc import Iterator, Sequence

from idmxml.facts.choosing import Choice, Verdict
from idmxml.facts.packages import Package
from idmxml.reports.table_text import table
from idmxml.settings.pages import Page, Shape

UNNAMED = "(not documented)"


def list_text(packages: Sequence[Package]) -> str:
    """The table of packages."""
    rows = [
        (
            each.identifier or UNNAMED,
            each.display_name,
            export_words(each),
            each.provisioning,
            schema_words(each),
            each.technology,
            f"retired, use {each.replaced_by}" if each.status == "retired" else each.status,
        )
        for each in packages
    ]
    return table(("PACKAGE", "NAME", "EXPORT", "PROVISIONING", "SCHEMA", "TECHNOLOGY", "STATUS"), rows)


def export_words(package: Package) -> str:
    """What it can export."""
    if not package.exports:
        return "none"
    if package.incremental:
        return "complete, incremental"
    return "complete, perhaps incremental" if package.incremental is None or package.incremental_disputed else "complete"


def schema_words(package: Package) -> str:
    """Whether a schema of its tables can be read."""
    return {True: "yes", False: "no", None: "unknown"}[package.schema]


def show_text(package: Package, page: Page | None) -> str:
    """One package with its settings."""
    facts = [
        ("name", ", ".join((package.display_name, *package.other_names))),
        ("technology", package.technology),
        ("export", export_words(package)),
        ("fulfill", package.provisioning if package.fulfills else "none"),
        ("schema", schema_words(package)),
        ("mapping", _mapping_words(package)),
        ("status", f"retired, replaced by {package.replaced_by}" if package.status == "retired" else package.status),
    ]
    width = max(len(word) for word, _told in facts)
    head = f"{package.identifier or UNNAMED}\n" + "".join(f"  {word:<{width}}  {told}\n" for word, told in facts)
    note = f"\n{package.note}\n" if package.note else ""
    return head + note + "\n" + _settings_text(page)


def _mapping_words(package: Package) -> str:
    if package.resource_type_mapping is None:
        return "none documented"
    basis = package.resource_type_mapping_basis
    return package.resource_type_mapping + (" (inferred)" if basis == "inferred" else "")


def _settings_text(page: Page | None) -> str:
    if page is None:
        return "It has no documented settings.\n"
    if page.section == "superfluous":
        return "It reads no settings.\n"
    lines = [f"Settings ({page.schema['title']}):"]
    lines += [
        "".join(_setting_lines(shape, page)) for shape in page.root.every() if shape.dotted and not shape.dotted.endswith("[]")
    ]
    if page.is_open:
        lines.append("  Further settings are not documented.")
    return "\n".join(lines) + "\n"


def _setting_lines(shape: Shape, page: Page) -> Iterator[str]:
    yield f"  {shape.dotted}{_setting_notes(shape, page)}"
    if shape.schema.get("description"):
        yield f"\n      {shape.schema['description']}"


def _setting_notes(shape: Shape, page: Page) -> str:
    notes = [shape.kind if shape.kind != "scalar" else _type_words(shape)]
    if is_required(shape, page):
        notes.append("required")
    notes += [f"required to {half}" for half in shape.schema.get("x-idmxml-required-for", ())]
    if "default" in shape.schema:
        default = shape.schema["default"]
        notes.append(f"default {str(default).lower() if isinstance(default, bool) else default}")
    if shape.schema.get("x-idmxml-credential") in {"value", "part"}:
        notes.append("secret")
    if shape.schema.get("x-idmxml-vault"):
        notes.append("may lie in CyberArk")
    return f" ({', '.join(notes)})"


def _type_words(shape: Shape) -> str:
    if shape.is_boolean:
        return "true or false"
    if shape.is_number:
        return "whole number"
    return "one of " + ", ".join(shape.listed) if shape.listed else "text"


def is_required(shape: Shape, page: Page) -> bool:
    """Whether a setting is required wherever its parent is."""
    owner, _, name = shape.pointer.rpartition("/properties/")
    parent = next((each for each in page.root.every() if each.pointer == owner), None)
    return parent is not None and name in parent.schema.get("required", ())


def choice_text(choice: Choice) -> str:
    """The fitting packages, best first, and why the others do not fit."""
    parts = [_fitting_text(choice)]
    near = [each for each in choice.others if each.is_of_technology]
    far = [each for each in choice.others if not each.is_of_technology]
    if near:
        parts.append("Do not fit:\n" + "".join(f"  {_named(each)}: {', '.join(each.against)}\n" for each in near))
    if far:
        names = ", ".join(sorted(each.package.identifier or each.package.display_name for each in far))
        parts.append(f"Of another technology ({len(far)}):\n  {names}\n")
    return "\n".join(parts)


def _fitting_text(choice: Choice) -> str:
    if choice.fitting:
        lines = [f"  {number}. {_named(each)}\n{_remark_lines(each)}" for number, each in enumerate(choice.fitting, 1)]
        return "Fit, best first:\n" + "".join(lines)
    if choice.pair is None:
        return "No package fits.\n"
    export, provision = choice.pair
    return (
        "No package fits alone. Two connections of one connector do:\n"
        f"  to export     {export.identifier}  {export.display_name}\n"
        f"  to provision  {provision.identifier}  {provision.display_name}\n"
    )


def _named(verdict: Verdict) -> str:
    return f"{verdict.package.identifier or UNNAMED}  {verdict.package.display_name}"


def _remark_lines(verdict: Verdict) -> str:
    return "".join(f"     {each}\n" for each in verdict.remarks)
