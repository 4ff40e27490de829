"""Rules of the catalogue; pure: the clock, ids and what is already stored come in as arguments."""
