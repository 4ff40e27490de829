"""Steps that bring our rows to what the provider says now: a payment, its refunds, its disputes."""
