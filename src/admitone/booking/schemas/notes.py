"""A note of the staff about a booking."""

from typing import Annotated

from msgspec import Meta, Struct


class NoteIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Buyers never see it. It cannot be changed later."""

    text: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\S")]
