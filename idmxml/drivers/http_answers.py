"""Answers of HTTP services, and what their status says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from idmxml.drivers.driver import Failure, Stage, StageFailure

LARGEST: Final = 64 << 20
"""Bytes of an answer that are read at most."""
PACKINGS: Final = "gzip, deflate"
"""How answers may be packed, as ``Accept-Encoding`` tells it: in ways that swell by a thousand at most."""
ABSENT: Final = frozenset({404, 410, 501})
"""Statuses of what a service does not have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the headers by name in lower case, and the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def is_absent(self) -> bool:
        """Whether the service has nothing of the kind."""
        return self.status in ABSENT

    @property
    def is_passing(self) -> bool:
        """Whether the service only fails for now."""
        return self.status == 429 or self.status >= 500

    @property
    def is_page(self) -> bool:
        """Whether the body is a web page, as those to log in are."""
        return "html" in self.headers.get("content-type", "").casefold()


def loose_object(answer: Answer) -> Mapping[str, Any] | None:
    """The JSON object in an answer; None when it is something else."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, Mapping) else None


def is_unpackable(headers: Mapping[str, str]) -> bool:
    """Whether a body is packed once at most, and as it was asked for, so that a small one does not fill the memory."""
    packing = headers.get("content-encoding", "").strip().casefold()
    return packing in {"", "identity", *PACKINGS.split(", ")}


def status_failure(answer: Answer, stage: Stage, setting: str) -> StageFailure:
    """The failure for a status that is no success. ``setting`` is the full name of the one to correct."""
    status = answer.status
    if status == 403:
        return StageFailure(Failure.NO_RIGHT, "the service denies this account access", setting=setting, stage=stage)
    if answer.is_absent:
        message = f"the service does not have what is asked for (status {status})"
        return StageFailure(Failure.NOT_FOUND, message, setting=setting, stage=stage)
    if status == 429:
        wait = answer.headers.get("retry-after", "")
        told = f", and asks to wait {int(wait)} seconds" if wait.isdecimal() and len(wait) < 7 else ""
        return StageFailure(
            Failure.THROTTLED, f"the service takes no more requests for now{told}", setting=setting, stage=stage
        )
    if status >= 500:
        return StageFailure(Failure.CUT_OFF, f"the service failed with status {status}", setting=setting, stage=stage)
    message = f"the service answers with status {status}"
    return StageFailure(Failure.MALFORMED_ANSWER, message, setting=setting, stage=stage)
