"""Write many documents in one request, and report the failed actions."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError, TransportError

from admitone.search.adapters.opensearch_client import WRITE_SECONDS_MAX

_encoder = msgspec.json.Encoder()

Action = tuple[str, str, dict[str, Any] | None]
"""(`index`, `create` or `delete`; id; the document)"""
_ACTIONS_A_REQUEST_MAX = 1_000
_TOO_MUCH = 429
# Retry a cluster that is overloaded (a full queue, a heap to be collected) with growing pauses.
_PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


async def write_actions(
    client: AsyncOpenSearch, alias: str, actions: Sequence[Action], *, wait_until_found: bool = False
) -> None:
    """Write through `alias` only: a write must not recreate an index that is no longer active.

    With `wait_until_found`, return when searches find the changes. Raises NotFoundError without the alias, and
    TransportError with 429 if the cluster is still overloaded after half a minute.
    """
    params: dict[str, Any] = {"require_alias": "true", "request_timeout": WRITE_SECONDS_MAX}
    for start in range(0, len(actions), _ACTIONS_A_REQUEST_MAX):
        chunk = actions[start : start + _ACTIONS_A_REQUEST_MAX]
        is_last = start + len(chunk) == len(actions)
        waiting = {"refresh": "wait_for"} if wait_until_found and is_last else {}
        await _write(client, alias, b"".join(_lines(chunk)).decode(), {**params, **waiting})


async def _write(client: AsyncOpenSearch, alias: str, body: str, params: dict[str, Any]) -> None:
    """Write the actions; repeating them has the same result, because each names its document."""
    for pause in (*_PAUSES_SECONDS, None):
        try:
            answer = await client.bulk(body=body, index=alias, params=params)
            if answer["errors"]:
                _check(answer["items"])
            return
        except TransportError as error:
            if error.status_code != _TOO_MUCH or pause is None:
                raise
            await asyncio.sleep(pause)


def _lines(actions: Iterable[Action]) -> Iterable[bytes]:
    for kind, one_id, source in actions:
        yield _encoder.encode({kind: {"_id": one_id}}) + b"\n"
        if source is not None:
            yield _encoder.encode(source) + b"\n"


def _check(items: Sequence[dict[str, Any]]) -> None:
    for item in items:
        ((kind, answer),) = item.items()
        status = answer["status"]
        # A delete of a missing document (which has no `error`) and a create of an existing one are successes.
        if status < 300 or "error" not in answer or (kind == "create" and status == 409):
            continue
        raised = NotFoundError if status == 404 else TransportError
        raise raised(status, answer["error"]["type"], answer["error"])
