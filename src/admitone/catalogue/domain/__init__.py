"""Rules of the catalogue; pure: the clock, ids and stored records are arguments."""
