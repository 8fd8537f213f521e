"""Stages of checks that drivers of directories share, once a session is there."""

from typing import Final

from idmxml.drivers.directory_requests import BASE, Search
from idmxml.drivers.directory_schema import DirectorySchema
from idmxml.drivers.directory_session import Session
from idmxml.stages import Failure, Stage, StageFailure, StageResult, passed

SAMPLE: Final = 5
"""How many entries a search is followed to, to see that it finds any."""


def base_stage(session: Session, base: str, setting: str, called: str = "the base DN") -> StageResult:
    """That the account may read the entry ``base``; ``setting`` is the full name of the one that gives it.

    ``called`` is what people call the setting.
    """
    if not session.search(base_search(base), Stage.READ, setting).entries:
        raise nothing_shown(setting, called)
    return passed(Stage.READ, f"{base} is readable")


def base_search(base: str) -> Search:
    """The search for one entry alone."""
    return Search(base, scope=BASE, is_paged=False)


def nothing_shown(setting: str, called: str = "the base DN") -> StageFailure:
    """The failure for an entry that the server neither shows nor denies."""
    return StageFailure(Failure.NO_RIGHT, f"the server shows this account nothing at {called}", setting=setting)


def schema_stage(schema: DirectorySchema, *warnings: str) -> StageResult:
    """How much a schema holds."""
    count = f"{len(schema.attributes):,} attributes, {len(schema.classes):,} classes"
    return passed(Stage.SCHEMA, count, *warnings)


def complete_stage(session: Session, search: Search) -> StageResult:
    """Whether the search of the complete export finds entries; ``search`` has its filter and a limit."""
    if session.search(search, Stage.COMPLETE, "Filter").entries:
        return passed(Stage.COMPLETE, "the filter finds entries")
    return passed(Stage.COMPLETE, "", "the filter finds no entry that this account may see, so the export would be empty")
