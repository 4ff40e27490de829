"""What booking refuses of a buyer's correction of the address, and of links from before it."""

from typing import ClassVar

from admitone.kit.refusal import Kind, Refusal


class BookingLinkReplaced(Refusal):
    """The link is from before the booking's address was corrected. `sent_to`: the new address, masked."""

    code = "booking-link-replaced"
    kind = Kind.GONE

    def __init__(self, sent_to: str) -> None:
        super().__init__(
            f"The address of the booking was changed. Its new link was sent to {sent_to}.", sent_to=sent_to
        )


class CorrectionNotFound(Refusal):
    """The code of the link is not one of ours."""

    code = "correction-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such correction, or the link is not complete.")


class CorrectionNotPossible(Refusal):
    """`reason`: `no-tickets` (not bought, or all refunded) or `in-dispute` (its payment is) or `erased` (the
    show ended long ago, and its buyers' addresses are erased by age: a new one would stay)."""

    code = "correction-not-possible"
    kind = Kind.CONFLICT
    _DETAILS: ClassVar[dict[str, str]] = {
        "no-tickets": "The booking has no valid tickets, so its address cannot be changed.",
        "in-dispute": "The payment of the booking is in dispute, so its address cannot be changed now.",
        "erased": "The show ended long ago and the addresses of its buyers are erased, so none is stored any more.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self._DETAILS[reason], reason=reason)


class CorrectionOver(Refusal):
    """`state`: `made`, `stopped`, `replaced` (by a later one) or `lapsed`."""

    code = "correction-over"
    kind = Kind.GONE

    def __init__(self, state: str) -> None:
        super().__init__("This correction of an address has ended.", state=state)


class TooManyCorrections(Refusal):
    """The booking or the network asked for several corrections today."""

    code = "too-many-corrections"
    kind = Kind.TOO_MANY
    RETRY_SECONDS = 24 * 3600

    def __init__(self) -> None:
        super().__init__(
            "The address was corrected several times today. Try again tomorrow.", retry_after_seconds=self.RETRY_SECONDS
        )
