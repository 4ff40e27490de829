"""What is remembered of the availability of events, and until when."""

from admitone.catalogue.contracts import Availability
from admitone.search.domain.availability_memory import SECONDS_MAX, AvailabilityMemory

LEFT = Availability("evt_a", "limited", 1, 10, {})


def test_remembers_what_was_read_also_that_an_event_was_never_published() -> None:
    memory = AvailabilityMemory()
    assert memory.recall("g1", ["evt_a", "evt_b"]) == {}

    memory.remember("g1", ["evt_a", "evt_b"], {"evt_a": LEFT})

    assert memory.recall("g1", ["evt_a", "evt_b", "evt_c"]) == {"evt_a": LEFT, "evt_b": None}


def test_another_generation_forgets() -> None:
    memory = AvailabilityMemory()
    memory.recall("g1", ["evt_a"])
    memory.remember("g1", ["evt_a"], {"evt_a": LEFT})

    assert memory.recall("g2", ["evt_a"]) == {}
    memory.remember("g1", ["evt_a"], {"evt_a": LEFT})  # read before the change, by a slower search
    assert memory.recall("g2", ["evt_a"]) == {}


def test_forgets_in_time_while_no_generation_comes() -> None:
    now = 0.0
    memory = AvailabilityMemory(clock=lambda: now)
    memory.recall("g1", ["evt_a"])
    memory.remember("g1", ["evt_a"], {"evt_a": LEFT})

    now = SECONDS_MAX + 0.1

    assert memory.recall("g1", ["evt_a"]) == {}
