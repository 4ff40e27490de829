"""Ticketmaster's Discovery API v2 as pure data: read parameters, build responses.

https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/
"""
