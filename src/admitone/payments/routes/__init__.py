"""HTTP of payments: the provider's webhooks, and tests of the payment keys."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.kit.http.access import keyed_router
from admitone.organizers.contracts import Authenticate, Permission
from admitone.payments.routes.payment_tests import get_payment_test, post_payment_test
from admitone.payments.routes.webhooks import WEBHOOK_PATH as WEBHOOK_PATH
from admitone.payments.routes.webhooks import post_stripe_event
from admitone.payments.usecases.deps import Deps


def router(provide: Callable[[], Deps], authenticate: Authenticate) -> Router:
    organizer = keyed_router(
        "/",
        [post_payment_test, get_payment_test],
        authenticate=authenticate,
        to_read=Permission.MANAGE,
        to_write=Permission.MANAGE,
        tag="Organize",
    )
    return Router(
        path="/",
        route_handlers=[organizer, post_stripe_event],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
    )
