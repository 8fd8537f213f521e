"""An interactive zsh in a terminal of its own, as somebody types into it."""

import os
import re
import selectors
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 30.0
READY = "ready> "
# The tab key goes through the completions one by one; Control-G shows the line that was typed, and empties it.
START = f"""
autoload -Uz compinit && compinit -u -d "$ZDOTDIR/.dump"
eval "$(idmxml completion zsh)"
setopt menu_complete no_beep
unset zle_bracketed_paste
show() {{ print -r -- "<$BUFFER>"; BUFFER=; zle redisplay }}
zle -N show && bindkey "^G" show
PS1="{READY}"
"""


@dataclass(frozen=True)
class Terminal:
    """The terminal's end that a person sits at, as a file descriptor."""

    main: int

    def wait(self) -> None:
        """Wait until a line can be typed."""
        self._until(re.escape(READY) + "$")

    def line_after(self, keys: str) -> str:
        """The line that stands there when these keys were pressed; it is emptied then."""
        self._type(f"{keys}\x07")
        return self._until("<(.*)>\r")[1]

    def _type(self, keys: str) -> None:
        os.write(self.main, keys.encode())

    def _until(self, pattern: str) -> re.Match[str]:
        told, end = b"", time.monotonic() + PATIENCE
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.main, selectors.EVENT_READ)
            while time.monotonic() < end:
                if waiting.select(timeout=0.2):
                    told += os.read(self.main, 4096)
                    if found := re.search(pattern, told.decode("utf-8", "replace")):
                        return found
        raise AssertionError(f"zsh never said {pattern}, but: {told!r}")


@contextmanager
def zsh_terminal(zsh: str, folder: Path, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """A zsh that works in ``folder``, with completion turned on as its users do; it is ended after use."""
    (folder / ".zshrc").write_text(START, encoding="utf-8")
    main, side = os.openpty()
    process = subprocess.Popen(
        [zsh, "--no-globalrcs", "--interactive"],
        stdin=side,
        stdout=side,
        stderr=side,
        cwd=folder,
        env={**environment, "ZDOTDIR": str(folder), "TERM": "dumb"},
        start_new_session=True,
    )
    os.close(side)
    try:
        terminal = Terminal(main)
        terminal.wait()
        yield terminal
    finally:
        process.kill()
        process.wait()
        os.close(main)
