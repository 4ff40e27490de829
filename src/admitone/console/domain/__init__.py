"""Rules of the console's screens; pure."""
