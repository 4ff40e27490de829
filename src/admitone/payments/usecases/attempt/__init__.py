"""Steps for one attempt to pay: confirm it at the provider, end it, record its outcome."""
