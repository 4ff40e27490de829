"""The body of a request, read whole from ASGI and never beyond a limit."""

from litestar.types import Receive

from admitone.kit.refusal import BodyTooLarge


async def read_body(receive: Receive, *, bytes_max: int) -> bytes:
    """Return what has come, though the client leaves before the end. Raises `BodyTooLarge`."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message["body"]
        if len(body) > bytes_max:
            raise BodyTooLarge(f"A body has at most {bytes_max} bytes.")
        if not message.get("more_body"):
            return bytes(body)
