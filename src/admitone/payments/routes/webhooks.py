"""Receive the provider's webhooks."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter
from msgspec import Struct

from admitone.kit.http.cross_site import FROM_ANYWHERE
from admitone.kit.http.declared_request import MEDIA_TYPES, READS_QUERY
from admitone.kit.http.strict_request import AnyRequest
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.provider_events import receive_event

WEBHOOK_PATH = "/payments/webhooks/stripe"
# Stripe's events are far smaller; the signature covers the whole body.
EVENT_BYTES_MAX = 512 * 1024


class Received(Struct):
    """`duplicate`: this event was kept before."""

    received: bool
    duplicate: bool


@post(
    WEBHOOK_PATH,
    operation_id="receiveStripeEvent",
    summary="An event, signed by Stripe",
    description="Stored once by its id and answered at once; a job reads the current state from Stripe.",
    status_code=200,
    request_max_body_size=EVENT_BYTES_MAX,
    # Stripe authenticates by its signature over the body; ignore its other headers and parameters.
    tags=["Payments"],
    opt={FROM_ANYWHERE: True, MEDIA_TYPES: (), READS_QUERY: True},
)
async def post_stripe_event(
    request: AnyRequest,
    deps: NamedDependency[Deps],
    stripe_signature: Annotated[
        str | None, HeaderParameter(name="Stripe-Signature", required=False, max_length=4096)
    ] = None,
) -> Received:
    is_new = await receive_event(deps, body=await request.body(), signature=stripe_signature)
    return Received(received=True, duplicate=not is_new)
