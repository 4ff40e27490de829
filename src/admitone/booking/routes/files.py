"""Files that an Accept header asks for: CSV, workbooks (XLSX), and the settlement as PDF."""

from datetime import datetime

from admitone.booking.domain.money_statement import Settlement
from admitone.booking.schemas.money import money_csv, settlement_columns, settlement_rows
from admitone.kit.off_loop import off_loop
from admitone.kit.workbook import MEDIA_TYPE as XLSX
from admitone.kit.workbook import build_workbook

CSV, PDF = "text/csv", "application/pdf"
ENDINGS = {CSV: "csv", XLSX: "xlsx", PDF: "pdf"}
"""Media type → the ending of a file's name."""
__all__ = ["CSV", "ENDINGS", "PDF", "XLSX", "attachment", "settlement_file"]


def attachment(name: str, media_type: str) -> dict[str, str]:
    """Return the header that names the file."""
    return {"Content-Disposition": f'attachment; filename="{name}.{ENDINGS[media_type]}"'}


async def settlement_file(settlement: Settlement, media_type: str, *, made_at: datetime) -> bytes:
    if media_type == PDF:
        return await off_loop(_draw_settlement, settlement, made_at=made_at)
    if media_type == XLSX:
        return await build_workbook(
            title=f"Settlement {settlement.since} to {settlement.until}",
            columns=settlement_columns(settlement),
            rows=settlement_rows(settlement),
        )
    return money_csv(settlement.statements, by=settlement.by)


def _draw_settlement(settlement: Settlement, *, made_at: datetime) -> bytes:
    # Loading the libraries takes 0.3 s: the thread that draws the first settlement does it, not the start of each role.
    from admitone.booking.drawing.settlement_pages import draw_settlement

    return draw_settlement(settlement, made_at=made_at)
