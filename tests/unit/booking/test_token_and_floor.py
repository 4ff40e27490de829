"""The booking token, and floors."""

from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.domain.floor import build_floor
from admitone.booking.domain.token import booking_token, is_booking_token
from admitone.kit.keys import SIGNATURE_CHARACTERS, derive_ring
from tests.builders import TOKEN_KEYS, a_hall


@given(st.text(min_size=1), st.text(max_size=64))
def test_a_token_is_its_bookings_alone(secret: str, booking_id: str) -> None:
    keys, others = derive_ring([secret], "booking token"), derive_ring([secret + "x"], "booking token")
    token = booking_token(keys, booking_id)

    assert is_booking_token(keys, booking_id, token)
    assert not is_booking_token(keys, booking_id + "x", token)
    assert not is_booking_token(others, booking_id, token)


@given(st.text())
def test_any_text_may_come_in_as_a_token(text: str) -> None:
    assert not is_booking_token(TOKEN_KEYS, "bkg_1", text)


def test_a_token_fits_into_an_address() -> None:
    token = booking_token(TOKEN_KEYS, "bkg_1")

    assert len(token) == SIGNATURE_CHARACTERS
    assert token.replace("-", "").replace("_", "").isalnum()


def test_runs_come_from_the_best_to_the_worst_and_every_seat_knows_its_own() -> None:
    floor = build_floor(a_hall(rows=3, seats=4))

    assert [run.start for run in floor.runs] == [0, 4, 8]
    assert (floor.run_of[5].start, floor.run_of[5].end) == (4, 8)
    assert floor.index_by_seat_id["C-4"] == 11
    assert floor.runs[0].nearest == min(floor.distances)
