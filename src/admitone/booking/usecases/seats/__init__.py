"""Steps that changes of seats share."""
