"""Steps of each change of an event: lock, write, announce. No entry points."""
