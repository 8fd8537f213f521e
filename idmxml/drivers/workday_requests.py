"""The JSON file of the requests that an export sends to Workday."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from idmxml.drivers.driver import Failure, Settings, Stage, StageFailure
from idmxml.drivers.found_files import find_file, start_of
from idmxml.settings.json_faults import Fault
from idmxml.settings.jsonc import Array, Node, Object, decode, parse

FILE: Final = "InputFilePath"
LARGEST: Final = 8 << 20
SERVICE: Final = re.compile(r"[A-Za-z_]+/v[0-9]+(?:\.[0-9]+)?")
BODY: Final = re.compile(r"<soapenv:Body>.*</soapenv:Body>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WorkdayRequest:
    """A request for an entity. ``incremental_tag`` is the element that limits it to changes, empty for none."""

    entity: str
    service: str
    body: str = field(repr=False)
    incremental_tag: str = ""


def read_requests(settings: Settings) -> tuple[WorkdayRequest, ...]:
    """The requests of the file, each entity once; StageFailure when the file or one of them is not as it has to be."""
    try:
        return _requests(settings, _stored(settings))
    except StageFailure as failure:  # nothing was reached yet: the file is a part of the settings
        message, setting, hint = failure.message, failure.setting, failure.hint
        raise StageFailure(failure.failure, message, setting=setting, hint=hint, stage=Stage.SETTINGS) from None


def _stored(settings: Settings) -> Any:
    path = find_file(settings, FILE)
    shown = settings.shown_file(FILE, path)
    raw = start_of(settings, FILE, path, LARGEST + 1)
    if not raw.strip():
        raise StageFailure(Failure.FILE_EMPTY, f"{shown} is empty", setting=settings.full_name(FILE))
    if len(raw) > LARGEST:
        raise _wrong(settings, f"{shown} is larger than a file of requests can be")
    try:
        found = parse(decode(raw), "")
    except UnicodeError:
        message = f"{shown} is neither UTF-8 nor marked as another encoding"
        raise StageFailure(Failure.FILE_ENCODING, message, setting=settings.full_name(FILE)) from None
    if isinstance(found, Fault):
        raise _wrong(settings, f"{shown} is no JSON, from line {found.span.line} on")
    return _plain(found)


def _plain(node: Node) -> Any:
    """The value of a node, numbers and truth values as text."""
    if isinstance(node, Object):
        return {each.key: _plain(each.value) for each in node.members}
    if isinstance(node, Array):
        return [_plain(each) for each in node.items]
    return None if node.kind == "null" else node.text


def _requests(settings: Settings, stored: Any) -> tuple[WorkdayRequest, ...]:
    listed = stored.get("Requests") if isinstance(stored, Mapping) else None
    if not isinstance(listed, list) or not listed:
        raise _wrong(settings, "the file of requests has no list 'Requests', or an empty one")
    found: dict[str, WorkdayRequest] = {}
    for place, each in enumerate(listed):
        request = _request(settings, f"Requests[{place}]", each)
        found.setdefault(request.entity.casefold(), request)
    return tuple(found.values())


def _request(settings: Settings, place: str, stored: Any) -> WorkdayRequest:
    if not isinstance(stored, Mapping):
        raise _wrong(settings, f"'{place}' of the file of requests is no object")
    fields = ("EntityName", "WebService", "XmlBody", "IncrementalTag")
    entity, service, body, tag = (_text(stored.get(name)) for name in fields)
    for why in _faults(entity, service, body):
        raise _wrong(settings, f"'{place}' of the file of requests {why}")
    return WorkdayRequest(entity, service, body, tag.removeprefix("bsvc:"))


def _faults(entity: str, service: str, body: str) -> Iterator[str]:
    if not entity or not entity.isprintable():
        yield "has no 'EntityName'"
    if not SERVICE.fullmatch(service):
        yield "has no 'WebService' of the form <service>/v<version>"
    if not BODY.fullmatch(body):
        yield "has no 'XmlBody' from <soapenv:Body> to </soapenv:Body>"


def _text(stored: Any) -> str:
    return stored.strip() if isinstance(stored, str) else ""


def _wrong(settings: Settings, message: str) -> StageFailure:
    return StageFailure(Failure.FILE_FORMAT, message, setting=settings.full_name(FILE))
