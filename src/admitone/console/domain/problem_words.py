"""What an error page of the console says, by the code of the problem."""

from msgspec import Struct


class Words(Struct, frozen=True):
    title: str
    text: str


_WORDS = {
    "not-found": Words("There is no such page", "The address may be misspelt, or the page was removed."),
    "role-missing": Words("Your role does not allow this", "Ask an owner of your organization for another role."),
    "form-expired": Words("This form is too old", "Open the page again and repeat your change. Nothing was changed."),
    "cross-site-request": Words("Another site sent this form", "Open the page in the console and repeat your change."),
    "link-expired": Words(
        "This link does not work any more",
        "A link works once, and for seven days. Ask for a new one: whoever runs AdmitOne makes it by "
        "“admitone organizer link”.",
    ),
    "body-too-large": Words("The form is too large", "Shorten the texts or choose a smaller file."),
    "provider-unavailable": Words(
        "The identity provider does not answer", "Try again shortly, or sign in with your password or a passkey."
    ),
    "busy": Words(
        "AdmitOne is busy", "A server does not answer at the moment. Try again shortly; nothing was changed."
    ),
    "defect": Words("This is a fault of ours", "It was recorded. Try again later, or tell whoever runs AdmitOne."),
    "version-mismatch": Words(
        "Someone changed this meanwhile", "Open the page again to see the newest version, and repeat your change."
    ),
}


def words_of(code: str, detail: str) -> Words:
    """Return the words for a code; a code without words of its own shows the detail of the API."""
    return _WORDS.get(code) or Words("This was not possible", detail)
