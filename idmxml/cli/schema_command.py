"""``idmxml schema``: the group of commands about recorded schemas."""

from idmxml.cli.lazy_group import LazyGroup

COMMANDS = {
    "blame": "Since which refresh each column is there, changed or gone.",
    "diff": "What changed between two versions of a recorded schema.",
    "log": "Every refresh of a connection, and how it ended.",
    "show": "The recorded schema of a connection.",
}

command = LazyGroup("schema", COMMANDS, "schema_", "Look at the recorded schemas of connections, and at their history.")
