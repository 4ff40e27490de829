"""Entry points of tickets, a capability a file: the holder's own actions (`holding`), gates online and offline.

The package `lookups` holds the steps that they share: find a ticket or an event that the caller may see.
"""
