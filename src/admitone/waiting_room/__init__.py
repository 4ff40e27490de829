"""Who may enter now: a fair line that anyone can verify, let in at the rate that booking sustains."""
