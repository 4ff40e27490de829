"""The gateway cannot write a body to its disk: it answers 503 with `Retry-After`, as for every missing resource."""

import shutil

import httpx
import pytest

from tests.problems import refusal
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("faults")

LARGER_THAN_A_BUFFER = b" " * 600_000


async def test_a_body_that_cannot_be_buffered_is_503_unavailable(stack: Stack) -> None:
    (folder,) = stack.folder.glob("**/nginx/body")
    away = folder.with_name("body-away")
    headers = {"Authorization": f"Bearer {stack.api_key}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=stack.address, headers=headers, timeout=30) as http:
        folder.rename(away)
        try:
            refused = await http.post("/organizer/seat-maps", content=LARGER_THAN_A_BUFFER)
            page = await http.post(
                "/organizer/seat-maps", content=LARGER_THAN_A_BUFFER, headers={"Accept": "text/html"}
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            away.rename(folder)
        taken = await http.post("/organizer/seat-maps", content=LARGER_THAN_A_BUFFER)

    assert refusal(refused) == (503, "busy")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (page.status_code, "</html>" in page.text) == (503, True)
    assert refusal(taken) == (400, "malformed-body")
