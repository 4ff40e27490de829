"""Pure rules of booking: time, ids and randomness come in as arguments."""
