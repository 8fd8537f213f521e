"""Faults in how the tool was called or where it runs; faults of a repository are diagnostics instead."""


class IdmxmlError(Exception):
    """Base of all errors the command line reports in one sentence; ``exit_code`` is the process's."""

    exit_code = 2


class UsageError(IdmxmlError):
    """The call asks for something that does not exist: an option, a code, a path, a format."""


class EnvironmentFault(IdmxmlError):
    """The machine lacks something: a folder can't be read or written, an optional package is not installed."""

    exit_code = 3
