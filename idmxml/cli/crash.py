"""What is told when the tool itself fails: where, and nothing that might be a secret."""

import traceback
from pathlib import PurePath

FAULT_OF_THE_TOOL = 70
SEE_SECRETS = frozenset({"settings", "drivers", "live"})
"""The parts of the program in which texts of settings are at hand unsealed."""


def told(error: BaseException) -> str:
    """The places in the program that led to a failure, and its message unless secrets were at hand there."""
    frames = traceback.extract_tb(error.__traceback__)
    places = "".join(traceback.format_list(frames))
    message = type(error).__name__ if is_near_secrets(error) else f"{type(error).__name__}: {error}"
    return f"{places}idmxml: this is a fault of the tool, please report it with the lines above: {message}"


def is_near_secrets(error: BaseException) -> bool:
    """Whether an error comes from a part of the program in which secrets are at hand, so that it may hold one."""
    frames = traceback.extract_tb(error.__traceback__)
    return not SEE_SECRETS.isdisjoint(part for frame in frames for part in PurePath(frame.filename).parts)
