"""What handlers of organizer routes are given."""

from litestar.di import NamedDependency

from admitone.catalogue.usecases.deps import Deps
from admitone.organizers.contracts import Identity

Given = NamedDependency[Deps]
Caller = NamedDependency[Identity]
"""Who asks: found by the router's guard, before the body is read."""
