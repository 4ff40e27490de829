"""Find an event."""
