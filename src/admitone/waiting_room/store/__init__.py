"""The line in PostgreSQL."""
