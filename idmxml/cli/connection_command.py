"""``idmxml connection``: the group of commands about connections."""

from idmxml.cli.lazy_group import LazyGroup

COMMANDS = {
    "list": "The table of all connections.",
    "show": "Every setting of a connection, with the layer it comes from.",
}

command = LazyGroup("connection", COMMANDS, "connection_", "Look at connections and their settings.")
