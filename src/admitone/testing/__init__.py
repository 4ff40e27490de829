"""Test doubles and probes that ship with the product.

The simulated payment processor, seat locks in memory, buyers and organizers over HTTP, the invariant checks.
"""
