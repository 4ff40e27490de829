"""Sign-ins by mail as plain data that replaces the mail slice behind the pages."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from admitone.booking.contracts import Booking
from admitone.booking.contracts.corrections import CorrectionView
from admitone.booking.domain.correction_refusals import CorrectionNotFound
from admitone.catalogue.contracts import EventDocument
from admitone.mail.contracts import MailList
from admitone.pages.contracts import DemoMailbox
from admitone.pages.usecases.deps import MailForms

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
    correction: CorrectionView = field(default=CorrectionView("asked", "ada@right.example"))
    corrections: list[tuple[str, str, str]] = field(default_factory=list)
    """(what was done, id of the booking or correction, address or code)."""

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

    async def read_correction(self, _id: str, code: str, _purpose: str) -> CorrectionView:
        if code != "right":
            raise CorrectionNotFound
        return self.correction

    async def ask_for_correction(self, booking_id: str, _token: str, email: str, _block: str | None) -> datetime:
        self.corrections.append(("ask", booking_id, email))
        self.refuse()
        return datetime.now(UTC)

    async def confirm_correction(self, correction_id: str, code: str) -> tuple[str, str]:
        self.corrections.append(("confirm", correction_id, code))
        self.refuse()
        return BOOKING, "the-new-token"

    async def stop_correction(self, correction_id: str, code: str) -> None:
        self.corrections.append(("stop", correction_id, code))
        self.refuse()
        self.correction = CorrectionView("stopped", None)

    def mail_forms(self) -> MailForms:
        return MailForms(
            self.request_sign_in,
            self.sign_in,
            self.sign_out,
            self.unsubscribe,
            self.ask_for_correction,
            self.confirm_correction,
            self.stop_correction,
        )

    def refuse(self) -> None:
        """Raise what the test wants."""
        raise NotImplementedError
