"""Pop posters: bright and round. Halftones, overlapping discs, Memphis confetti."""

from admitone.pages.domain.poster import imprint
from admitone.pages.domain.poster.sheet import HEIGHT, MARGIN, WIDTH, Sheet, number
from admitone.pages.domain.poster.wording import PosterWords

_INNER = WIDTH - 2 * MARGIN


def draw(sheet: Sheet, words: PosterWords) -> None:
    ground = sheet.palette.ground
    art = sheet.dice.pick((_discs, _halftone, _confetti))
    with sheet.window(0, 0, WIDTH, 430):
        art(sheet, 430)
    y = 456.0
    y += sheet.write(words.headline, x=MARGIN, y=y, width=_INNER, height=190, largest=92, on=ground, weight=900) + 12
    below = words.overline or words.support or words.series
    sheet.write(below, x=MARGIN, y=y, width=_INNER, height=26, largest=22, on=ground, weight=600, lines_max=1)
    imprint.columns(sheet, words, on=ground, top=HEIGHT - MARGIN - 74)


def _discs(sheet: Sheet, height: float) -> None:
    dice, (first, second, third) = sheet.dice, sheet.palette.tones
    with sheet.group('opacity=".92"'):
        sheet.circle(dice.between(120, 240), dice.between(120, 220), dice.between(130, 190), first)
        sheet.circle(dice.between(380, 500), dice.between(120, 260), dice.between(110, 170), second)
        sheet.circle(dice.between(240, 360), dice.between(260, 340), dice.between(90, 150), third)
    sheet.ring(300, height * 0.55, dice.between(90, 220), sheet.palette.ink, 14)
    sheet.circle(dice.between(60, 540), dice.between(40, 380), 34, sheet.palette.ink)


def _halftone(sheet: Sheet, height: float) -> None:
    """Draw rows of dots that swell and shrink; a row is one dashed line with round caps."""
    dice, palette = sheet.dice, sheet.palette
    rows, peak = 15, dice.between(0.25, 0.75)
    gap = 600 / 20
    sheet.circle(dice.between(150, 450), height * dice.between(0.35, 0.65), 165, palette.tones[2])
    for row in range(rows):
        nearness = 1 - abs(row / (rows - 1) - peak)
        width = gap * max(0.08, nearness**2.2)
        y = (row + 0.5) * height / rows
        shift = number(gap / 2 if row % 2 else 0)
        more = f' stroke-linecap="round" stroke-dasharray="0 {number(gap)}" stroke-dashoffset="-{shift}"'
        sheet.line(f"M0 {number(y)}H620", palette.tones[0] if row % 5 else palette.tones[1], width, more=more)


def _confetti(sheet: Sheet, height: float) -> None:
    dice, palette = sheet.dice, sheet.palette
    colors = (*palette.tones, palette.ink)
    for row in range(4):
        for column in range(6):
            x, y, color = column * 100 + 50, row * 108 + 54, dice.pick(colors)
            shape, turn = dice.whole(0, 5), dice.pick((0, 45, 90, 180))
            more = f' transform="rotate({turn} {x} {y})"'
            if shape == 0:
                sheet.circle(x, y, 38, color)
            elif shape == 1:
                sheet.path(f"M{x - 42} {y}a42 42 0 0 1 84 0z", color, more=more)
            elif shape == 2:
                zigzag = f"M{x - 44} {y}l22 -22 22 22 22 -22 22 22"
                sheet.line(zigzag, color, 13, more=more)
            elif shape == 3:
                sheet.ring(x, y, 28, color, 14)
            elif shape == 4:
                sheet.path(f"M{x - 40} {y + 34}h80l-40 -72z", color, more=more)
            else:
                dots = f' stroke-linecap="round" stroke-dasharray="0 24"{more}'
                sheet.line(f"M{x - 36} {y - 12}h80m-80 24h80", color, 13, more=dots)
