"""Football posters: two names, two shirts, one pitch. A club's name determines its shirt, so a club keeps its own."""

import hashlib
import math

from admitone.pages.domain.poster import imprint
from admitone.pages.domain.poster.dice import Dice
from admitone.pages.domain.poster.sheet import HEIGHT, MARGIN, WIDTH, Sheet, number, spot
from admitone.pages.domain.poster.wording import PosterWords

_INNER = WIDTH - 2 * MARGIN


def draw(sheet: Sheet, words: PosterWords) -> None:
    if words.sides is None:
        _single(sheet, words)
    else:
        sheet.dice.pick((_shirts, _halves, _pitch))(sheet, words, words.sides)


def shirt(sheet: Sheet, club: str, x: float, y: float, radius: float, colors: tuple[str, str]) -> None:
    """Draw a round crest in the club's pattern: stripes, hoops, sash, halves, quarters, chevron, or rings."""
    dice = Dice(int.from_bytes(hashlib.blake2b(club.encode(), digest_size=8).digest()))
    back, front = colors
    turn = 0
    data = ""
    side = 2 * radius
    kind = dice.whole(0, 6)
    if kind in (0, 1):
        bands = dice.pick((3, 4, 5))
        wide = side / (2 * bands - 1)
        data = "".join(
            f"M{number(2 * place * wide)} 0h{number(wide)}v{number(side)}h-{number(wide)}z" for place in range(bands)
        )
        turn = 90 * kind
    elif kind == 2:
        third = number(side * 0.3)
        data = f"M0 0h{third}L{spot(side, side * 0.7)}V{number(side)}H{number(side * 0.7)}L0 {third}z"
        turn = dice.pick((0, 90))
    elif kind == 3:
        data = f"M0 0h{number(radius)}v{number(side)}H0z"
    elif kind == 4:
        data = f"M0 0h{number(radius)}v{number(side)}h{number(radius)}v-{number(radius)}H0z"
    elif kind == 5:
        down = number(radius * 0.6)
        half = number(radius)
        data = "".join(
            f"M0 {number(top)}l{half} {down} {half} -{down}v{number(radius * 0.3)}l-{half} {down} -{half} -{down}z"
            for top in (radius * 0.1, radius * 0.75, radius * 1.4)
        )
    mask = f"c{number(x)}{number(y)}".replace(".", "_").replace("-", "m")
    place = f'cx="{number(radius)}" cy="{number(radius)}" r="{number(radius)}"'
    sheet.parts.append(f'<clipPath id="{mask}"><circle {place}/></clipPath>')
    with sheet.group(f'transform="translate({number(x - radius)} {number(y - radius)})" clip-path="url(#{mask})"'):
        sheet.rect(0, 0, side, side, back)
        if data:
            spin = f' transform="rotate({turn} {number(radius)} {number(radius)})"' if turn else ""
            sheet.path(data, front, more=spin)
        else:
            sheet.ring(radius, radius, radius * 0.66, front, radius * 0.3)
            sheet.circle(radius, radius, radius * 0.24, front)


def _teams(sheet: Sheet, words: PosterWords, sides: tuple[str, str], *, y: float, height: float, on: str) -> float:
    """Set both names large, the first above the second; return the height used."""
    half = (height - 34) / 2
    first = sheet.write(sides[0], x=MARGIN, y=y, width=_INNER, height=half, largest=76, on=on, lines_max=2)
    sheet.write(words.joint, x=MARGIN, y=y + first + 4, width=80, height=26, largest=26, on=on, weight=500)
    second = sheet.write(
        sides[1], x=MARGIN, y=y + first + 40, width=_INNER, height=half, largest=76, on=on, lines_max=2
    )
    return first + 40 + second


def _shirts(sheet: Sheet, words: PosterWords, sides: tuple[str, str]) -> None:
    """Draw two large crests, one cut by the sheet's edge."""
    palette, dice = sheet.palette, sheet.dice
    with sheet.window(0, 0, WIDTH, 410):
        left, right = dice.pick(((150, 450), (120, 430), (170, 500)))
        dark = palette.ink if palette.ink != palette.tones[0] else palette.tones[2]
        shirt(sheet, sides[0], left, 215, 185, (palette.tones[0], dark))
        shirt(sheet, sides[1], right, 215, 135, (palette.tones[1], palette.tones[2]))
    _series(sheet, words, y=432, on=palette.ground)
    _teams(sheet, words, sides, y=464, height=200, on=palette.ground)
    imprint.columns(sheet, words, on=palette.ground)


