"""Booking: tickets, holds, bookings.

`sale` claims and sells seats, and explains why no seat is sold twice. `usecases` are the entry points of routes, jobs
and other slices; `start_checkout` and `confirm_booking` are the two steps of a purchase. `domain` has the rules,
`store` the SQL, `adapters` the locks in Redis.
"""
