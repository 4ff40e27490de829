"""The dependencies of organizer routes' handlers."""

from litestar.di import NamedDependency

from admitone.catalogue.usecases.deps import Deps
from admitone.organizers.contracts import Identity

Given = NamedDependency[Deps]
Caller = NamedDependency[Identity]
"""The identity that the router's guard found, before the body is read."""
