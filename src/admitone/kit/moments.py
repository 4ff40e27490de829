"""Moments as text."""

from datetime import UTC, datetime


def utc_text(moment: datetime | None) -> str | None:
    """Return RFC 3339 in UTC with a Z (`2026-12-31T18:30:00Z`); None for None."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
