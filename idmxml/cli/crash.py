"""What is told when the tool itself fails: where, and nothing that might be a secret."""

import sys
import traceback

FAULT_OF_THE_TOOL = 70
READS_SETTINGS = "idmxml.settings.read"


def told(error: BaseException) -> str:
    """The places in the program that led to a failure; its message only while no settings file was read.

    A message may quote any text the program works on, and so a secret before it is sealed.
    """
    frames = "".join(traceback.format_tb(error.__traceback__))
    message = type(error).__name__
    if READS_SETTINGS not in sys.modules:
        message = f"{message}: {error}"
    return f"{frames}idmxml: this is a fault of the tool, please report it with the lines above: {message}"
