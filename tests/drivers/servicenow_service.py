"""A service that answers as the Table API of ServiceNow is documented."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from http_service import Asked, Told

NEVER_TOLD = "Zo\u00eb-never-told"
PASSWORD, KEY, TOKEN = "password-never-told", "key-never-told", "token-never-told"
API = "/api/now/table"


def table(name: str, label: str, base: str = "") -> dict[str, str]:
    return {"name": name, "label": label, "super_class.name": base}


def column(table: str, element: str, kind: str = "string", length: str = "40", **more: str) -> dict[str, str]:
    return {
        "name": table,
        "element": element,
        "column_label": element.replace("_", " ").title(),
        "internal_type": kind,
        "max_length": length,
        "active": "true",
        **more,
    }


TABLES = (
    table("sys_user", "User"),
    table("sys_user_group", "Group"),
    table("sys_user_grmember", "Group Member"),
    table("task", "Task"),
    table("incident", "Incident", "task"),
)
KEYS = tuple(column(each, "sys_id", "GUID", "32") for each in ("sys_user", "sys_user_group", "sys_user_grmember", "task"))
DICTIONARY = (
    *(column(each["name"], "", "collection") for each in TABLES),
    *KEYS,
    column("sys_user", "user_name", unique="true"),
    column("sys_user", "active", "boolean"),
    column("sys_user", "failed_attempts", "integer"),
    column("sys_user", "last_login_time", "glide_date_time"),
    column("sys_user", "manager", "reference", "32", reference="sys_user"),
    column("sys_user", "retired", active="false"),
    column("sys_user_group", "name", length="80"),
    column("sys_user_group", "type", "glide_list", "1024", reference="sys_user_group_type"),
    column("sys_user_grmember", "group", "reference", "32", reference="sys_user_group"),
    column("sys_user_grmember", "user", "reference", "32", reference="sys_user"),
    column("task", "priority", "integer"),
    column("task", "language", "reference", "32", reference="sys_language", reference_key="id"),
    column("incident", "severity", "integer"),
    column("incident", "cost", "decimal", "15"),
)
RECORDS: Mapping[str, tuple[dict[str, str], ...]] = {
    "sys_db_object": TABLES,
    "sys_dictionary": DICTIONARY,
    "sys_user": tuple(
        {"sys_id": str(each), "user_name": NEVER_TOLD, "sys_updated_on": "2024-01-01 00:00:00"} for each in (1, 2)
    ),
    "sys_user_group": ({"sys_id": "1", "sys_updated_on": "2024-01-01 00:00:00"},),
    "sys_user_grmember": (),
    "task": (),
    "incident": (),
    "u_view": ({"sys_id": "1"},),
}


@dataclass(frozen=True)
class ServiceNow:
    """A service. ``instead`` are answers given in place of the right ones, by path.

    ``records`` are the rows by table. The first row of ``hides_first_of`` is hidden from the account.
    """

    instead: Mapping[str, Told] = field(default_factory=dict)
    records: Mapping[str, tuple[dict[str, str], ...]] = field(default_factory=lambda: RECORDS)
    hides_first_of: str = ""
    tells_total: bool = True

    def __call__(self, asked: Asked) -> Told:
        if asked.path in self.instead:
            return self.instead[asked.path]
        if asked.path == "/oauth_token.do":
            return _token(asked)
        account = base64.b64encode(f"reader:{PASSWORD}".encode()).decode()
        if asked.headers.get("Authorization") not in {f"Bearer {TOKEN}", f"Basic {account}"}:
            return told({"error": {"message": "User Not Authenticated"}, "status": "failure"}, 401)
        name = asked.path.removeprefix(f"{API}/")
        if not asked.path.startswith(f"{API}/"):
            return told({"error": {"message": "Requested URI does not represent any resource"}}, 400)
        if name not in self.records:
            return told({"error": {"message": f"Invalid table {name}"}, "status": "failure"}, 400)
        return self._rows(name, asked.query)

    def _rows(self, name: str, query: Mapping[str, str]) -> Told:
        found = _queried(self.records[name], query.get("sysparm_query", ""))
        start = int(query.get("sysparm_offset", "0"))
        page = found[start : start + int(query["sysparm_limit"])]
        hides = name == self.hides_first_of and start == 0
        shown = page[1:] if hides else page
        fields = query["sysparm_fields"].split(",")
        result = [{name: each[name] for name in fields if name in each} for each in shown]
        return told({"result": result}, headers={"X-Total-Count": str(len(found))} if self.tells_total else {})


def _queried(rows: tuple[dict[str, str], ...], query: str) -> list[dict[str, str]]:
    """The rows that an encoded query finds."""
    found = list(rows)
    orders: list[str] = []
    for part in filter(None, query.split("^")):
        if part.startswith("ORDERBY"):
            orders.append(part.removeprefix("ORDERBY"))
        elif part.endswith("ISNOTEMPTY"):
            found = [each for each in found if each.get(part.removesuffix("ISNOTEMPTY"))]
        elif "IN" in part:
            name, _in, values = part.partition("IN")
            found = [each for each in found if each.get(name) in values.split(",")]
        elif ">" in part:
            name, _more, value = part.partition(">")
            found = [each for each in found if each.get(name, "") > value]
        else:
            name, _equals, value = part.partition("=")
            found = [each for each in found if each.get(name, value) == value]  # a field that is not there is passed over
    return sorted(found, key=lambda each: [each.get(name, "") for name in orders])


def _token(asked: Asked) -> Told:
    client = {"client_id": "app", "client_secret": KEY}
    expected = {"grant_type": "password", "username": "reader", "password": PASSWORD, **client}
    is_right = asked.method == "POST" and asked.form == expected
    return told(
        {"access_token": TOKEN, "token_type": "Bearer"} if is_right else {"error": "access_denied"}, 200 if is_right else 401
    )


def told(stored: Any, status: int = 200, headers: dict[str, str] | None = None) -> Told:
    return Told(status, json.dumps(stored).encode(), headers=headers or {})
