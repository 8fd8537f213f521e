"""Which part of an account of CyberArk each setting of a connection takes."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from idmxml.settings.keys import fold
from idmxml.settings.pages import agent_page


@cache
def account_fields() -> Mapping[str, str]:
    """The field of an account by setting, as documented: ``Login`` takes ``UserName``."""
    section = agent_page().root.below("CyberArk")
    fields = section.schema["x-idmxml-account-fields"] if section is not None else {}
    return MappingProxyType({name: field for field, names in fields.items() for name in names})


def account_field(key: str) -> str | None:
    """The field of an account that a setting takes, by the last part of its key; None when none is documented."""
    return _by_key().get(key)


@cache
def _by_key() -> Mapping[str, str]:
    return {fold(name): field for name, field in account_fields().items()}
