"""Tables of the schema `payments`."""
