"""Tickets as pictures and pages; reads font files, hence not in the domain."""
