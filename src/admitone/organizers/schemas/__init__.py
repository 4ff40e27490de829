"""Bodies of the organizers' API."""
