"""``idmxml new``: the group of commands that write new configuration."""

from idmxml.cli.lazy_group import LazyGroup

COMMANDS = {
    "connection": "Write a connection, and the settings it needs.",
    "connector": "Write a connector.",
    "entity-type": "Write entity types from a recorded schema.",
}

command = LazyGroup("new", COMMANDS, "new_", "Write new configuration into the files where it belongs.")
