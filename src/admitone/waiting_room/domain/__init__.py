"""Rules of the line: pure."""
