"""``idmxml package``: the group of commands about the catalogue of packages."""

from idmxml.cli.lazy_group import LazyGroup

COMMANDS = {
    "choose": "Find the package for what a connection is to do.",
    "list": "The table of all packages.",
    "show": "What a package does, and the settings it reads.",
}

command = LazyGroup("package", COMMANDS, "package_", "Look into the catalogue of connection packages.")
