"""`/organizer/payment-tests`: try the payment keys, and see whether the processor's webhook arrives."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.problem_schema import refusals
from admitone.organizers.contracts import Fresh, Identity, Permission
from admitone.payments.domain.payment_test import PaymentTest
from admitone.payments.schemas import PaymentTestIn, PaymentTestOut
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.payment_tests import read_payment_test, try_payment_keys

Caller = NamedDependency[Identity]
Given = NamedDependency[Deps]


@post(
    "/organizer/payment-tests",
    operation_id="testPaymentKeys",
    summary="Test the payment keys: create a payment of the smallest amount and cancel it (role manager)",
    description="Test keys also authorize it, live keys do not. The steps say what the processor refused.",
    opt={NEEDED: Fresh(Permission.MANAGE)},
    responses=refusals(400, 401, 403, 422, 429),
)
async def post_payment_test(deps: Given, identity: Caller, data: JSONBody[PaymentTestIn]) -> Response[PaymentTestOut]:
    test = await try_payment_keys(deps, organization_id=identity.organization_id, currency=data.currency)
    return Response(_shown(deps, test), headers={**NO_STORE, "Location": f"/organizer/payment-tests/{test.id}"})


@get(
    "/organizer/payment-tests/{test_id:str}",
    operation_id="readPaymentTest",
    summary="Show a test of the payment keys, and whether its webhook arrived (role manager)",
    opt={NEEDED: Permission.MANAGE},
)
async def get_payment_test(test_id: FromPath[str], deps: Given, identity: Caller) -> Response[PaymentTestOut]:
    test = await read_payment_test(deps, organization_id=identity.organization_id, test_id=test_id)
    return Response(_shown(deps, test), headers=NO_STORE)


def _shown(deps: Deps, test: PaymentTest) -> PaymentTestOut:
    return PaymentTestOut.of(test, provider=deps.provider.name, expects_webhook=bool(deps.webhook_secrets))
