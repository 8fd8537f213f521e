"""``idmxml connection``: the group of commands about connections."""

from idmxml.cli.lazy_group import LazyGroup

COMMANDS = {
    "check": "Try connections, stage by stage, in complete and incremental mode.",
    "list": "The table of all connections.",
    "refresh": "Record the schemas of connections, and tell what a change breaks.",
    "show": "Every setting of a connection, with the layer it comes from.",
}

command = LazyGroup(
    "connection", COMMANDS, "connection_", "Look at connections and their settings, try them, and record their schemas."
)
