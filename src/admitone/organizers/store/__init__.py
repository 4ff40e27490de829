"""The tables of organizers."""
