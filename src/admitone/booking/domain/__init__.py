"""Pure rules of booking: time, ids and randomness are arguments."""
