"""The address of a list is its state: any address is read, and each state is written in one way."""

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from admitone.pages.domain.search_state import MANY, ONE, SearchState, read_search_state

NAMES = st.sampled_from(["q", "page", *MANY, *ONE, "utm_source"])
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["now", "2026-12-31", "2026-13-31", "48.2,16.3", "25", "-date", "EUR", "AT", "٣", "nan,1"]),
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=12))
def test_any_address_gives_a_query_and_an_address_that_reads_as_the_same_state(pairs: list[tuple[str, str]]) -> None:
    state = read_search_state(pairs)
    state.query()
    read_again = read_search_state(parse_qsl(urlsplit(state.url()).query, keep_blank_values=True))
    assert read_again == state


def test_a_filter_is_added_and_removed() -> None:
    state = read_search_state([("q", "mahler"), ("page", "3")])
    added = state.toggled("genre", "rock")
    assert added.url() == "/search?q=mahler&genre=rock"
    assert added.toggled("genre", "rock").url() == "/search?q=mahler"


def test_a_change_begins_at_the_first_page() -> None:
    state = read_search_state([("page", "3")])
    assert state.with_values(q="mahler").page == 0
    assert state.at_page(4).url() == "/search?page=4"


def test_the_order_of_parameters_does_not_matter() -> None:
    first = read_search_state([("city", "Vienna"), ("q", "m"), ("city", "Graz")])
    other = read_search_state([("q", "m"), ("city", "Graz"), ("city", "Vienna")])
    assert first.url() == other.url()


def test_distance_needs_a_place() -> None:
    assert read_search_state([("sort", "distance"), ("radius_km", "50")]) == SearchState()
