"""American football posters: the gridiron, the playbook, sleeve stripes, and heavy type."""

from admitone.pages.domain.poster import imprint
from admitone.pages.domain.poster.sheet import MARGIN, WIDTH, Sheet, number
from admitone.pages.domain.poster.wording import PosterWords

_INNER = WIDTH - 2 * MARGIN


def draw(sheet: Sheet, words: PosterWords) -> None:
    palette = sheet.palette
    art = sheet.dice.pick((_gridiron, _playbook, _sleeve))
    with sheet.window(0, 0, WIDTH, 400):
        art(sheet)
    names = words.sides or (words.headline, "")
    y = 424.0
    y += sheet.write(
        names[0].upper(),
        x=MARGIN,
        y=y,
        width=_INNER,
        height=92,
        largest=74,
        on=palette.ground,
        weight=900,
        lines_max=2,
    )
    if words.sides:
        y += 6 + sheet.write(
            words.joint, x=MARGIN, y=y + 4, width=90, height=26, largest=24, on=palette.ground, weight=500
        )
        y += 8
        sheet.write(
            names[1].upper(),
            x=MARGIN,
            y=y,
            width=_INNER,
            height=92,
            largest=74,
            on=palette.ground,
            weight=900,
            lines_max=2,
        )
    imprint.numeral(sheet, words, on=palette.ground, top=680)


def _oval(sheet: Sheet, x: float, y: float, size: float, turn: float, fill: str, lace: str) -> None:
    with sheet.group(f'transform="translate({number(x)} {number(y)}) rotate({number(turn)}) scale({number(size)})"'):
        sheet.path("M-100 0Q-50 -62 0 -62T100 0Q50 62 0 62T-100 0Z", fill)
        sheet.line("M-66 -34Q-52 0 -66 34M66 -34Q52 0 66 34", lace, 9)
        sheet.line("M-34 0H34M-24 -13V13M-8 -13V13M8 -13V13M24 -13V13", lace, 6)


def _gridiron(sheet: Sheet) -> None:
    palette, dice = sheet.palette, sheet.dice
    lean = dice.pick((-18, 0, 18))
    with sheet.group(f'transform="rotate({lean} 300 200)"'):
        sheet.line("".join(f"M{x} -200V600" for x in range(-220, 860, 120)), palette.ink, 6)
        ticks = "".join(f"M{x} 96v20M{x} 284v20" for x in range(-196, 860, 24))
        sheet.line(ticks, palette.ink, 4)
        for x, yards in ((20, "40"), (260, "50"), (500, "40")):
            place = f'x="{x}" y="60" text-anchor="middle" font-size="58" font-weight="800" aria-hidden="true"'
            sheet.parts.append(f'<text {place} fill="{palette.ink}">{yards}</text>')
    _oval(sheet, 300, 215, dice.between(1.7, 2.1), dice.pick((-32, -20, 24, 38)), palette.tones[0], palette.ground)


def _playbook(sheet: Sheet) -> None:
    """Draw eleven against eleven on the coach's board, with one receiver free."""
    palette, dice = sheet.palette, sheet.dice
    sheet.line("M0 250H600", palette.ink, 4, more=' stroke-dasharray="16 12"')
    for place in range(5):
        x = 120 + place * 90
        sheet.ring(x, 305, 22, palette.ink, 8)
        sheet.line(f"M{x - 20} 175l40 40m-40 0l40 -40", palette.tones[1], 10)
    sheet.ring(300, 368, 24, palette.tones[0], 12)
    for x, turn in ((56, 1), (544, -1)):
        sheet.ring(x, 305, 22, palette.ink, 8)
        depth, reach = dice.whole(60, 130), dice.whole(60, 190) * turn
        sheet.line(f"M{x} 276V{depth}l{reach} -{depth - 24}", palette.tones[0], 10, more=' stroke-linejoin="round"')
        end = x + reach
        sheet.circle(end, 26, 18, palette.tones[0])
    sheet.line(
        "M300 340C260 280 370 200 330 70", palette.tones[2], 7, more=' stroke-dasharray="3 17" stroke-linecap="round"'
    )
    _oval(sheet, 330, 62, 0.5, -40, palette.tones[0], palette.ground)


def _sleeve(sheet: Sheet) -> None:
    """Draw the stripes of a sleeve, bent once, with the ball in the crook."""
    palette, dice = sheet.palette, sheet.dice
    colors = (palette.tones[0], palette.ink, palette.tones[2], palette.tones[1])
    peak = dice.pick((180, 300, 420))
    y = 10
    for color in dice.shuffled(colors):
        width = dice.pick((26, 40, 58))
        y += width // 2
        sheet.line(f"M-60 {y + 190}L{peak} {y}L660 {y + 190}", color, width)
        y += width // 2 + 16
    _oval(sheet, peak, 330, 1.15, dice.pick((-20, 0, 90)), palette.tones[0], palette.ground)
