"""Anyone with the public key can read a code, only the private key makes one, and screen codes expire."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.ids import new_id
from admitone.tickets.domain.barcode import (
    Barcode,
    BarcodeRefused,
    Kind,
    check_freshness,
    paper_code,
    read_code,
    screen_code,
)
from admitone.tickets.domain.keys import derive_keys, event_rotating_key
from admitone.tickets.domain.ticket_id import TicketName, pack_event_id, parse_ticket_id, unpack_event_id

KEYS = derive_keys(["a secret of the opera venue"])
CODES = KEYS.codes
SEAT_7 = TicketName(new_id("evt"), 7)
EVENING = datetime(2026, 12, 31, 19, 30, tzinfo=UTC)
ROTATING = event_rotating_key(KEYS.newest, SEAT_7.event_id)


def refusal(code: str, *, now: datetime = EVENING) -> str:
    with pytest.raises(BarcodeRefused) as refused:
        check_freshness(code, read_code(code, CODES)[0], ROTATING, now=now)
    return refused.value.reason


def test_a_paper_code_names_the_ticket_and_does_not_expire() -> None:
    code = paper_code(KEYS.newest, SEAT_7, version=3, now=EVENING)

    barcode = read_code(code, CODES)[0]

    assert barcode == Barcode(Kind.PAPER, SEAT_7, 3, int(EVENING.timestamp()))
    check_freshness(code, barcode, ROTATING, now=EVENING + timedelta(days=300))


def test_a_screen_code_is_valid_for_half_a_minute() -> None:
    code = screen_code(KEYS.newest, SEAT_7, version=1, now=EVENING)

    for seconds in (-30, 0, 14, 29):
        check_freshness(code, read_code(code, CODES)[0], ROTATING, now=EVENING + timedelta(seconds=seconds))
    assert refusal(code, now=EVENING + timedelta(seconds=60)) == "stale"


def test_the_next_step_shows_another_code() -> None:
    codes = {screen_code(KEYS.newest, SEAT_7, version=1, now=EVENING + timedelta(seconds=15 * n)) for n in range(4)}

    assert len(codes) == 4


def test_a_screen_code_cut_down_is_not_a_paper_code() -> None:
    code = screen_code(KEYS.newest, SEAT_7, version=1, now=EVENING)

    assert refusal(code.rsplit(".", 1)[0]) == "stale"


def test_a_code_of_another_installation_is_forged() -> None:
    elsewhere = derive_keys(["a secret of another opera"])

    assert refusal(paper_code(elsewhere.newest, SEAT_7, version=1, now=EVENING)) == "forged"


def test_a_code_of_an_earlier_secret_is_read_by_the_ring_and_no_longer_made() -> None:
    rotated = derive_keys(["a newer secret", "a secret of the opera venue"])
    old, new = (screen_code(keys.newest, SEAT_7, version=1, now=EVENING) for keys in (KEYS, rotated))

    for code, signer in ((old, rotated.codes[1]), (new, rotated.codes[0])):
        barcode, found = read_code(code, rotated.codes)
        assert found is signer
        check_freshness(code, barcode, event_rotating_key(found, SEAT_7.event_id), now=EVENING)
    with pytest.raises(BarcodeRefused):
        read_code(new, KEYS.codes)


def test_the_rotating_part_of_another_event_does_not_fit() -> None:
    other = TicketName(new_id("evt"), 7)
    mine, theirs = (screen_code(KEYS.newest, seat, version=1, now=EVENING) for seat in (SEAT_7, other))

    assert refusal(f"{mine.rsplit('.', 1)[0]}.{theirs.rsplit('.', 1)[1]}") == "stale"


@given(position=st.integers(3, 148), letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_no_letter_can_be_changed(position: int, letter: str) -> None:
    code = paper_code(KEYS.newest, SEAT_7, version=1, now=EVENING)
    changed = code[:position] + letter + code[position + 1 :]
    try:
        barcode, _ = read_code(changed, CODES)
    except BarcodeRefused:
        return
    # Base32's last character carries unused bits.
    assert barcode == read_code(code, CODES)[0]


@given(st.text(max_size=500))
def test_any_scanned_text_is_refused_without_an_error(text: str) -> None:
    assert refusal(text) == "malformed"


@pytest.mark.parametrize("code", ["A1", "A1.", "A1..", "A1.AAAA", "A1.AAAA.BBBB.CCCC", "B1.AAAA", "a1." + "a" * 399])
def test_codes_of_a_wrong_shape_are_malformed(code: str) -> None:
    assert refusal(code) == "malformed"


@given(st.integers(0, 2**128 - 1), st.integers(0, 999_999_999))
def test_a_tickets_id_is_packed_without_loss(ulid: int, index: int) -> None:
    event_id = unpack_event_id(ulid.to_bytes(16, "big"))
    name = TicketName(event_id, index)

    assert pack_event_id(event_id) == ulid.to_bytes(16, "big")
    assert parse_ticket_id(name.ticket_id) == name


@pytest.mark.parametrize(
    "ticket_id", ["", "tkt_1_2", "tkt_" + "0" * 26, "tkt_" + "8" * 26 + "_1", "tkt_" + "0" * 26 + "_01", "x" * 5000]
)
def test_an_invalid_ticket_id_is_none(ticket_id: str) -> None:
    assert parse_ticket_id(ticket_id) is None
