"""What handlers of organizer routes are given."""

from litestar.di import NamedDependency

from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.organizers.contracts import Identity

Given = NamedDependency[OrganizerDeps]
Caller = NamedDependency[Identity]
"""Who asks: the router's guard found it before the body is read."""
