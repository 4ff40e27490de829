"""Entry points of payments, a capability a file, and `payment_writes`, the group commit of a process.

The packages hold steps that several of them share: `attempt` (confirm or cancel one attempt at the provider, record
its outcome) and `sync` (bring our rows to what the provider says now).
"""
