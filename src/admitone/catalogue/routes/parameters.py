"""Parameters that several routes of the catalogue share, and cache times of their answers."""

from typing import Annotated

from litestar.params import QueryParameter

Words = Annotated[str, QueryParameter(max_length=200, description="Words of the name, in any order.")]
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

# An edge serves its copy while the catalogue cannot answer.
BRIEFLY = "public, max-age=1, stale-while-revalidate=5, stale-if-error=600"
A_MINUTE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=600"
FOR_EVER = "public, max-age=31536000, immutable"
