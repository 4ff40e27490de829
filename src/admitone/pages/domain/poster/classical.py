"""Classical music posters: arcs that double in width, curved staves, strings, keys."""

import math

from admitone.pages.domain.poster import imprint
from admitone.pages.domain.poster.measure import fit
from admitone.pages.domain.poster.sheet import MARGIN, SERIF, WIDTH, Sheet, number
from admitone.pages.domain.poster.wording import PosterWords

_INNER = WIDTH - 2 * MARGIN


def draw(sheet: Sheet, words: PosterWords) -> None:
    ground = sheet.palette.ground
    family = SERIF if sheet.dice.chance(0.45) else None
    headline = "\n".join(words.composers) if len(words.composers) > 1 else words.headline
    bottom = 660.0
    taken = _names(sheet, words, headline, bottom=bottom, family=family)
    art = sheet.dice.pick((_arcs, _staves, _strings, _keys))
    with sheet.window(0, 0, WIDTH, bottom - taken - 24):
        art(sheet, bottom - taken - 24)
    imprint.columns(sheet, words, on=ground)


def _names(sheet: Sheet, words: PosterWords, headline: str, *, bottom: float, family: str | None) -> float:
    """Set orchestra, composers and soloists upwards from `bottom`; return the height used."""
    ground = sheet.palette.ground
    lead = words.overline or (words.headline if headline != words.headline else words.series)
    support = words.support
    stack: list[tuple[str, float, int, int]] = [(lead, 22, 1, 700), (headline, 74, 4, 800), (support, 19, 2, 500)]
    heights = [_height(text, largest, lines, 220 if largest > 50 else 60) for text, largest, lines, _ in stack]
    gaps = [12 if height else 0 for height in heights]
    total = sum(heights) + sum(gaps)
    y = bottom - total
    for (text, largest, lines, weight), height, gap in zip(stack, heights, gaps, strict=True):
        sheet.write(
            text,
            x=MARGIN,
            y=y,
            width=_INNER,
            height=220 if largest > 50 else 60,
            largest=largest,
            on=ground,
            weight=weight,
            lines_max=lines,
            family=family if largest > 50 else None,
            fill=sheet.palette.tones[0] if largest == 22 else None,
        )
        y += height + gap
    return total


def _height(text: str, largest: float, lines: int, room: float) -> float:
    return fit(text, width=_INNER, height=room, largest=largest, lines_max=lines).height if text.strip() else 0


def _arcs(sheet: Sheet, height: float) -> None:
    """Draw rings whose widths double outwards, each cut into a few beats of thirty-two."""
    dice, palette = sheet.dice, sheet.palette
    x, y = dice.pick(((0.28, 0.62), (0.72, 0.35), (0.5, 0.5), (0.15, 0.2)))
    center_x, center_y = WIDTH * x, height * y
    accent = dice.whole(2, 5)
    radius, width = 34.0, 5.0
    for place in range(7):
        beats = sorted(dice.shuffled(range(16))[: 2 * dice.whole(1, 2)])
        beat = 2 * math.pi * radius / 16
        marks = [later - earlier for earlier, later in zip(beats, [*beats[1:], beats[0] + 16], strict=True)]
        dashes = " ".join(number(mark * beat) for mark in marks)
        turn = number(beats[0] * 22.5)
        sheet.ring(
            center_x,
            center_y,
            radius,
            palette.tones[0] if place == accent else palette.ink,
            width,
            more=f' stroke-dasharray="{dashes}" transform="rotate({turn} {number(center_x)} {number(center_y)})"',
        )
        radius, width = radius + width * 1.42 + 7, width * 1.52


def _staves(sheet: Sheet, height: float) -> None:
    """Draw five curved lines across the sheet, with notes."""
    dice, palette = sheet.dice, sheet.palette
    if dice.chance(0.6):
        sheet.circle(dice.between(150, 450), height * 0.5, height * dice.between(0.28, 0.42), palette.tones[0])
    swing, drop = dice.between(50, 120), dice.between(-60, 120)
    staves = 2 if height > 340 else 1
    for stave in range(staves):
        base = height * (stave + 1) / (staves + 1) - 30
        for place in range(5):
            y = base + place * 15
            sheet.line(
                f"M-10 {number(y - drop / 2)}C150 {number(y - swing)} 300 {number(y - swing)} 330 {number(y)}"
                f"S480 {number(y + swing)} 610 {number(y + drop / 2)}",
                palette.ink,
                2.5,
            )
        for place in range(dice.whole(4, 6)):
            x = 50 + place * 100 + dice.between(-20, 20)
            y = base + 30 + math.sin(place * 1.4 + stave) * swing * 0.6
            _note(sheet, x, y, palette.tones[2] if dice.chance(0.25) else palette.ink)


def _note(sheet: Sheet, x: float, y: float, fill: str) -> None:
    sheet.line(f"M{number(x + 15)} {number(y - 4)}V{number(y - 92)}", fill, 5)
    turn = f' transform="rotate(-24 {number(x)} {number(y)})"'
    place = f'cx="{number(x)}" cy="{number(y)}" rx="18" ry="13"'
    sheet.parts.append(f'<ellipse {place} fill="{fill}"{turn}/>')


def _strings(sheet: Sheet, height: float) -> None:
    """Draw two fans of lines that cross in a moiré."""
    dice, palette = sheet.dice, sheet.palette
    left, right = dice.between(0.05, 0.3) * height, dice.between(0.7, 0.95) * height
    sheet.circle(WIDTH * dice.between(0.4, 0.6), height * 0.52, height * 0.33, palette.tones[0])
    lines = 26
    down = "".join(f"M0 {number(left)}L600 {number(place * height / (lines - 1))}" for place in range(lines))
    up = "".join(f"M600 {number(right)}L0 {number(place * height / (lines - 1))}" for place in range(lines))
    sheet.line(down, palette.ink, 2)
    sheet.line(up, palette.ink, 2)


def _keys(sheet: Sheet, height: float) -> None:
    """Draw vertical bars in a rhythm of 1, 2, 3 and 5, one of them highlighted."""
    dice, palette = sheet.dice, sheet.palette
    accent, x, place = dice.whole(3, 8), 0.0, 0
    while x < WIDTH:
        wide = dice.pick((1, 1, 2, 3, 5)) * 11.0
        top = height * dice.pick((0, 0, 0.12, 0.25, 0.4, 0.55))
        color = palette.tones[0] if place == accent else palette.tones[2] if place == accent + 4 else palette.ink
        sheet.rect(x, top, wide, height - top if dice.chance(0.7) else (height - top) * 0.6, color)
        x, place = x + wide + dice.pick((1, 1, 2, 3)) * 9.0, place + 1
