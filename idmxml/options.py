"""How the tool was asked to run: the command line's words and those of the files of options, as frozen values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from idmxml.approvals import Approval
from idmxml.diagnostics import Severity
from idmxml.errors import EnvironmentFault, UsageError
from idmxml.phrases import did_you_mean, listed

CONFIG_NAME = "idmxml.toml"
APPROVALS_NAME = "idmxml-approvals.toml"
NEVER = "never"
OFF = "off"


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What ``idmxml.toml`` says, and ``idmxml-approvals.toml`` beside it.

    ``severity`` gives rules another severity, None switches one off. ``exclude`` holds patterns of paths relative to the
    file. ``paths`` maps folders of the agent to local ones. ``max_file_size`` is in megabytes. ``key_vault_secrets`` are the
    names of secrets known to lie in Azure Key Vault, None when nobody listed them. ``approvals`` are the accepted findings
    and changes, those of ``idmxml.toml`` first.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    severity: Mapping[str, Severity | None] = field(default_factory=dict)
    fail_on: str | None = None
    max_file_size: float = 64.0
    paths: Mapping[str, str] = field(default_factory=dict)
    key_vault_secrets: tuple[str, ...] | None = None
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How to check. ``jobs`` 0 means one process for each core; ``config`` None means the root's ``idmxml.toml``.

    ``today`` is the day that approvals and ages are judged by, None to judge none. ``max_age`` is the number of days a recorded
    schema may be old on it, None for any. ``use_baseline`` tells whether findings of the stored baseline are left out.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    config: Path | None = None
    settings: Path | None = None
    environment: str | None = None
    xsd: Path | None = None
    jobs: int = 0
    today: date | None = None
    max_age: int | None = None
    use_baseline: bool = True


TEXTS = ("select", "ignore", "exclude")
KEY_VAULT_SECRETS = "key-vault-secrets"
APPROVE = "approve"
KNOWN = (*TEXTS, "severity", "fail-on", "max-file-size", "paths", KEY_VAULT_SECRETS, APPROVE)


def repository_options(root: Path, config: Path | None = None) -> FileOptions:
    """The options of the repository at ``root``; ``config`` is read in place of its ``idmxml.toml``.

    UsageError when ``config`` is not there, or a file is no TOML, or says something that does not exist.
    """
    own, approvals = root / CONFIG_NAME, root / APPROVALS_NAME
    options = given_options(config) if config else read_file_options(own) if own.exists() else FileOptions()
    return with_approvals(options, _bytes_of(approvals), approvals) if approvals.exists() else options


def given_options(config: Path) -> FileOptions:
    """The options of a file that the command line names; UsageError as for ``repository_options``."""
    if not config.is_file():
        raise UsageError(f"there is no configuration file '{config}'")
    return read_file_options(config)


def read_file_options(file: Path) -> FileOptions:
    """The options of a file; UsageError when it is no TOML, or says something that does not exist."""
    return parse_file_options(_bytes_of(file), file)


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise EnvironmentFault(f"{file} can't be read: {error.strerror}") from None


def with_approvals(options: FileOptions, data: bytes, file: Path | str) -> FileOptions:
    """The options with the approvals in the bytes of a file of their own; UsageError as for ``repository_options``."""
    stored = stored_options(data, file)
    for key in stored:
        if key != APPROVE:
            raise UsageError(f"{file}: '{key}' is not for this file, which has [[approve]] alone; it may be for {CONFIG_NAME}")
    return replace(options, approvals=(*options.approvals, *_approvals(file, stored.get(APPROVE, []))))


def stored_options(data: bytes, file: Path | str) -> dict[str, Any]:
    """What the bytes of a file called ``file`` say as TOML; UsageError when they are none."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not in UTF-8; save it in that encoding") from None
    except ValueError as error:  # TOMLDecodeError, and a number that is too long
        raise UsageError(f"{file} is no TOML: {error}") from None


