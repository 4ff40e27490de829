"""A simulated payment processor, which plays Stripe's part.

`processor` is the `PaymentProvider`: `cards` decides by test card, `books` reads and writes the tables, `answers`
builds intents and refusals. `incidents` triggers what a processor does without a request (expiry, refunds by hand,
disputes). `faults` wraps any provider in 429s, 500s and lost answers, from a seed.
"""
