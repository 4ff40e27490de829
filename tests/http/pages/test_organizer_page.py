"""Who sells: linked on events and above the pay button; each version of the terms stays readable."""

from datetime import UTC, datetime

from admitone.booking.contracts import ConfirmOrder
from admitone.organizers.contracts.settings import Presentation, PublicTexts, Terms
from tests.http.pages.fixtures import TOKEN, Env, a_show, open_pages
from tests.http.pages.test_paying import BUYER, CHECKOUT, AuthenticationRequired

LOGO = "/pictures/pic_1/800.webp"
HOUSE = Presentation("org_1", "Oper <Köln>", LOGO, True, "trm_2", 2)
ORGANIZER = {
    "name": "Oper <Köln>",
    "url": "/o/org_1",
    "logo_url": LOGO,
    "terms": {"id": "trm_2", "number": 2, "url": "/o/org_1/terms/2"},
}
AT = datetime(2026, 5, 1, tzinfo=UTC)


def test_the_page_shows_imprint_terms_and_privacy() -> None:
    terms = Terms("trm_2", 2, None, "No refunds.\r\n\r\nExcept <if> cancelled.", AT)
    texts = PublicTexts(HOUSE, "Oper Köln\nOffenbachplatz", "We keep little.", terms, True)
    with open_pages(Env(texts=texts)) as pages:
        page = pages.get("/o/org_1")
    assert page.status_code == 200
    assert "<h1><bdi>Oper &lt;Köln&gt;</bdi></h1>" in page.text
    assert '<p dir="auto">Oper Köln<br>Offenbachplatz</p>' in page.text
    assert '<p dir="auto">Except &lt;if&gt; cancelled.</p>' in page.text
    assert ("We keep little." in page.text, f'src="{LOGO}"' in page.text) == (True, True)
    assert "A newer version" not in page.text


def test_an_old_version_says_that_it_is_old_and_a_missing_one_is_not_found() -> None:
    texts = PublicTexts(HOUSE, None, None, Terms("trm_1", 1, "https://oper.example/agb", None, AT), False)
    with open_pages(Env(texts=texts)) as pages:
        old = pages.get("/o/org_1/terms/1")
    with open_pages(Env()) as pages:
        missing = [pages.get(path).status_code for path in ("/o/org_1/terms/3", "/o/org_2", "/o/org_1/terms/x")]
    assert "A newer version has replaced it." in old.text
    assert 'href="https://oper.example/agb"' in old.text
    assert missing == [404, 404, 404]


def test_an_event_names_its_organizer() -> None:
    with open_pages(Env(shows={"evt_mahler": a_show(organizer=ORGANIZER)})) as pages:
        page = pages.get("/e/evt_mahler").text
    with open_pages(Env()) as pages:
        plain = pages.get("/e/evt_mahler").text
    assert ('href="/o/org_1"' in page, f'src="{LOGO}"' in page) == (True, True)
    assert ("The house of Vienna" in plain, 'href="/o/' in plain) == (True, False)


def test_the_terms_are_linked_above_the_pay_button_and_their_version_is_sent() -> None:
    env = Env(shows={"evt_mahler": a_show(organizer=ORGANIZER)})
    with open_pages(env) as pages:
        page = pages.get(CHECKOUT).text
        pages.post(CHECKOUT, data={**BUYER, "agreed_terms": "trm_2"})
    link, button = page.index('href="/o/org_1/terms/2"'), page.index('<button class="button accent wide"')
    assert link < page.index('name="agreed_terms" value="trm_2"') < button
    assert env.confirms == [
        ConfirmOrder("bkg_one", TOKEN, "ada@example.com", "Ada Lovelace", "pm_card_visa", agreed_terms="trm_2")
    ]


def test_the_answer_to_the_bank_names_the_same_version() -> None:
    asks = AuthenticationRequired("Ask.", next_action={"payment_method": "pm_card_visa_authenticated"})
    with open_pages(Env(refuses=asks)) as pages:
        page = pages.post(CHECKOUT, data={**BUYER, "agreed_terms": "trm_2"}).text
    assert page.count('name="agreed_terms" value="trm_2"') == 2
