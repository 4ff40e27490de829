"""A settlement as PDF writes names as they are, whatever characters they have."""

from datetime import UTC, date, datetime

import pypdfium2

from admitone.booking.domain.money_statement import Settlement, statements
from admitone.booking.drawing.settlement_pages import draw_settlement
from admitone.payments.contracts import MoneyRow

AT = datetime(2026, 3, 1, tzinfo=UTC)


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def test_a_name_is_never_replaced_by_the_number_of_pages() -> None:
    names = {f"evt_{number}": f"The {{nb}} Night {number}" for number in range(60)} | {"evt_0": "A\ue000\ue000\ue000B"}
    rows = [
        MoneyRow(
            event_id=event_id,
            month="2026-01",
            currency="EUR",
            prices=1_000,
            fees=0,
            captured=1_000,
            outstanding=0,
            refunded=0,
            disputed=0,
        )
        for event_id in names
    ]
    settlement = Settlement(
        "Opera {nb}", date(2026, 1, 1), date(2026, 2, 1), "event", statements(rows, {}, by="event"), names
    )

    text = text_of(draw_settlement(settlement, made_at=AT))

    assert "Page 1 of 3" in text
    assert "Opera {nb}" in text
    assert text.count("The {nb} Night") == 59
    assert "AB" in text
