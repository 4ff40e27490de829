"""Who gets which seat: ticket, hold, booking."""
