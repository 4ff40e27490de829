"""Refusals of batches of promo codes."""

from admitone.kit.refusal import Kind, Refusal


class PromoBatchNotFound(Refusal):
    code = "promo-batch-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such batch of promo codes.")


class CodesAreNotMailed(Refusal):
    """No mail server is configured."""

    code = "mail-is-off"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("This installation sends no mail: set ADMITONE_MAIL_URL.")


class NoOneToMail(Refusal):
    """No code of the batch is for one person, or all of these have ended."""

    code = "no-recipients"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("No code of this batch that is valid now is for one person.")


class TooManyPromoCodes(Refusal):
    """The organization has `codes` in batches, and may have `codes_max`."""

    code = "too-many-promo-codes"
    kind = Kind.UNPROCESSABLE

    def __init__(self, *, codes: int, codes_max: int) -> None:
        super().__init__(
            f"Your organization has {codes} promo codes in batches, and can have {codes_max}. Make a smaller batch.",
            codes=codes,
            codes_max=codes_max,
        )
