"""What other slices may know of tickets."""

from collections.abc import Awaitable, Callable

PrintBooking = Callable[[str], Awaitable[bytes | None]]
"""booking_id → a PDF of the tickets that its buyer still has (neither refunded nor transferred); None where there are
none, or more than one document has. The caller has checked who asks. Raises `Busy`: ask again later."""

BookingDocuments = Callable[[str], str]
"""booking_id → the signed path of the document with all tickets of the booking; it needs no booking token."""