def _halves(sheet: Sheet, words: PosterWords, sides: tuple[str, str]) -> None:
    """Split the sheet in two halves, the centre circle between them."""
    palette = sheet.palette
    upper, lower = sheet.dice.pick(((palette.tones[0], palette.ground), (palette.ground, palette.tones[0])))
    sheet.rect(0, 0, WIDTH, 330, upper)
    sheet.rect(0, 330, WIDTH, HEIGHT - 330, lower)
    sheet.ring(300, 330, 116, sheet.ink_on(upper), 10)
    with sheet.window(0, 0, WIDTH, 330):
        shirt(sheet, sides[0], 300, 330, 96, (palette.tones[1], palette.ground))
    with sheet.window(0, 330, WIDTH, 300):
        shirt(sheet, sides[1], 300, 0, 96, (palette.tones[2], palette.ink))
    sheet.write(sides[0], x=MARGIN, y=MARGIN, width=_INNER, height=150, largest=84, on=upper, lines_max=2)
    sheet.write(sides[1], x=MARGIN, y=470, width=_INNER, height=150, largest=84, on=lower, lines_max=2)
    _series(sheet, words, y=640, on=lower)
    imprint.columns(sheet, words, on=lower)


def _pitch(sheet: Sheet, words: PosterWords, sides: tuple[str, str]) -> None:
    """Draw the lines of the pitch from above, and a pass."""
    palette, dice = sheet.palette, sheet.dice
    ink = palette.ink
    with sheet.window(0, 0, WIDTH, 400):
        with sheet.group(
            f'transform="rotate({dice.pick((-14, 0, 12))} 300 200)" fill="none" stroke="{ink}" stroke-width="6"'
        ):
            sheet.parts.append(
                '<path d="M-80 -120V520M300 -120V520M680 -120V520M-80 60H70V340H-80M680 60H530V340H680'
                'M70 140a76 76 0 0 1 0 120M530 140a76 76 0 0 0 0 120"/><circle cx="300" cy="200" r="92"/>'
            )
        x, y = dice.between(60, 160), dice.between(280, 350)
        for _ in range(dice.whole(3, 4)):
            to_x, to_y = min(560.0, x + dice.between(90, 150)), dice.between(50, 350)
            bend_x, bend_y = (x + to_x) / 2, min(y, to_y) - dice.between(10, 90)
            sheet.line(
                f"M{number(x)} {number(y)}Q{number(bend_x)} {number(bend_y)} {number(to_x)} {number(to_y)}",
                palette.tones[0],
                7,
                more=' stroke-dasharray="2 17" stroke-linecap="round"',
            )
            sheet.circle(x, y, 13, palette.tones[1])
            x, y = to_x, to_y
        ball(sheet, x, y, 44)
    _series(sheet, words, y=424, on=palette.ground)
    _teams(sheet, words, sides, y=456, height=206, on=palette.ground)
    imprint.numeral(sheet, words, on=palette.ground, top=680)


def ball(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """Draw a ball of one pentagon and five seams."""
    light, dark = "#ffffff", "#15161a"
    sheet.circle(x, y, radius, light, more=f' stroke="{dark}" stroke-width="{number(radius * 0.09)}"')
    spokes, corners = "", []
    for corner in range(5):
        angle = math.tau * corner / 5 - math.pi / 2
        inner = (x + radius * 0.38 * math.cos(angle), y + radius * 0.38 * math.sin(angle))
        outer = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        corners.append(f"{number(inner[0])} {number(inner[1])}")
        spokes += f"M{corners[-1]}L{number(outer[0])} {number(outer[1])}"
    sheet.line(spokes, dark, radius * 0.09)
    sheet.path(f"M{'L'.join(corners)}Z", dark)


def _series(sheet: Sheet, words: PosterWords, *, y: float, on: str) -> None:
    fill = sheet.palette.tones[0]
    said = words.series or words.support
    sheet.write(said, x=MARGIN, y=y, width=_INNER, height=22, largest=20, on=on, weight=700, lines_max=1, fill=fill)


def _single(sheet: Sheet, words: PosterWords) -> None:
    """Draw a poster without two known teams: a cup final before its semi-finals, a festival of football."""
    palette = sheet.palette
    with sheet.window(0, 0, WIDTH, 430):
        sheet.ring(300, 215, 250, palette.tones[0], 34)
        ball(sheet, 300, 215, 165)
    sheet.write(words.name, x=MARGIN, y=470, width=_INNER, height=180, largest=76, on=palette.ground)
    imprint.columns(sheet, words, on=palette.ground)
