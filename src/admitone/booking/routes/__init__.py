"""Booking over HTTP: routers for a role to mount, and the routes of the hot path."""

from admitone.booking.routes.hot_path import hot_routes
from admitone.booking.routes.organizer import organizer_router
from admitone.booking.routes.public import router

__all__ = ["hot_routes", "organizer_router", "router"]
