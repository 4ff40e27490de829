"""The catalogue: events, performers, venues, seat maps."""
