"""The last moment at which tickets are returned, and at which tickets on offer are sold."""

from datetime import datetime

from admitone.booking.contracts.resale import ResaleTerms
from admitone.catalogue.contracts import SaleTerms


def returns_end(resale: ResaleTerms, terms: SaleTerms) -> datetime | None:
    """Return the organizer's deadline, or an earlier moment at which people can be inside: the doors, the start. None:
    neither is known. A gate may admit offline, so a ticket that is sold again later would admit two people.

    `booking.returns_end` in PostgreSQL is the same, for the statements that decide.
    """
    moments = (resale.returns_until, terms.doors_at, terms.starts_at)
    return min((moment for moment in moments if moment is not None), default=None)
