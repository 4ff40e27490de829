"""Booking on Redis."""
