"""A replica shows the past: only what is shown may be read from one, and nothing that decides."""

import re

from tests.tidy.tree import ROOT

SOURCE = ROOT / "src" / "admitone"

# Where a pool that may lead to a replica is used. `booking/sale` and whatever starts, pays or ends a hold stay out.
READERS = {
    "catalogue/usecases/browsing.py",
    "catalogue/usecases/documents.py",
    "catalogue/usecases/sitemap.py",
    "booking/usecases/availability.py",
    "organizers/usecases/settings.py",
}
# Where it is made and handed on.
PLUMBING = {
    "catalogue/usecases/deps.py",
    "kit/postgres.py",
    "kit/read_pool.py",
    "runtime/wiring/__init__.py",
    "runtime/wiring/catalogue.py",
    "runtime/wiring/pages.py",
    "runtime/wiring/process.py",
    "runtime/wiring/search.py",
}


def test_only_views_may_read_from_a_replica() -> None:
    users = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"\bread_pool\b|\bReadPool\b", path.read_text("utf-8"))
    }

    assert users == READERS | PLUMBING


def test_what_people_keep_shows_the_event_as_it_is_now() -> None:
    """A mail's entry in a calendar outlives every page; the mail says the new time beside it."""
    calls = re.findall(r"get_event_view\(catalogue\(\).*", (SOURCE / "runtime/wiring/mail.py").read_text("utf-8"))

    assert calls
    assert all("is_current=True" in call for call in calls), calls


def test_admissions_count_places_on_the_primary() -> None:
    """The waiting room admits by this count."""
    assert "read_pool" not in (SOURCE / "runtime/wiring/waiting_room.py").read_text("utf-8")
