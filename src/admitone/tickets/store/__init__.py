"""Tables of the schema `tickets`."""
