"""The checkout page with Stripe, in a browser: our own pages, headers and scripts; only Stripe's script is a stand-in.

What is shown: the card becomes a payment method before the form is sent, a fault of the card stays in its place, the
bank's question is asked with the intent's secret, and the page's policy lets nothing else in.
"""

import msgspec
import pytest
from playwright.async_api import Browser, Route

from admitone.kit.refusal import Kind, Refusal
from tests.browser import Visit
from tests.http.pages.fixtures import Env, open_pages

pytestmark = pytest.mark.browser

HERE = "http://admitone.test"
CHECKOUT = "/checkout/bkg_one"

# https://docs.stripe.com/js: what the page uses of it.
STRIPE = """
globalThis.Stripe = (key) => ({
  elements: (options) => {
    globalThis.asked = { key, options };
    return {
      create: () => ({ mount: (place) => (place.textContent = "Card number") }),
      submit: async () => ({}),
    };
  },
  createPaymentMethod: async ({ params }) => {
    globalThis.asked.params = params;
    return globalThis.refuses ? { error: { message: "Incomplete number." } } : { paymentMethod: { id: "pm_made" } };
  },
  handleNextAction: async ({ clientSecret }) => (document.documentElement.dataset.answered = clientSecret),
});
"""


class AuthenticationRequired(Refusal):
    code = "authentication-required"
    kind = Kind.UNPAID


async def test_a_card_a_fault_and_a_bank(chromium: Browser) -> None:
    asks = AuthenticationRequired("Ask.", next_action={"type": "use_stripe_sdk", "client_secret": "pi_1_secret_2"})
    env = Env(refuses=asks, provider="stripe")
    page = await chromium.new_page()
    visit = Visit(page)
    with open_pages(env) as pages:

        async def answer(route: Route) -> None:
            asked = route.request
            if asked.url.startswith("https://js.stripe.com/"):
                await route.fulfill(body=STRIPE, content_type="text/javascript")
                return
            headers = {"Content-Type": asked.headers.get("content-type", "")}
            answered = pages.request(
                asked.method, asked.url.removeprefix(HERE), content=asked.post_data or b"", headers=headers
            )
            await route.fulfill(
                status=answered.status_code, headers=dict(answered.headers.items()), body=answered.content
            )

        await page.route("**/*", answer)
        await page.goto(HERE + CHECKOUT)
        await page.get_by_text("Card number").wait_for()
        await page.get_by_label("Email address").fill("ada@example.com")
        await page.get_by_label("Name").fill("Ada Lovelace")

        await page.evaluate("globalThis.refuses = true")
        await page.get_by_role("button", name="Pay").click()
        await page.get_by_text("Incomplete number.").wait_for()
        asked_of_us = list(env.confirms)

        await page.evaluate("globalThis.refuses = false")
        await page.get_by_role("button", name="Pay").click()
        await page.locator("html[data-answered=pi_1_secret_2]").wait_for(state="attached")
        asked = msgspec.convert(await page.evaluate("globalThis.asked"), dict[str, dict[str, object] | str | None])

    assert asked_of_us == []
    assert env.confirms[0].payment_method == "pm_made"
    assert all(confirm.payment_method is None for confirm in env.confirms[1:])
    assert asked["options"] == {
        "mode": "payment",
        "amount": 17_000,
        "currency": "eur",
        "captureMethod": "manual",
        "paymentMethodCreation": "manual",
        "paymentMethodTypes": ["card"],
    }
    assert visit.complaints == []
    await page.close()
