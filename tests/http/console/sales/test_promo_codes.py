"""Promo codes in the console: one or a batch, listed with their uses, switched off."""

import csv
import io
import re
from typing import Any

from admitone.organizers.contracts import Role
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.workbooks import sheets_of


async def test_a_code_is_made_listed_and_switched_off(owner: Browser, organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=9, name="Lear")
    empty = text_of(await owner.get("/console/promo-codes"))

    form = await owner.get(f"/console/promo-codes/new?event_id={show.id}")
    made = await owner.send(
        "/console/promo-codes",
        event_id=show.id,
        code="friends",
        kind="amount",
        amount="5,00",
        currency="EUR",
        ends_at="2030-07-01T18:00",
        form_key=field_of_page(form, "form_key"),
    )
    await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 1}], promo_code="FRIENDS")
    listed = await owner.get("/console/promo-codes")
    [promo] = (await organizer.http.get("/organizer/promo-codes")).json()["promo_codes"]
    ended = await owner.send(f"/console/promo-codes/{promo['id']}/end")
    after = text_of(await owner.get("/console/promo-codes"))

    assert "There are no promo codes yet" in empty
    assert made.status_code == 303
    assert "FRIENDS €5.00 Lear 1 Valid" in text_of(listed)
    assert promo["ends_at"] == "2030-07-01T16:00:00Z"  # in Berlin it is two hours later
    assert (ended.status_code, "FRIENDS €5.00 Lear 1 Ended" in after) == (303, True)


async def test_a_batch_is_made_once_exported_and_ended(
    owner: Browser, organizer: Organizer, ada: Buyer, sign_in: SignIn
) -> None:
    show = await organizer.show(standing=9, name="Lear")
    form = await owner.get("/console/promo-codes/new")
    fields = {"code": "vip", "count": "3", "kind": "percent", "percent": "20", "uses_max": "1"}
    key = field_of_page(form, "form_key")
    finance = await sign_in(Role.FINANCE)

    answers = [await owner.send("/console/promo-codes", **fields, form_key=key) for _ in range(2)]
    page = answers[0].headers["Location"]
    table = list(csv.DictReader(io.StringIO((await owner.get(f"{page}/codes.csv")).text)))
    code = table[0]["code"]
    await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 1}], promo_code=code.lower())
    [sheet] = sheets_of((await owner.get(f"{page}/codes.xlsx")).content)
    listed = text_of(await owner.get("/console/promo-code-batches"))
    refused = await finance.send(f"{page}/end")
    ended = await owner.send(f"{page}/end")
    after = text_of(await owner.get(page))

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[1].headers["Location"] == page
    assert len({row["code"] for row in table}) == 3
    assert all(re.fullmatch(r"VIP-[2-9A-Z]{10}", row["code"]) for row in table)
    assert [row[:2] for row in sheet[1:]] == [[row["code"], int(row["code"] == code)] for row in table]
    assert "VIP 20 % Every event 3 1 Valid" in listed
    assert "VIP-" not in text_of(await owner.get("/console/promo-codes"))
    assert (refused.status_code, ended.status_code) == (403, 303)
    assert f"{code} 1 of 1 Ended" in after


async def test_an_unused_code_is_deleted(owner: Browser, organizer: Organizer) -> None:
    promo = await organizer.post("/organizer/promo-codes", {"code": "GONE", "percent": 10})

    ended = await owner.send(f"/console/promo-codes/{promo['id']}/end")

    assert ended.status_code == 303
    assert (await organizer.http.get(f"/organizer/promo-codes/{promo['id']}")).status_code == 404


async def test_faults_stand_beside_their_fields(owner: Browser, organizer: Organizer, sign_in: SignIn) -> None:
    await organizer.post("/organizer/promo-codes", {"code": "TAKEN", "percent": 10})
    finance = await sign_in(Role.FINANCE)

    empty = await owner.send("/console/promo-codes", kind="percent")
    over = await owner.send("/console/promo-codes", kind="percent", percent="120", code="MORE")
    taken = await owner.send("/console/promo-codes", kind="percent", percent="5", code="taken")
    refused = await finance.send("/console/promo-codes", kind="percent", percent="5", code="MINE")

    assert [answer.status_code for answer in (empty, over, taken, refused)] == [422, 422, 422, 403]
    assert ('id="f-code-fault"' in empty.text, 'id="f-percent-fault"' in empty.text) == (True, True)
    assert 'id="f-percent-fault"' in over.text
    assert 'id="f-code-fault"' in taken.text
    assert "New code" not in text_of(await finance.get("/console/promo-codes"))


async def test_codes_for_one_person_each_are_made_from_a_list_of_addresses(
    owner: Browser, organizer: Organizer, ada: Buyer
) -> None:
    show = await organizer.show(standing=9, name="Lear")
    fields = {"code": "club", "kind": "percent", "percent": "20", "uses_max": "1", "csrf_token": owner.csrf}
    pasted = await owner.send(
        "/console/promo-codes", **fields, recipients="Name;Mail\nAda;ada@x.example\n\nBen\nADA+2@x.example"
    )
    twice = await owner.send(
        "/console/promo-codes", **fields, recipients="ada@x.example\nLovelace, Ada <ADA@x.example>"
    )
    file = {"recipients_file": ("club.csv", "mail\nada@x.example\nben@x.example\n".encode("utf-8-sig"), "text/csv")}
    made = await owner.http.post("/console/promo-codes", data=fields, files=file)
    page = made.headers["Location"]
    table = list(csv.DictReader(io.StringIO((await owner.get(f"{page}/codes.csv")).text)))
    shown = text_of(await owner.get(page))
    codes = {row["recipient"]: row["code"] for row in table}
    mailed = await owner.send(f"{page}/mails")
    after = text_of(await owner.get(page))
    trail = text_of(await owner.get("/console/audit?q=createPromoBatch"))
    wish: dict[str, Any] = {"general_admission": [{"section_id": show.floor, "quantity": 1}]}
    ben = {"email": "ben@x.example", "name": "Ben"}
    other = await ada.checkout(show, **wish, promo_code=codes["ada@x.example"], buyer=ben)
    own = await ada.checkout(
        show, **wish, promo_code=codes["ben@x.example"], buyer={**ben, "email": "Ben+tickets@X.example"}
    )

    assert (pasted.status_code, "Line 4 has no email address: Ben" in text_of(pasted)) == (422, True)
    assert "ADA@x.example: This is the address of recipient 1 again." in text_of(twice)
    assert sorted(codes) == ["ada@x.example", "ben@x.example"]
    assert f"{codes['ada@x.example']} ada@x.example 0 of 1" in shown
    assert "Each code is for one person" in shown
    assert (mailed.status_code, "Mail 2 codes" in shown, "Mail 2 codes" in after) == (303, True, False)
    assert ("Mailed to their people 0 of 2" in shown, "Mailed to their people 2 of 2" in after) == (True, True)
    assert ("Create promo batch" in trail, "@x.example" in trail) == (True, False)
    assert (other.status_code, other.json()["reason"]) == (422, "other-address")
    assert "ada@" not in other.text
    assert own.status_code == 201, own.text
