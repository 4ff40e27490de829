"""Statements of money as pages; outside of the domain because it reads font files."""
