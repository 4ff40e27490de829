"""An organizer writes to buyers in the console: a preview that counts, one message whatever is clicked, a record."""

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.sales.conftest import buy


async def test_a_message_is_previewed_sent_once_and_recorded(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps, console_pool: Pool, sign_in: SignIn
) -> None:
    show = await organizer.show(standing=5)
    await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    page = f"/console/events/{show.id}/messages"
    words = {
        "subject": "Doors open at 18:00",
        "text": "Please come early.\r\n\r\nThe bar is open.",
        "not_admitted": "on",
    }
    levels = (await organizer.http.get(f"/organizer/events/{show.id}")).json()["price_levels"]

    preview = await owner.send(page, act="preview", **words, price_level_id=levels[0]["id"])
    other = await owner.send(page, act="preview", **words, price_level_id="lvl_other")
    unsaid = await owner.send(page, act="preview", subject="", text=" ")
    edited = await owner.send(page, act="edit", **words)
    key = field_of_page(preview, "form_key")
    sent = [await owner.send(page, act="send", **words, form_key=key) for _ in range(2)]
    record = text_of(await owner.get(page))
    async with console_pool.connection() as conn:
        messages = await (
            await conn.execute("select text from mail.messages where event_id = %s", (show.id,))
        ).fetchall()
    staff = await (await sign_in(Role.BOX_OFFICE)).get(page)

    assert "Send to 1 booking?" in text_of(preview)
    assert ("No booking would get it" in text_of(other), "Send it now" in text_of(other)) == (True, False)
    assert (unsaid.status_code, 'id="f-subject-fault"' in unsaid.text) == (422, True)
    assert ("Doors open at 18:00" in edited.text, "checked" in edited.text) == (True, True)
    assert [answer.status_code for answer in sent] == [303, 303]
    assert [row["text"] for row in messages] == ["Please come early.\n\nThe bar is open."]
    assert "to 1 booking, only those who had not come" in record
    assert staff.status_code == 403
