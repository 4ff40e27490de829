"""Read the fields of a form."""

from collections.abc import Iterable
from typing import Any

from admitone.pages.routes.rendering import PageRequest


async def form_fields(request: PageRequest) -> list[tuple[str, str]]:
    """Return the fields of a form without files: no form of ours sends any."""
    items: Iterable[tuple[str, Any]] = (await request.form()).multi_items()
    return [(name, value) for name, value in items if isinstance(value, str)]
