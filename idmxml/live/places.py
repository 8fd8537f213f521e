"""Where the setting at fault stands in the files of a repository."""

from typing import Any

from idmxml.live.plans import Plan
from idmxml.settings.details import origin_of
from idmxml.stages import StageResult


def place_object(plan: Plan, result: StageResult) -> dict[str, Any] | None:
    """The setting at fault, with its layer, and its place when that is a file; None when no setting is."""
    if result.status != "failed" or not result.setting:
        return None
    given = plan.place(result.setting)
    origin = None if given is None else origin_of(given, plan.inventory.redactor)
    return {
        "name": result.setting,
        "layer": origin.layer if origin else None,
        "path": origin.path if origin else None,
        "line": origin.line if origin else None,
        "column": origin.column if origin else None,
    }


def place_words(plan: Plan, result: StageResult) -> str:
    """The same for people: ``appsettings.agent.json:12:15``, or the name of the layer; empty when nothing is known."""
    found = place_object(plan, result)
    if found is None or found["layer"] is None:
        return ""
    return f"{found['path']}:{found['line']}:{found['column']}" if found["path"] else f"{found['name']} of {found['layer']}"
