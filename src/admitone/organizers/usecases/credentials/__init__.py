"""Steps that use cases of sign-in share: passwords, sessions, limits."""
