"""Programs that tests need beside Python: where one is missing the test is skipped, or fails where it has to be there."""

import os
import shutil

import pytest

REQUIRED = os.environ.get("IDMXML_LIVE_TESTS") == "required"


def unavailable(reason: str) -> None:
    """Skip the test, or fail it where nothing may be missing."""
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str, *folders: str, others: tuple[str, ...] = ()) -> str:
    """The path of a program, which may be in further folders, or called otherwise on some machines."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", *folders))
    found = next((each for word in (name, *others) if (each := shutil.which(word, path=path))), None)
    if found is None:
        unavailable(f"{name} is not installed")
    return str(found)
