"""Tokens from the Azure CLI, for whoever has logged in with ``az login``."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from idmxml.drivers.http_login import is_token
from idmxml.live.vaults.vault_http import VaultHttp

LONGEST: Final = 20.0
"""Seconds for the program, which is slow to start."""


def cli_token(resource: str, variables: Mapping[str, str], http: VaultHttp) -> str | None:
    """The token of the account that is logged in; None when the program is not there, or nobody is."""
    program = _program(variables.get("PATH", ""))
    if program is None:
        return None
    words = [str(program), "account", "get-access-token", "--output", "json", "--resource", resource]
    found = _output(words, program.parent, http.remaining(LONGEST))
    token = found.get("accessToken") if isinstance(found, Mapping) else None
    return token if isinstance(token, str) and is_token(token) else None


def _output(words: Sequence[str], folder: Path, seconds: float) -> object:
    try:
        done = subprocess.run(  # noqa: S603  a program of the machine, with words of ours
            words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
        return json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _program(path: str) -> Path | None:
    """The program in a folder of ``PATH``; never one of the current folder, which may be anybody's repository."""
    names = ("az.cmd", "az.exe", "az.bat") if os.name == "nt" else ("az",)
    folders = (Path(each) for each in path.split(os.pathsep) if each)
    found = (folder / name for folder in folders if folder.is_absolute() for name in names)
    return next((each for each in found if each.is_file() and os.access(each, os.X_OK)), None)
