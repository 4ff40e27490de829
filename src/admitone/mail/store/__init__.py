"""Statements of mail: the outbox, sign-in links and sessions."""
