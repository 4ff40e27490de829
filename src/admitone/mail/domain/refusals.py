"""What mail refuses."""

from admitone.kit.refusal import Kind, Refusal


class MailNotFound(Refusal):
    code = "mail-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self, mail_id: str) -> None:
        super().__init__(f"There is no mail {mail_id}: rows are deleted some weeks after a mail was sent.")


class MailNotRepeatable(Refusal):
    """A mail that waits to be sent, or whose words and recipient were erased when it was sent."""

    code = "mail-not-repeatable"
    kind = Kind.CONFLICT

    def __init__(self, mail_id: str) -> None:
        super().__init__(
            f"{mail_id} waits to be sent, or its words and recipient were erased when it ended: start again what"
            " caused it."
        )


class MailedBookingNotFound(Refusal):
    """Also another organization's."""

    code = "booking-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such booking in this organization.")


class BookingHasNoAddress(Refusal):
    code = "booking-has-no-address"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("The booking has no email address. Enter the buyer's first.")


class TooManyCopies(Refusal):
    """A person sent the mails of a booking again and again."""

    code = "too-many-copies"
    kind = Kind.TOO_MANY

    def __init__(self) -> None:
        super().__init__("The mails of this booking were sent again several times today. Check the address instead.")


class NoSuchPreview(Refusal):
    code = "no-such-preview"
    kind = Kind.NOT_FOUND

    def __init__(self, kinds: list[str]) -> None:
        super().__init__(f"There are previews of these kinds of mails: {', '.join(kinds)}.", kinds=kinds)


class NoAddressForTests(Refusal):
    """The caller is an API key, or a person without an address."""

    code = "no-address-for-tests"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("A test goes to the person who asks for it, and this account has no email address.")


class TooManyTests(Refusal):
    code = "too-many-tests"
    kind = Kind.TOO_MANY

    def __init__(self) -> None:
        super().__init__("Your organization sent many test mails today. Try again tomorrow.")


class ReportsAreOff(Refusal):
    """No secret for reports is configured."""

    code = "mail-reports-off"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("This installation takes no reports: set ADMITONE_MAIL_REPORTS_SECRET.")


class ReportSecretWrong(Refusal):
    code = "not-authenticated"
    kind = Kind.UNAUTHENTICATED

    def __init__(self) -> None:
        super().__init__("Send the secret of reports: Authorization: Bearer ….")


class NoSuchBookingMail(Refusal):
    """No mail of this kind of the booking is recorded."""

    code = "no-such-booking-mail"
    kind = Kind.NOT_FOUND

    def __init__(self, mail_kind: str) -> None:
        super().__init__(
            f"The booking has no mail of the kind {mail_kind}. Mails are kept for 30 days after they ended."
        )


class ComplaintStays(Refusal):
    """The reader of the address reported a mail as unwanted: only they take that back."""

    code = "complaint-stays"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "The reader of this address reported a mail as unwanted. They get only mails that are necessary; an"
            " organization cannot change that."
        )


class TooManySignIns(Refusal):
    """Too many links were requested from one network address."""

    code = "too-many-sign-in-links"
    kind = Kind.TOO_MANY

    def __init__(self) -> None:
        super().__init__("Too many sign-in links were requested. Try again in an hour.", retry_after_seconds=3600)


class SignInLinkInvalid(Refusal):
    """The code of a link is not one of ours, was used, or has expired."""

    code = "sign-in-link-invalid"
    kind = Kind.GONE

    def __init__(self) -> None:
        super().__init__("This sign-in link was used, or has expired. Ask for a new one.")


class MailIsOff(Refusal):
    """No mail server is configured."""

    code = "mail-is-off"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("This installation sends no mail: set ADMITONE_MAIL_URL.")


class NoRecipients(Refusal):
    """A message that no buyer would get."""

    code = "no-recipients"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("No booking of this event with an address belongs to the chosen audience.")


class TooManyMessages(Refusal):
    """The buyers of an event got many messages today."""

    code = "too-many-messages"
    kind = Kind.TOO_MANY

    def __init__(self) -> None:
        super().__init__("The buyers of this event got many messages today. Write again tomorrow.")
