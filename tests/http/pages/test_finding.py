"""Home, results, performers and venues: browse events by plain links and forms."""

from typing import Any

import pytest

from admitone.pages.contracts import Loading
from admitone.search.contracts import SpokenDate
from tests.http.pages.fixtures import Env, a_show, open_pages


def test_home_shows_what_is_on_in_the_biggest_city() -> None:
    env = Env(facets={"city": [{"value": "Vienna", "count": 9}, {"value": "Graz", "count": 2}]})
    with open_pages(env) as pages:
        page = pages.get("/")
    assert page.status_code == 200
    assert "<option selected>Vienna</option>" in page.text
    assert "Mahler 2 &lt;Resurrection&gt;" in page.text
    assert "from €24.50" in page.text


def test_home_accepts_another_city_and_ignores_an_unknown_one() -> None:
    env = Env(facets={"city": [{"value": "Vienna", "count": 9}, {"value": "Graz", "count": 2}]})
    with open_pages(env) as pages:
        chosen = pages.get("/?city=Graz")
        unknown = pages.get("/?city=Atlantis")
    assert "<option selected>Graz</option>" in chosen.text
    assert "<option selected>Vienna</option>" in unknown.text


def test_home_says_when_a_sale_opens_in_the_zone_of_the_venue() -> None:
    soon = a_show(on_sale_at="2099-10-01T08:00:00Z", availability="not_yet_on_sale")
    with open_pages(Env(shows={"evt_mahler": soon})) as pages:
        home = pages.get("/").text
    assert '<your-time data-zone="Europe/Vienna"><time datetime="2099-10-01T08:00:00Z">' in home


@pytest.mark.parametrize("path", ["/", "/search", "/search?q=mahler&city=Vienna"])
def test_without_any_event_pages_say_so_and_offer_no_search(path: str) -> None:
    with open_pages(Env(shows={})) as pages:
        page = pages.get(path)
    assert page.status_code == 200
    assert "<h1" in page.text
    assert ">No shows yet</h1>" in page.text
    assert "Check the spelling" not in page.text
    assert 'id="sort"' not in page.text
    assert "first_event.md" not in page.text


@pytest.mark.parametrize("path", ["/", "/search"])
def test_an_empty_site_in_test_mode_says_what_to_do_next(path: str) -> None:
    with open_pages(Env(shows={}), test_mode=True) as pages:
        page = pages.get(path)
    assert "docs/how-to/first_event.md" in page.text
    assert 'href="/schema"' in page.text


def test_results_search_with_the_parameters_of_the_address() -> None:
    env = Env()
    with open_pages(env) as pages:
        page = pages.get("/search?q=mahler&city=Vienna&city=Graz&starts_from=2026-12-01&sort=-date&page=2&utm=x")
    assert page.status_code == 200
    query = env.queries[0]
    assert (query.q, query.city, query.starts_from, query.sort, query.reverse, query.page) == (
        "mahler",
        ("Graz", "Vienna"),
        "2026-12-01",
        "date",
        True,
        2,
    )


def test_invalid_parameters_of_an_address_are_ignored() -> None:
    with open_pages(env := Env()) as pages:
        page = pages.get("/search?starts_from=yesterday&near=north&price_max=-1&page=x&sort=beauty&q=%00mahler%ff")
    assert page.status_code == 200
    query = env.queries[0]
    assert (query.starts_from, query.near, query.price_max, query.page, query.sort) == (None, None, None, 0, None)


def test_facets_are_links_that_add_and_remove_filters() -> None:
    genres = [{"value": "classical", "count": 3}, {"value": "rock", "count": 1}]
    with open_pages(Env(facets={"genre": genres})) as pages:
        page = pages.get("/search?q=m&genre=classical")
    assert 'aria-current="true" href="/search?q=m">Classical' in page.text
    assert 'href="/search?q=m&amp;genre=classical&amp;genre=rock">Rock' in page.text


def test_an_empty_list_offers_shows_nearby() -> None:
    class Elsewhere(Env):
        async def search(self, query: Any) -> Any:
            self.found = [] if query.city else [a_show()]
            return await super().search(query)

    with open_pages(Elsewhere()) as pages:
        page = pages.get("/search?q=mahler&city=Graz")
    assert page.status_code == 200
    assert "Nothing matches all of that" in page.text
    assert "1 in other places" in page.text


def test_a_date_in_words_without_shows_offers_other_dates() -> None:
    class Later(Env):
        async def search(self, query: Any) -> Any:
            self.found = [] if "tonight" in query.q else [a_show()]
            return await super().search(query)

    with open_pages(Later(understood=SpokenDate("tonight", "2026-06-15", "2026-06-15"))) as pages:
        page = pages.get("/search?q=mahler+tonight").text
        alone = pages.get("/search?q=tonight").text
    assert "1 on other dates" in page
    assert '<a class="link" href="/search?q=mahler">See all</a>' in page
    assert '<a class="link" href="/search">See all</a>' in alone


def test_the_date_is_taken_out_as_a_word() -> None:
    class Later(Env):
        async def search(self, query: Any) -> Any:
            self.found = [] if "oggi" in query.q.split() else [a_show()]
            return await super().search(query)

    with open_pages(Later(understood=SpokenDate("oggi", "2026-06-15", "2026-06-15"))) as pages:
        page = pages.get("/search?q=foggia+oggi").text
    assert '<a class="link" href="/search?q=foggia">See all</a>' in page


