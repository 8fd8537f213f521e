"""Which part of an account of CyberArk each setting of a connection takes."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from idmxml.settings.pages import agent_page


@cache
def account_fields() -> Mapping[str, str]:
    """The field of an account by setting, as documented: ``Login`` takes ``UserName``."""
    section = agent_page().root.below("CyberArk")
    fields = section.schema["x-idmxml-account-fields"] if section is not None else {}
    return MappingProxyType({name: field for field, names in fields.items() for name in names})
