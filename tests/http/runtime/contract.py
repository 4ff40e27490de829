"""The operations of the OpenAPI document, as requests that can be sent."""

import re
from dataclasses import dataclass
from typing import Any

import httpx

METHODS = ("get", "put", "post", "patch", "delete")
WEBHOOK = "/payments/webhooks/stripe"
REPORTS = ("/mail/reports", "/mail/reports/messages")
"""They need a secret of their own, which is checked before anything else."""


@dataclass(frozen=True)
class Operation:
    """`path` has unknown ids in the place of its parameters."""

    method: str
    path: str
    needs_key: bool
    takes_body: bool


async def read_operations(http: httpx.AsyncClient) -> list[Operation]:
    document: dict[str, Any] = (await http.get("/schema/openapi.json")).raise_for_status().json()
    return [
        Operation(
            method.upper(),
            re.sub(r"\{\w+\}", "of_nothing", path),
            {"api_key": []} in operation.get("security", []),
            "requestBody" in operation,
        )
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]
