"""Steps of composing: read what a mail says from the slices that own it."""
