"""Tickets as pictures and pages; outside of the domain because it reads font files."""
