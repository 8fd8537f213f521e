"""A text as it may be shown: the values of secret attributes covered, every other character in its place."""

import re
from collections.abc import Sequence

COVER = "\N{BULLET}"


def covered(text: str, secrets: Sequence[str]) -> str:
    """The text with each character of the values of the attributes ``secrets`` replaced, line ends kept.

    It works on any text, also one that is no XML: a value whose quote is never closed is covered to the end.
    """
    if not any(name in text for name in secrets):
        return text
    names = "|".join(map(re.escape, secrets))
    form = re.compile(rf"""((?:\b(?:{names}))\s*=\s*["'])((?<=")[^"]*|(?<=')[^']*)""")
    return form.sub(lambda match: match[1] + re.sub(r"[^\r\n]", COVER, match[2]), text)
