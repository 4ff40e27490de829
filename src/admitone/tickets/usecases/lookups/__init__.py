"""Steps that look up a sold ticket or an event, with a check of the caller's access."""
