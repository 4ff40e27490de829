"""Set a poster's date, time and place in three styles, always complete and readable."""

from admitone.pages.domain.poster.sheet import HEIGHT, MARGIN, WIDTH, Sheet
from admitone.pages.domain.poster.wording import PosterWords

_INNER = WIDTH - 2 * MARGIN


def columns(sheet: Sheet, words: PosterWords, *, on: str, top: float = HEIGHT - MARGIN - 78) -> None:
    """Draw a rule, then date, time and place in three columns, in the Swiss style."""
    ink = sheet.ink_on(on)
    sheet.rect(MARGIN, top, _INNER, 3, ink)
    _pair(sheet, words.weekday, f"{words.day} {words.month} {words.year}", x=MARGIN, y=top + 18, width=166, on=on)
    if words.time:
        _pair(sheet, "Begins", words.time, x=MARGIN + 182, y=top + 18, width=80, on=on)
    _pair(sheet, words.venue, words.city, x=MARGIN + 278, y=top + 18, width=_INNER - 278, on=on)
    _notice(sheet, words)


def numeral(sheet: Sheet, words: PosterWords, *, on: str, top: float = HEIGHT - MARGIN - 100) -> None:
    """Set the day as a very large numeral."""
    width = sheet.write(words.day, x=MARGIN, y=top, width=150, height=130, largest=128, on=on, lines_max=1)
    if not width:
        top -= 20
    beside = MARGIN + (150 if len(words.day) > 1 else 84)
    rest = WIDTH - MARGIN - beside
    sheet.write(
        f"{words.month} {words.year}", x=beside, y=top + 2, width=rest, height=30, largest=26, on=on, lines_max=1
    )
    when = f"{words.weekday}, {words.time}" if words.time else words.weekday
    sheet.write(when, x=beside, y=top + 32, width=rest, height=22, largest=19, on=on, weight=500, lines_max=1)
    where = f"{words.venue}, {words.city}"
    sheet.write(where, x=beside, y=top + 60, width=rest, height=44, largest=20, on=on, weight=700, lines_max=2)
    _notice(sheet, words)


def line(sheet: Sheet, words: PosterWords, *, on: str, top: float, end: bool = False) -> None:
    """Set two small lines: when, where."""
    when = f"{words.date_line} · {words.time}" if words.time else words.date_line
    sheet.write(when, x=MARGIN, y=top, width=_INNER, height=26, largest=25, on=on, weight=700, lines_max=1, end=end)
    where = f"{words.venue}, {words.city}"
    sheet.write(
        where, x=MARGIN, y=top + 33, width=_INNER, height=46, largest=21, on=on, weight=500, lines_max=2, end=end
    )
    _notice(sheet, words)


def _pair(sheet: Sheet, small: str, large: str, *, x: float, y: float, width: float, on: str) -> None:
    taken = sheet.write(small, x=x, y=y, width=width, height=36, largest=17, on=on, weight=500, lines_max=2)
    sheet.write(large, x=x, y=y + taken + 8, width=width, height=40, largest=25, on=on, weight=800, lines_max=2)


def _notice(sheet: Sheet, words: PosterWords) -> None:
    """Write "cancelled" or "postponed" on a band in the upper margin, where no other text is."""
    if not words.notice:
        return
    ink = sheet.palette.ink
    sheet.rect(0, 0, WIDTH, MARGIN - 10, ink)
    sheet.write(words.notice.upper(), x=MARGIN, y=5, width=_INNER, height=22, largest=24, on=ink, lines_max=1)
