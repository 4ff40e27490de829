"""Rules of organizers' accounts; pure."""
