"""Projections of PostgreSQL: the sale plan in this process's memory, the seat states in Redis.

Steps, called by use cases only. A projection may be lost or stale: PostgreSQL decides, and the projection is rebuilt.
"""
