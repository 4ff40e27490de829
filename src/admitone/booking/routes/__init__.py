"""Booking over HTTP: routers for a role to mount, and the two busiest routes without the framework."""

from admitone.booking.routes.organizer import organizer_router
from admitone.booking.routes.public import fast_handlers, router

__all__ = ["fast_handlers", "organizer_router", "router"]