def test_words_that_match_nothing_are_answered_with_cities() -> None:
    cities: list[dict[str, Any]] = [{"value": "Vienna", "count": 9}, {"value": "Graz", "count": 2}]

    class Nothing(Env):
        async def search(self, query: Any) -> Any:
            self.found = [] if query.q else [a_show()]
            return await super().search(query)

    with open_pages(Nothing(facets={"city": cities})) as pages:
        page = pages.get("/search?q=nothing").text
    assert "Cities with shows" in page
    assert 'href="/search?city=Graz"' in page


def test_a_spelling_is_suggested() -> None:
    with open_pages(Env(did_you_mean="mahler")) as pages:
        page = pages.get("/search?q=maler")
    assert '<a href="/search?q=mahler">mahler</a>' in page.text


def test_a_date_in_words_is_a_chip_that_leads_to_the_literal_words() -> None:
    env = Env(understood=SpokenDate("this weekend", "2026-06-19", "2026-06-21"))
    with open_pages(env) as pages:
        page = pages.get("/search?q=mahler+this+weekend")
        assert 'href="/search?q=mahler+this+weekend&amp;understand=false"' in page.text
        assert "this weekend: 19–21 Jun 2026" in page.text
        pages.get("/search?q=mahler+this+weekend&understand=false")
    assert [query.understand for query in env.queries][:: len(env.queries) - 1] == [True, False]


def test_cancelled_and_sold_out_shows_say_so_without_a_price() -> None:
    shows = {
        "a": a_show("a", status="cancelled"),
        "b": a_show("b", availability="sold_out"),
    }
    with open_pages(Env(shows=shows)) as pages:
        page = pages.get("/search")
    assert "Cancelled" in page.text
    assert "Sold out" in page.text
    assert "€24.50" not in page.text


def test_performer_and_venue_list_their_coming_shows() -> None:
    with open_pages(env := Env()) as pages:
        performer = pages.get("/performer/prf_orchestra")
        venue = pages.get("/venue/ven_hall?page=abc")
    assert "The Orchestra" in performer.text
    assert "Great Hall" in venue.text
    assert [query.performer_id or query.venue_id for query in env.queries] == ["prf_orchestra", "ven_hall"]


@pytest.mark.parametrize("path", ["/performer/prf_orchestra", "/venue/ven_hall"])
def test_performer_and_venue_without_coming_shows_say_so(path: str) -> None:
    with open_pages(Env(found=[])) as pages:
        page = pages.get(path)
    assert page.status_code == 200
    assert "No coming shows." in page.text


def test_forms_of_dates_and_money_follow_the_region_of_the_reader() -> None:
    with open_pages(Env()) as pages:
        american = pages.get("/search", headers={"accept-language": "en-US"})
        german = pages.get("/search", headers={"accept-language": "de-DE,de;q=0.9"})
        garbage = pages.get("/search", headers={"accept-language": "\x01;;,--,x" * 99})
    assert "7:30\u202fPM" in american.text
    assert "from 24,50\xa0€" in german.text
    assert "19:30" in german.text
    assert garbage.status_code == 200


def test_an_amount_without_its_currency_is_left_out() -> None:
    with open_pages(env := Env()) as pages:
        pages.get("/search?price_max=2500")
        pages.get("/search?price_max=2500&currency=EUR")
    assert [query.price_max for query in env.queries] == [None, 2500]


def test_prices_are_sorted_in_the_most_frequent_currency() -> None:
    counts = (("JPY", 3, 0), ("EUR", 2, 0), ("EUR", 2, 2500))
    prices = [{"currency": code, "count": count, "min": low, "max": low + 2500} for code, count, low in counts]
    with open_pages(env := Env(facets={"price": prices}, found=[])) as pages:
        page = pages.get("/search?sort=price&city=Vienna")
        chosen = pages.get("/search?sort=price&currency=JPY")
    sorted_by_price = [query.currency for query in env.queries if query.sort == "price"]
    assert set(sorted_by_price) == {"EUR", "JPY"}
    assert "prices in EUR" in page.text
    assert "prices in JPY" in chosen.text


def test_the_sources_of_the_data_are_named() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/about")
    assert "CC BY 4.0" in page.text


@pytest.mark.parametrize("path", ["/", "/search"])
def test_the_footer_says_how_far_the_sample_is_loaded_while_it_is(path: str) -> None:
    env = Env()
    with open_pages(env) as pages:
        env.loading = Loading(8_400, 22_000)
        meanwhile = pages.get(path)
        env.loading = None
        afterwards = pages.get(path)

    assert "Loading sample events: 8,400 of 22,000" in meanwhile.text
    assert "Loading sample events" not in afterwards.text


@pytest.mark.parametrize(
    ("days", "words"),
    [(None, "They stay until you ask us to erase them."), (90, "We erase them 90 days after the show.")],
)
def test_the_privacy_page_says_how_long_names_stay(days: int | None, words: str) -> None:
    env = Env()
    env.personal_data_days = days
    with open_pages(env) as pages:
        page = pages.get("/privacy")
        home = pages.get("/")

    assert words in page.text
    assert 'href="/privacy"' in home.text
