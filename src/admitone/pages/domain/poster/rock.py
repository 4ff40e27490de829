"""Rock posters: loud type and irregular shapes. Sunbursts, sliced moons, ridges, wobbling rings."""

import math

from admitone.pages.domain.poster import imprint
from admitone.pages.domain.poster.sheet import MARGIN, WIDTH, Sheet, number
from admitone.pages.domain.poster.wording import PosterWords

_INNER = WIDTH - 2 * MARGIN


def draw(sheet: Sheet, words: PosterWords) -> None:
    ground = sheet.palette.ground
    taken = sheet.write(
        words.headline.upper(), x=MARGIN, y=MARGIN, width=_INNER, height=230, largest=136, on=ground, weight=900
    )
    top = MARGIN + taken + 14
    below = words.overline or words.support or words.series
    top += sheet.write(below, x=MARGIN, y=top, width=_INNER, height=54, largest=24, on=ground, weight=700, lines_max=2)
    top += 22
    bottom = 650.0
    art = sheet.dice.pick((_sunburst, _sliced_moon, _ridges, _wobble))
    with sheet.window(0, top, WIDTH, bottom - top):
        art(sheet, bottom - top)
    imprint.numeral(sheet, words, on=ground, top=bottom + 20)


def _sunburst(sheet: Sheet, height: float) -> None:
    dice, palette = sheet.dice, sheet.palette
    rays, x, y = dice.pick((12, 16, 24)), 300.0, height * dice.pick((0.5, 0.62, 0.98))
    data = ""
    for ray in range(rays):
        start, end = (math.tau * (ray + half) / rays for half in (0.0, 0.5))
        points = " ".join(
            f"{number(x + 720 * math.cos(angle))} {number(y + 720 * math.sin(angle))}" for angle in (start, end)
        )
        data += f"M{number(x)} {number(y)}L{points}Z"
    sheet.path(data, palette.tones[0])
    radius = height * dice.between(0.26, 0.36)
    for place, color in enumerate((palette.ink, palette.ground, palette.tones[1])):
        sheet.circle(x, y, radius * (1 - place * 0.22), color)


def _sliced_moon(sheet: Sheet, height: float) -> None:
    """Draw a disc cut into displaced strips."""
    dice, palette = sheet.dice, sheet.palette
    radius, strips = min(250.0, height * 0.52), dice.whole(7, 11)
    tall = 2 * radius / strips
    for strip in range(strips):
        y = height / 2 - radius + strip * tall
        slip = dice.between(-70, 70) if strip % 2 else dice.between(-16, 16)
        color = palette.tones[1] if dice.chance(0.22) else palette.tones[0]
        with sheet.window(0, y, WIDTH, tall - 3):
            sheet.circle(300 + slip, height / 2 - y, radius, color)


def _ridges(sheet: Sheet, height: float) -> None:
    """Draw ridge lines, each hiding the one behind."""
    dice, palette = sheet.dice, sheet.palette
    rows = 15
    for row in range(rows):
        base = height * 0.2 + row * height * 0.8 / rows
        points = []
        for step in range(31):
            x = step * 20
            swell = math.exp(-(((x - 300) / 120) ** 2)) * height * 0.24
            points.append(f"{x} {number(base - swell * dice.unit() - dice.unit() * 5)}")
        color = palette.tones[0] if row == rows // 2 else palette.ink
        more = f' stroke="{color}" stroke-width="3" stroke-linejoin="round"'
        sheet.path(f"M0 {number(height + 9)}L{'L'.join(points)}V{number(height + 9)}", palette.ground, more=more)


def _wobble(sheet: Sheet, height: float) -> None:
    """Draw rings around an almost circular shape: a melting record."""
    dice, palette = sheet.dice, sheet.palette
    lobes, depth, phase = dice.whole(3, 7), dice.between(0.06, 0.16), dice.between(0, 6)
    colors = (palette.tones[0], palette.ground, palette.tones[1], palette.ground)
    for place in range(9):
        size = height * (0.86 - place * 0.1)
        points = []
        for step in range(37):
            angle = math.tau * step / 36
            radius = size * (1 + depth * math.sin(lobes * angle + phase + place * 0.5))
            points.append(f"{number(300 + radius * math.cos(angle))} {number(height / 2 + radius * math.sin(angle))}")
        sheet.path(f"M{'L'.join(points)}Z", colors[place % 4], more=' stroke-linejoin="round"')
