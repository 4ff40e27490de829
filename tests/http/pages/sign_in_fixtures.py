"""Sign-ins by mail as plain data that replaces the mail slice behind the pages."""

from dataclasses import dataclass, field

from admitone.booking.contracts import Booking
from admitone.catalogue.contracts import EventDocument
from admitone.mail.contracts import MailList
from admitone.pages.contracts import DemoMailbox

BOOKING = "bkg_one"


@dataclass
class SignIns:
    """Sessions, and the calls that the pages made. A test changes the data before it opens a page."""

    has_mail: bool = False
    sessions: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Addresses that sign-in links were requested for."""
    bookings: list[Booking] = field(default_factory=list)
    documents: list[EventDocument] = field(default_factory=list)
    mailbox: DemoMailbox | None = None

    async def read_session(self, token: str) -> str | None:
        return self.sessions.get(token)

    async def find_address_bookings(self, address: str) -> list[Booking]:
        return self.bookings

    async def request_sign_in(self, address: str, _block: str | None) -> None:
        self.asked.append(address)
        self.refuse()

    async def sign_in(self, code: str) -> str:
        self.refuse()
        self.sessions[f"session of {code}"] = "ada@example.org"
        return f"session of {code}"

    async def sign_out(self, token: str) -> None:
        self.sessions.pop(token, None)

    async def unsubscribe(self, _mail_list: MailList, booking_id: str, code: str) -> bool:
        return (booking_id, code) == (BOOKING, "right")

    def refuse(self) -> None:
        """Raise what the test wants."""
        raise NotImplementedError
