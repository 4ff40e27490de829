"""Notes of the staff about a booking: written once, signed, in the timeline, never changed."""

import psycopg
import pytest

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.sales.conftest import buy


async def test_a_note_is_in_the_timeline_once_with_its_writer(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps, sign_in: SignIn
) -> None:
    show = await organizer.show(standing=5)
    held = await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    page = f"/console/bookings/{held.booking_id}"
    finance = await sign_in(Role.FINANCE)
    form = {"note": "Brings a <guide dog>.", "form_key": field_of_page(await owner.get(page), "form_key")}

    written = await owner.send(f"{page}/notes", **form)
    twice = await owner.send(f"{page}/notes", **form)
    blank = await owner.send(f"{page}/notes", note="  ")
    long = await owner.send(f"{page}/notes", note="x" * 2001)
    refused = await finance.send(f"{page}/notes", note="x")
    shown = await owner.get(page)
    me = (await organizer.http.get("/organizer/me")).json()
    [note] = [
        entry
        for entry in (await organizer.http.get(f"/organizer/bookings/{held.booking_id}")).json()["timeline"]
        if entry["kind"] == "note"
    ]

    assert (written.status_code, written.headers["Location"], twice.status_code) == (303, page, 303)
    assert (blank.status_code, long.status_code, refused.status_code) == (422, 422, 403)
    assert "x" * 2001 in long.text
    assert text_of(shown).count("Brings a <guide dog>.") == 1
    assert (note["detail"], note["by"]) == ("Brings a <guide dog>.", me["actor"]["name"])
    assert "Write a note" not in text_of(await finance.get(page))


async def test_a_note_is_never_changed_and_of_the_bookings_own_organization(
    organizer: Organizer, organizers: Deps, ada: Buyer, payments: PaymentsDeps, console_pool: Pool
) -> None:
    show = await organizer.show(standing=5)
    held = await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    path = f"/organizer/bookings/{held.booking_id}/notes"
    key = await create_api_key(
        organizers,
        organization_id=await create_organization(organizers, name="Another house"),
        role=Role.OWNER,
        label="other",
    )

    made = await organizer.http.post(path, json={"text": "Called."})
    trail = (await organizer.http.get("/organizer/audit")).text
    empty = await organizer.http.post(path, json={"text": " \n"})
    other = await organizer.http.post(path, json={"text": "x"}, headers={"Authorization": f"Bearer {key.key}"})

    assert (made.status_code, empty.status_code, other.status_code) == (201, 422, 404)
    assert "Called." not in trail, "the trail is never erased"
    for statement in ("update booking.notes set text = 'x'", "delete from booking.notes"):
        async with console_pool.connection() as conn:
            with pytest.raises(psycopg.errors.RestrictViolation):
                await conn.execute(statement)
