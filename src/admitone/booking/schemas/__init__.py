"""The HTTP shapes of booking; names as in the contract."""
