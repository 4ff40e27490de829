"""The dependencies of organizer routes' handlers."""

from litestar.di import NamedDependency

from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.organizers.contracts import Identity

Given = NamedDependency[OrganizerDeps]
Caller = NamedDependency[Identity]
"""The identity that the router's guard found, before the body is read."""
