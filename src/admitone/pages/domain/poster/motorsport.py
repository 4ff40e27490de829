"""Motorsport posters: an invented circuit, the flag, the tyre; everything slants forward."""

import math

from admitone.pages.domain.poster import imprint
from admitone.pages.domain.poster.sheet import MARGIN, WIDTH, Sheet, number, spot
from admitone.pages.domain.poster.wording import PosterWords

_INNER = WIDTH - 2 * MARGIN


def draw(sheet: Sheet, words: PosterWords) -> None:
    ground = sheet.palette.ground
    taken = sheet.write(
        words.name, x=MARGIN, y=MARGIN, width=_INNER, height=190, largest=84, on=ground, weight=900, lines_max=4
    )
    top = MARGIN + taken + 20
    with sheet.window(0, top, WIDTH, 660 - top):
        sheet.dice.pick((_circuit, _circuit, _flag, _tyre))(sheet, 660 - top)
    imprint.numeral(sheet, words, on=ground, top=680)


def _circuit(sheet: Sheet, height: float) -> None:
    """Draw a smooth closed line through points around an oval: kerbs, asphalt, racing line, start."""
    dice, palette = sheet.dice, sheet.palette
    corners = dice.whole(8, 12)
    points = []
    for corner in range(corners):
        angle = math.tau * corner / corners + dice.between(-0.16, 0.16)
        reach = dice.between(0.5, 1.0) if corner % 2 else dice.between(0.8, 1.0)
        points.append((300 + 235 * reach * math.cos(angle), height / 2 + (height / 2 - 34) * reach * math.sin(angle)))
    data = _smooth(points)
    speed = "".join(f"M-20 {number(y)}H{number(dice.between(60, 600))}" for y in range(12, int(height), 26))
    sheet.line(speed, palette.tones[2], 3, more=' opacity=".45"')
    round_ = ' stroke-linejoin="round"'
    sheet.line(data, palette.tones[0], 40, more=round_)
    sheet.line(data, palette.ink, 40, more=f'{round_} stroke-dasharray="22 22"')
    sheet.line(data, palette.ground, 26, more=round_)
    sheet.line(data, palette.tones[1], 8, more=f'{round_} stroke-dasharray="90 14"')
    x, y = points[0]
    sheet.circle(x, y, 25, palette.tones[0])
    sheet.path(f"M{number(x - 8)} {number(y - 12)}l20 12-20 12z", palette.ground)


def _smooth(points: list[tuple[float, float]]) -> str:
    """Return a closed Catmull–Rom spline through the points, as cubic Béziers."""
    count = len(points)
    data = f"M{number(points[0][0])} {number(points[0][1])}"
    for place in range(count):
        before, start, end, after = (points[(place + step) % count] for step in (-1, 0, 1, 2))
        first = [start[axis] + (end[axis] - before[axis]) / 6 for axis in (0, 1)]
        second = [end[axis] - (after[axis] - start[axis]) / 6 for axis in (0, 1)]
        data += "C" + " ".join(number(value) for value in (*first, *second, *end))
    return data + "Z"


def _flag(sheet: Sheet, height: float) -> None:
    """Draw the waving chequered flag: squares that shrink toward the mast."""
    dice, palette = sheet.dice, sheet.palette
    rows, wave = 6, dice.between(14, 38)
    dark, x, column, data, light = palette.ink, 0.0, 0, "", ""
    while x < WIDTH:
        wide = 26 + column * 7
        for row in range(rows):
            tall = height / rows
            start, end = (wave * math.sin(edge / 90) for edge in (x, x + wide))
            y = row * tall
            square = f"M{spot(x, y + start)}L{spot(x + wide, y + end)}v{number(tall)}L{spot(x, y + start + tall)}z"
            if (row + column) % 2:
                data += square
            elif row == 2:
                light += square
        x, column = x + wide, column + 1
    sheet.path(data, dark)
    sheet.path(light, palette.tones[0])


def _tyre(sheet: Sheet, height: float) -> None:
    dice, palette = sheet.dice, sheet.palette
    x, y, radius = dice.pick((0, 300, 600)), height * 0.55, height * 0.62
    bars = "".join(f"M0 {number(place)}H600" for place in range(14, int(height), 44))
    sheet.line(bars, palette.tones[2], 12, more=' opacity=".5"')
    sheet.circle(x, y, radius, palette.ink)
    sheet.ring(
        x,
        y,
        radius * 0.8,
        palette.tones[0],
        radius * 0.09,
        more=f' stroke-dasharray="{number(radius)} {number(radius * 0.26)}"',
    )
    sheet.circle(x, y, radius * 0.5, palette.ground)
    sheet.ring(
        x,
        y,
        radius * 0.34,
        palette.tones[1],
        radius * 0.2,
        more=f' stroke-dasharray="{number(radius * 0.3)} {number(radius * 0.127)}"',
    )
