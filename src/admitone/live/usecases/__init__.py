"""Entry points of the live map: `subscribe_to_seats` begins a stream, `seat_feed` writes to all streams of the process.

The package `feed` holds its parts: a channel event, and one subscriber's connection.
"""
