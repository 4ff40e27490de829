"""Headers and parameters that several routes take."""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import HeaderParameter, QueryParameter

from admitone.organizers.contracts import Identity

Caller = NamedDependency[Identity]
"""Who asks: found by the router's guard, before the body is read."""

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        required=False,
        max_length=255,
        description="A request with the same key and body returns the first answer for 24 hours.",
    ),
]

IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=200, description="The `ETag` that you read.")
]
PageNumber = Annotated[int, QueryParameter(ge=0, le=100_000, description="Counts from 0.")]
PageSize = Annotated[int, QueryParameter(ge=1, le=100)]
