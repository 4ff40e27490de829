"""Servers that organizers speak to."""
