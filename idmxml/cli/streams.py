"""The standard streams, closed or on a full disk, and what a machine refuses wherever it comes up."""

import errno
import os
import sys
from pathlib import Path
from typing import Final

from idmxml.errors import EnvironmentFault, IdmxmlError, UsageError

REFUSED: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE})
"""What a machine has no more of: space, open files."""


def open_closed_streams() -> None:
    """Put the null device in the place of standard streams that are closed, so that whoever writes to them need not ask."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  open to the end of the process


def write_bytes(data: bytes) -> None:
    """Write to standard output; EnvironmentFault when it takes no more. A reader that has gone is no fault."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        silence_output()
    except OSError as error:
        silence_output()
        raise EnvironmentFault(f"standard output can't be written: {error.strerror}") from None


def silence_output() -> None:
    """Send to the null device what standard output still holds, which would be told as a fault when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fault_of_machine(error: Exception) -> IdmxmlError | None:
    """What the command line tells when the machine refused something where nobody looked for it; None for other faults.

    A path is told only where it can't come from a setting that is secret.
    """
    if not isinstance(error, OSError):
        return None
    if isinstance(error, PermissionError):
        from idmxml.cli.crash import is_near_secrets

        path = None if is_near_secrets(error) else error.filename
        return EnvironmentFault(f"{path or 'a file or folder'} can't be reached: {error.strerror}; check its rights")
    if error.errno == errno.ENAMETOOLONG:
        return UsageError("a path is longer than this machine allows; name a shorter one")
    if error.errno in REFUSED:
        return EnvironmentFault(f"the machine has no more room or files for this: {error.strerror}")
    return None
