"""Entry points of mail: put into the outbox, send, inform the buyers of an event, remind, sign in, administer."""
