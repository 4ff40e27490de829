"""What the console asks of other slices: the organizer API, sessions, one-time links."""
