"""Entry points: a capability a file."""
