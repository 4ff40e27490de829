"""The header by which clients tell the gateway the event of a request, whose body it does not read."""

from typing import Annotated

from litestar.params import HeaderParameter

EventHint = Annotated[
    str | None,
    HeaderParameter(
        name="Event-Id",
        required=False,
        description="The id of the event. Optional, and it changes no answer: a gateway may send requests of one event "
        "to one process, which sells faster.",
    ),
]