def parse_file_options(data: bytes, file: Path | str) -> FileOptions:
    """The options in the bytes of a file called ``file``; UsageError as for ``repository_options``."""
    stored = stored_options(data, file)
    for key in stored:
        if key not in KNOWN:
            near = get_close_matches(key, KNOWN, n=1)
            hint = did_you_mean(near[0]) if near else f"there are {listed(KNOWN)}"
            raise UsageError(f"{file}: unknown option '{key}'; {hint}")
    return FileOptions(
        **{key: _texts(file, stored, key) for key in TEXTS},
        severity=_severities(file, stored.get("severity", {})),
        fail_on=_fail_on(file, stored.get("fail-on")),
        max_file_size=_size(file, stored.get("max-file-size", 64)),
        paths=_paths(file, stored.get("paths", {})),
        key_vault_secrets=_texts(file, stored, KEY_VAULT_SECRETS) if KEY_VAULT_SECRETS in stored else None,
        approvals=_approvals(file, stored.get(APPROVE, [])),
    )


def _texts(file: Path | str, stored: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = stored.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(f"{file}: '{key}' must be a list of texts")
    return tuple(value)


def _severities(file: Path | str, stored: object) -> Mapping[str, Severity | None]:
    if not isinstance(stored, dict):
        raise UsageError(f"{file}: 'severity' must be a table of codes, such as IDM2004 = \"error\"")
    found: dict[str, Severity | None] = {}
    for code, label in stored.items():
        try:
            found[code] = None if label == OFF else Severity.from_label(str(label))
        except ValueError as error:
            raise UsageError(f"{file}: severity of {code}: {error}, {OFF}") from None
    return found


def _fail_on(file: Path | str, stored: object) -> str | None:
    if stored is None or stored in {"error", "warning", "info", NEVER}:
        return None if stored is None else str(stored)
    raise UsageError(f"{file}: 'fail-on' must be error, warning, info or never")


LARGEST_SIZE: Final = 1_000_000
"""Megabytes; a file of that size is none of a configuration."""


def _size(file: Path | str, stored: object) -> float:
    if isinstance(stored, int | float) and not isinstance(stored, bool) and 0 < stored <= LARGEST_SIZE:
        return float(stored)
    raise UsageError(f"{file}: 'max-file-size' must be a number of megabytes above 0, and at most {LARGEST_SIZE}")


def _paths(file: Path | str, stored: object) -> Mapping[str, str]:
    if isinstance(stored, dict) and all(isinstance(each, str) for each in stored.values()):
        return stored
    raise UsageError(f"{file}: 'paths' must map folders of the agent to local folders")


APPROVAL_TEXTS = ("code", "object", "reason", "author")
APPROVAL_WORDS = (*APPROVAL_TEXTS, "expires")


def _approvals(file: Path | str, stored: object) -> tuple[Approval, ...]:
    if not isinstance(stored, list) or not all(isinstance(each, dict) for each in stored):
        raise UsageError(f"{file}: approvals are written as [[approve]] with code, object and reason")
    return tuple(_approval(f"{file}: [[approve]] {number}", each) for number, each in enumerate(stored, 1))


def _approval(where: str, stored: Mapping[str, object]) -> Approval:
    words = {"code" if key == "rule" else key: value for key, value in stored.items()}
    for key in words:
        if key not in APPROVAL_WORDS:
            near = get_close_matches(key, APPROVAL_WORDS, n=1)
            hint = did_you_mean(near[0]) if near else f"there are {listed(APPROVAL_WORDS)}"
            raise UsageError(f"{where}: unknown word '{key}'; {hint}")
    texts = {key: words.get(key, "") for key in APPROVAL_TEXTS}
    for key, value in texts.items():
        if not isinstance(value, str) or (not value.strip() and key != "author"):
            raise UsageError(f"{where}: '{key}' must be a text" + ("" if key == "author" else ", and is needed"))
    expires = words.get("expires")
    if expires is not None and (not isinstance(expires, date) or isinstance(expires, datetime)):
        raise UsageError(f"{where}: 'expires' must be a date such as 2030-01-31, without quotes")
    return Approval(**texts, expires=expires)  # type: ignore[arg-type]  # checked above
