"""The contract of the catalogue with changes at the show desk: price levels of single seats, which seats are on general
sale, and the prices of levels."""

from collections.abc import Awaitable, Callable, Mapping

from admitone.catalogue.contracts import SaleTerms
from admitone.kit.postgres import Connection
from admitone.organizers.contracts import Identity

InSameTransaction = Callable[[Connection], Awaitable[None]]
"""The catalogue calls it in the transaction of a change, after it and also where nothing changed; what it raises undoes
the change."""

RepriceSeats = Callable[[str, str, int, Mapping[int, str | None], InSameTransaction], Awaitable[bool]]
"""(organization, event, the revision read, seat index → price level id or None for its category's, what belongs to the
change) → success; False: the event has changed since, read it again. Raises `EventNotFound`, `PriceLevelNotFound`."""

OpenSeats = Callable[[str, str, int, frozenset[int], InSameTransaction], Awaitable[bool]]
"""(organization, event, the revision read, indexes of all wheelchair places and companion seats on general sale, what
belongs to the change) → success; False: the event has changed since, read it again. Raises `EventNotFound`."""

SetPrices = Callable[[str, str, int, Mapping[str, tuple[int, int]], InSameTransaction], Awaitable[bool]]
"""(organization, event, the revision read, price level id → price and fees in minor units, what belongs to the change)
→ success; False: the event has changed since, read it again. Raises `EventNotFound`, `PriceLevelNotFound`."""

RecordPrices = Callable[[Connection, Identity, SaleTerms, SaleTerms], Awaitable[None]]
"""(who changed an event, its terms before and after) → each price level that has another price is recorded, in the
transaction of the change, so that it can be undone."""
