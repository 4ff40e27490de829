"""Money: authorization, capture, refund, ledger."""
