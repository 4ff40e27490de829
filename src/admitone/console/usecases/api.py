"""Call the organizer API inside this process, with the credential of the session.

One way in: validation, problem details, idempotency, roles and audit are the same for a screen, a key and a command.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
from msgspec import Struct

ApiApp = Callable[[Any, Any, Any], Awaitable[None]]
"""The organizer API as an ASGI application."""
Json = Any

_INTERNAL = "http://api.internal"  # no packet leaves the process; the routes need a host


class Problem(Struct, frozen=True):
    """A refusal of the API. `faults`: (JSON pointer, words) of a body that breaks rules."""

    status: int
    code: str
    detail: str
    members: dict[str, Any]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Return the faults of the body; where the refusal names none, its detail for the whole form."""
        errors = self.members.get("errors")
        return [(error["pointer"], error["detail"]) for error in errors] if errors else [("", self.detail)]


class Answer(Struct, frozen=True):
    """A success. `etag` guards a later change (`If-Match`)."""

    document: Json
    status: int
    etag: str | None
    location: str | None


class ApiRefused(Exception):
    """A read was refused, or the answer of a change is not expected to be: the screen's error page shows it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Api:
    """The API in the name of one session. `address`: the client's, for limits and the audit trail."""

    def __init__(self, app: ApiApp, token: str, address: str | None, agent: str) -> None:
        self._app = app
        self._address = address or ""
        self._headers = {"Authorization": f"Bearer {token}", "User-Agent": agent, "Accept": "application/json"}

    async def get(self, path: str, **query: Any) -> Json:
        """Return the document. Raises `ApiRefused`. A parameter that is None is not sent."""
        return (await self.read(path, **query)).document

    async def read(self, path: str, **query: Any) -> Answer:
        """Return the document and its ETag, for a form that changes it. Raises `ApiRefused`."""
        answer = await self._send("GET", path, query=query)
        if isinstance(answer, Problem):
            raise ApiRefused(answer)
        return answer

    async def download(self, path: str, accept: str, **query: Any) -> httpx.Response:
        """Return another representation (`text/csv`). Raises `ApiRefused`."""
        response = await self._request("GET", path, query=query, headers={"Accept": accept})
        if response.is_error:
            raise ApiRefused(_problem(response))
        return response

    async def post(self, path: str, document: Json = None, *, key: str | None = None) -> Answer | Problem:
        """`key`: the form's (`Form.key`), so that a second click changes nothing twice."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self._send("POST", path, document, headers=headers)

    async def upload(self, path: str, body: bytes, media_type: str) -> Answer | Problem:
        """Send a file as the body."""
        response = await self._request("POST", path, body, query={}, headers={"Content-Type": media_type})
        return _answer(response)

    async def patch(self, path: str, document: Json, *, etag: str | None = None) -> Answer | Problem:
        """`etag`: of the version that the form showed; a problem with status 412 says that it changed meanwhile."""
        return await self._send("PATCH", path, document, headers=_if_match(etag))

    async def put(self, path: str, document: Json, *, etag: str | None = None) -> Answer | Problem:
        return await self._send("PUT", path, document, headers=_if_match(etag))

    async def delete(self, path: str, *, etag: str | None = None) -> Answer | Problem:
        return await self._send("DELETE", path, headers=_if_match(etag))

    async def _send(
        self,
        method: str,
        path: str,
        document: Json = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer | Problem:
        content = None if document is None else msgspec.json.encode(document)
        typed = {} if content is None else {"Content-Type": "application/json"}
        return _answer(
            await self._request(method, path, content, query=query or {}, headers={**typed, **(headers or {})})
        )

    async def _request(
        self, method: str, path: str, content: bytes | None = None, *, query: dict[str, Any], headers: dict[str, str]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, client=(self._address, 0))
        async with httpx.AsyncClient(transport=transport, base_url=_INTERNAL, trust_env=False) as client:
            return await client.request(
                method,
                path,
                params={name: value for name, value in query.items() if value is not None},
                content=content,
                headers={**self._headers, **headers},
            )


def _if_match(etag: str | None) -> dict[str, str]:
    return {"If-Match": etag} if etag else {}


def _answer(response: httpx.Response) -> Answer | Problem:
    if response.is_error:
        return _problem(response)
    return Answer(
        document=msgspec.json.decode(response.content) if response.content else None,
        status=response.status_code,
        etag=response.headers.get("etag"),
        location=response.headers.get("location"),
    )


def _problem(response: httpx.Response) -> Problem:
    members = msgspec.json.decode(response.content, type=dict[str, Any])
    return Problem(response.status_code, members.pop("code"), members.pop("detail"), members)
