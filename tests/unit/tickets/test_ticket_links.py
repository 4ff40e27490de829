"""A link opens only its own ticket, at its own version."""

import pytest

from admitone.tickets.domain.keys import derive_keys
from admitone.tickets.domain.links import sign_ticket, signed_version

KEYS = derive_keys(["a secret of the opera venue"])
BOOKING = "bkg_01jd3x9k7qf0c8v5t2m4n6p8r0"
TICKET = "tkt_01jd3x9k7qf0c8v5t2m4n6p8r0_7"


def signature(ticket_id: str = TICKET, version: int = 1, booking_id: str = BOOKING) -> str:
    return sign_ticket(KEYS, ticket_id, booking_id, version).barcode_url.split("?s=")[1]


def test_both_links_carry_a_signature_of_the_ticket() -> None:
    links = sign_ticket(KEYS, TICKET, BOOKING)

    assert links.barcode_url.startswith(f"/tickets/{TICKET}/barcode?s=")
    assert links.pdf_url.startswith(f"/tickets/{TICKET}.pdf?s=")
    assert signed_version(KEYS, TICKET, BOOKING, signature()) == 1
    assert signed_version(KEYS, TICKET, BOOKING, signature(version=4)) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        signature("tkt_01jd3x9k7qf0c8v5t2m4n6p8r0_8"),
        signature(booking_id="bkg_of_somebody_else"),
        signature().replace("1-", "2-", 1),
        signature()[:-2],
        "",
        "1-",
        "-",
        "99999999999999999999-x",
        "²-x",
        "1-\ud800",
        "x" * 10_000,
    ],
)
def test_any_other_signature_opens_nothing(wrong: str) -> None:
    assert signed_version(KEYS, TICKET, BOOKING, wrong) is None
