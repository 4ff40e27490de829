"""See seats change: a snapshot, then numbered changes."""
