"""The YAML that the README shows to users."""

import re
from pathlib import Path
from typing import Any

import yaml

README = Path(__file__).parents[2] / "README.md"


def example(key: str) -> Any:
    """The one example whose first key is ``key``."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    found = [each for each in map(yaml.safe_load, blocks) if next(iter(each)) == key]
    assert len(found) == 1, f"the README has {len(found)} examples that begin with '{key}'"
    return found[0]
