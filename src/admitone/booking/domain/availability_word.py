"""The availability of an event, in one word of the contract."""

from datetime import datetime

# "Limited" if at most this share is left.
LIMITED_SHARE = 0.1


def availability_word(
    *,
    is_open: bool,
    on_sale_at: datetime | None,
    off_sale_at: datetime | None,
    available: int,
    capacity: int,
    now: datetime,
) -> str:
    """Return available, limited, sold_out or off_sale."""
    if not is_open or (off_sale_at is not None and now >= off_sale_at):
        return "off_sale"
    if on_sale_at is not None and now < on_sale_at:
        return "off_sale"
    if available == 0:
        return "sold_out"
    return "limited" if available <= capacity * LIMITED_SHARE else "available"
