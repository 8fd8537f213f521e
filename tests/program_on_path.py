"""An ``idmxml`` that shells find on their path, run by the Python of the tests."""

import os
import sys
from pathlib import Path

START = "import sys; sys.argv[0] = 'idmxml'; from idmxml.cli.main import main; main()"


def with_program(folder: Path) -> dict[str, str]:
    """The environment of this process, with the program, which is written below ``folder``, first on the path."""
    program = folder / ".bin" / "idmxml"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{START}" "$@"\n')
    program.chmod(0o755)
    path = os.pathsep.join((str(program.parent), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "PYTHONPATH": str(Path(__file__).parents[1])}
