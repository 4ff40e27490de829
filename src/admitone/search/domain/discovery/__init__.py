"""Ticketmaster's Discovery API v2, as far as it is data: parameters in, shapes out.

https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/
"""
