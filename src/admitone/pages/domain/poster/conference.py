"""Posters of conferences and of every other genre: Bauhaus tiles, mirrored pixels, steps, orbits."""

from collections.abc import Callable

from admitone.pages.domain.poster import imprint
from admitone.pages.domain.poster.sheet import HEIGHT, MARGIN, WIDTH, Sheet, number, spot
from admitone.pages.domain.poster.wording import PosterWords

_INNER = WIDTH - 2 * MARGIN
Art = Callable[[Sheet, float, float], None]
"""(sheet, width, height) → draws into the open window."""


def draw_conference(sheet: Sheet, words: PosterWords) -> None:
    _type_above(sheet, words, sheet.dice.pick((_pixels, _steps, _tiles, _brackets)))


def draw_other(sheet: Sheet, words: PosterWords) -> None:
    _type_below(sheet, words, sheet.dice.pick((_tiles, _orbits, _steps)))


def _type_above(sheet: Sheet, words: PosterWords, art: Art) -> None:
    ground = sheet.palette.ground
    taken = sheet.write(words.name, x=MARGIN, y=MARGIN, width=_INNER, height=210, largest=84, on=ground, lines_max=5)
    top = MARGIN + taken + 14
    said = words.support or words.series
    top += sheet.write(said, x=MARGIN, y=top, width=_INNER, height=48, largest=21, on=ground, weight=500, lines_max=2)
    top += 24
    with sheet.window(MARGIN, top, _INNER, 652 - top):
        art(sheet, _INNER, 652 - top)
    imprint.columns(sheet, words, on=ground)


def _type_below(sheet: Sheet, words: PosterWords, art: Art) -> None:
    ground = sheet.palette.ground
    with sheet.window(0, 0, WIDTH, 420):
        art(sheet, WIDTH, 420)
    taken = sheet.write(words.headline, x=MARGIN, y=450, width=_INNER, height=160, largest=78, on=ground, lines_max=3)
    said = words.overline or words.support or words.series
    sheet.write(said, x=MARGIN, y=462 + taken, width=_INNER, height=24, largest=21, on=ground, weight=500, lines_max=1)
    imprint.line(sheet, words, on=ground, top=HEIGHT - MARGIN - 84)


def _tiles(sheet: Sheet, width: float, height: float) -> None:
    """Draw quarter circles, discs and triangles on a square grid."""
    dice, palette = sheet.dice, sheet.palette
    across = dice.pick((4, 5))
    side = width / across
    colors = (*palette.tones, palette.ink)
    for row in range(int(height / side) + 1):
        for column in range(across):
            x, y = number(column * side), number(row * side)
            back, front = dice.shuffled(colors)[:2]
            if dice.chance(0.5):
                sheet.rect(column * side, row * side, side + 0.5, side + 0.5, back)
            turn = (
                f' transform="rotate({dice.pick((0, 90, 180, 270))} {spot((column + 0.5) * side, (row + 0.5) * side)})"'
            )
            wide = number(side)
            kind = dice.whole(0, 3)
            if kind < 2:
                sheet.path(f"M{x} {y}h{wide}a{wide} {wide} 0 0 1-{wide} {wide}z", front, more=turn)
            elif kind == 2:
                sheet.circle((column + 0.5) * side, (row + 0.5) * side, side * 0.5, front)
            else:
                sheet.path(f"M{x} {y}h{wide}l-{wide} {wide}z", front, more=turn)


def _pixels(sheet: Sheet, width: float, height: float) -> None:
    """Draw a symmetric sign of squares, unique to the event."""
    dice, palette = sheet.dice, sheet.palette
    side = width / 13
    rows = int(height / side)
    data = dict.fromkeys((palette.ink, palette.tones[0], palette.tones[1]), "")
    unit = number(side - 3)
    for row in range(rows):
        for column in range(7):
            if not dice.chance(0.52):
                continue
            color = palette.ink if dice.chance(0.55) else dice.pick(palette.tones[:2])
            for place in {column, 12 - column}:
                data[color] += f"M{number(place * side)} {number(row * side)}h{unit}v{unit}h-{unit}z"
    for color, squares in data.items():
        sheet.path(squares, color)


def _steps(sheet: Sheet, width: float, height: float) -> None:
    """Draw a staircase of bars, with a disc at its foot."""
    dice, palette = sheet.dice, sheet.palette
    bars = dice.pick((6, 7, 9))
    wide = width / bars
    rising = dice.chance(0.5)
    colors = (palette.tones[0], palette.ink, palette.tones[1], palette.tones[2])
    for bar in range(bars):
        tall = height * (0.18 + 0.72 * (bar if rising else bars - 1 - bar) / (bars - 1))
        sheet.rect(bar * wide, height - tall, wide - 4, tall, colors[bar % 4])
    radius = wide * 0.95
    sheet.circle(radius + 4 if rising else width - radius - 4, height * 0.3, radius, palette.tones[0])


def _brackets(sheet: Sheet, width: float, height: float) -> None:
    """Draw nested brackets around a point."""
    dice, palette = sheet.dice, sheet.palette
    middle, depth = height / 2, dice.pick((4, 5))
    colors = dice.shuffled((palette.ink, palette.tones[0], palette.tones[1], palette.ink, palette.tones[2]))
    for level in range(depth):
        x, tall = 18 + level * 48, (height - 30) * (1 - level / (depth + 1.5)) / 2
        arm, color = dice.pick((0, 26)), colors[level % 5]
        for side in (1, -1):
            edge = x if side == 1 else width - x
            tip = edge + side * 30
            end = number(tip - side * arm if arm else edge)
            halves = (
                f"M{spot(tip, far)}Q{spot(edge, far)} {spot(edge, (far + middle) / 2)}T{end} {number(middle)}"
                for far in (middle - tall, middle + tall)
            )
            sheet.line(
                "".join(halves),
                color,
                17,
            )
    sheet.circle(width / 2, middle, min(44, height * 0.12), palette.tones[0])


def _orbits(sheet: Sheet, width: float, height: float) -> None:
    dice, palette = sheet.dice, sheet.palette
    x, y = width * dice.pick((0.5, 0.3, 0.7)), height * 0.52
    colors = dice.shuffled((palette.tones[0], palette.ink, palette.tones[1], palette.tones[2], palette.ink))
    for place, color in enumerate(colors):
        radius = 60 + place * 62.0
        gap = number(radius * dice.between(1.2, 3.6))
        turn = f' transform="rotate({dice.whole(0, 359)} {number(x)} {number(y)})"'
        sheet.ring(
            x, y, radius, color, dice.pick((16, 26, 38)), more=f' stroke-dasharray="{number(radius * 4)} {gap}"{turn}'
        )
    sheet.circle(x, y, 30, palette.tones[0])
