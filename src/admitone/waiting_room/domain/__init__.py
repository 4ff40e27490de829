"""Rules of the queue: pure."""
