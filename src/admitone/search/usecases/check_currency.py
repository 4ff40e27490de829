"""Refuse to compare amounts of different currencies."""

import msgspec

from admitone.kit.refusal import InvalidParameter
from admitone.search.contracts import SearchQuery
from admitone.search.ports import IndexAbsent
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.report_absence import report_absence

_NAMED_MAX = 5
"""Currencies that the refusal lists."""


async def check_currency(deps: Deps, query: SearchQuery) -> None:
    """A price filter or sort without `currency` needs results priced in one currency.

    2,500 minor units are 25 euros, 2,500 yen, or 2.5 dinars. Raises `InvalidParameter` that names `currency`, and
    `Busy` while there is no index.
    """
    if query.currency is not None or not (query.price_max is not None or query.sort == "price"):
        return
    found = await _priced_in(deps, query)
    if len(found) > 1:
        named = ", ".join(found[:_NAMED_MAX]) + (", …" if len(found) > _NAMED_MAX else "")
        wanted = "`sort=price`" if query.price_max is None else "`price_max`"
        raise InvalidParameter("currency", f"{wanted} compares amounts of one currency; these events have {named}.")


async def _priced_in(deps: Deps, query: SearchQuery) -> list[str]:
    """Return the currencies of what the query finds at any price, in alphabetical order."""
    any_price = msgspec.structs.replace(
        query, price_max=None, sort="date", reverse=False, page=0, size=1, facets=("price",), highlight=False
    )
    try:
        found = await deps.index.search(any_price, now=deps.now())
    except IndexAbsent as absence:
        raise await report_absence(deps) from absence
    return sorted({entry["currency"] for entry in found.facets["price"]})
