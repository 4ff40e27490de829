"""Tables of the schema `waiting_room`."""
