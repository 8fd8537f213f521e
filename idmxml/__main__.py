"""``python -m idmxml`` is the same as ``idmxml``."""

from idmxml.cli.main import main

main()
