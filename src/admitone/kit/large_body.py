"""Decode and validate large bodies beside the event loop; small ones where they are."""

from typing import Any

from litestar import Request

from admitone.kit.body_limits import BUYER_BYTES_MAX
from admitone.kit.faults import decode_body
from admitone.kit.off_loop import off_loop

ON_LOOP_BYTES_MAX = BUYER_BYTES_MAX


class LargeBodyRequest(Request[Any, Any, Any]):
    """The application's request."""

    async def json(self) -> Any:
        """Return the body; a large one as the type that the route declares. Raises `MalformedBody`, `InvalidBody`."""
        body, declared = await self.body(), self.route_handler.parsed_data_field
        if declared is None or len(body) <= ON_LOOP_BYTES_MAX:
            return await super().json()
        return await off_loop(decode_body, body, declared.annotation)
