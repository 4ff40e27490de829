"""The booking token, and seat_index_cache."""

from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.domain.seat_index import build_seat_index
from admitone.booking.domain.token import booking_token, is_booking_token
from admitone.kit.keys import SIGNATURE_CHARACTERS, derive_ring
from tests.builders import TOKEN_KEYS, a_hall


@given(st.text(min_size=1), st.text(max_size=64))
def test_a_token_is_valid_for_its_own_booking_only(secret: str, booking_id: str) -> None:
    keys, others = derive_ring([secret], "booking token"), derive_ring([secret + "x"], "booking token")
    token = booking_token(keys, booking_id)

    assert is_booking_token(keys, booking_id, token)
    assert not is_booking_token(keys, booking_id + "x", token)
    assert not is_booking_token(others, booking_id, token)


@given(st.text())
def test_any_text_is_accepted_as_a_token_to_check(text: str) -> None:
    assert not is_booking_token(TOKEN_KEYS, "bkg_1", text)


def test_a_token_fits_into_an_address() -> None:
    token = booking_token(TOKEN_KEYS, "bkg_1")

    assert len(token) == SIGNATURE_CHARACTERS
    assert token.replace("-", "").replace("_", "").isalnum()


def test_runs_are_ordered_from_best_to_worst_and_every_seat_has_its_own() -> None:
    seat_index = build_seat_index(a_hall(rows=3, seats=4))

    assert [run.start for run in seat_index.runs] == [0, 4, 8]
    assert (seat_index.run_of[5].start, seat_index.run_of[5].end) == (4, 8)
    assert seat_index.index_by_seat_id["C-4"] == 11
    assert seat_index.runs[0].nearest == min(seat_index.distances)
