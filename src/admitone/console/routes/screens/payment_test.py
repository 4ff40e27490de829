"""Test the payment keys: the steps at the processor with its words, and the webhook that should follow."""

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.sales_words import PAYMENT_TEST_STEPS
from admitone.console.routes.visit import OpenVisit, action, screen
from admitone.console.usecases.api import Problem
from admitone.organizers.contracts import Fresh, Permission

_PATH = "/console/settings/payment-tests"
_TRY = Fresh(Permission.MANAGE)


@screen(f"{_PATH}/new", needs=_TRY, area=Area.SETTINGS)
async def show_new_payment_test(visit: OpenVisit) -> Response[bytes]:
    currencies = (await visit.api.get("/organizer/settings"))["currencies"]
    return await visit.render("payment_test_new.html", currency=currencies[0] if currencies else "EUR")


@action(_PATH, needs=_TRY, area=Area.SETTINGS)
async def post_payment_test(visit: OpenVisit) -> Response[bytes]:
    currency = visit.form.value("currency").strip().upper()
    answer = await visit.api.post("/organizer/payment-tests", {"currency": currency}, key=visit.form.key)
    if isinstance(answer, Problem):
        form = visit.form.refused(answer.faults)
        return await visit.render("payment_test_new.html", status=422, form=form, currency=currency)
    return visit.redirect(f"{_PATH}/{answer.document['id']}")


@screen(f"{_PATH}/{{test_id:str}}", needs=Permission.MANAGE, area=Area.SETTINGS)
async def show_payment_test(visit: OpenVisit, test_id: FromPath[str]) -> Response[bytes]:
    test = await visit.api.get(f"/organizer/payment-tests/{test_id}")
    return await visit.render("payment_test.html", test=test, steps=PAYMENT_TEST_STEPS)
