"""What is on: events, performers, venues, seat maps."""
