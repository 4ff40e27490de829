"""The palettes of posters, and the accent that a page takes from its event's poster.

A page selects its accent by the class `palette-<name>`; `palette_styles()` is the style sheet of these classes.
"""

from functools import cache

from msgspec import Struct

from admitone.pages.domain.poster.contrast import darkened_until, lightened_until

# Backgrounds of the two themes on which an accent must be readable, as text and as a button.
_LIGHT_GROUNDS = ("#ffffff", "#f3f1ec")
_DARK_GROUNDS = ("#101114", "#24262c")
_RATIO = 4.6
"""A little above AA's 4.5: backgrounds may be slightly tinted."""


class Palette(Struct, frozen=True):
    """Few colours, as on a printed poster. `ink` is the colour of text, which is placed on `ground` only."""

    name: str
    ground: str
    ink: str
    tones: tuple[str, str, str]
    """Colours of shapes, the strongest first; some are not readable as text on `ground`."""
    accent_light: str
    """For the light theme: AA on white as text, AA under white text as a button."""
    accent_dark: str
    """For the dark theme: AA on near-black as text, AA under near-black text as a button."""


def _palette(name: str, ground: str, ink: str, tones: str, accent: str) -> Palette:
    first, second, third = tones.split()
    return Palette(
        name=name,
        ground=ground,
        ink=ink,
        tones=(first, second, third),
        accent_light=darkened_until(accent, against=_LIGHT_GROUNDS, ratio=_RATIO),
        accent_dark=lightened_until(accent, against=_DARK_GROUNDS, ratio=_RATIO),
    )


PALETTES: dict[str, Palette] = {
    palette.name: palette
    for palette in (
        _palette("vermilion", "#f3ebdd", "#1b1a17", "#e03c1f #1b1a17 #f2b632", "#d9381c"),
        _palette("cobalt", "#1d3fbf", "#ffffff", "#ff6b4a #f6e7c8 #0b1b5c", "#1d3fbf"),
        _palette("ochre", "#f0b323", "#1c1710", "#d1401f #1c1710 #fff6e0", "#d1401f"),
        _palette("forest", "#12402f", "#f5eed8", "#e9b44c #7fb69a #d9532c", "#1c6b4d"),
        _palette("plum", "#3c1642", "#fff1e6", "#f26ca7 #f7b32b #7b3f99", "#8e2f8c"),
        _palette("teal", "#0b4f57", "#fdf6e3", "#f4a259 #8cd3c7 #f25c54", "#0b6e78"),
        _palette("rose", "#f6c6c9", "#2a0f14", "#c81d4e #2a0f14 #fff3ec", "#c81d4e"),
        _palette("night", "#14161c", "#f4efe6", "#e8472b #f4efe6 #5b6bff", "#4556e8"),
        _palette("acid", "#d8f24b", "#14180a", "#5a32d6 #14180a #ffffff", "#5a32d6"),
        _palette("sky", "#bfe0f2", "#0d2536", "#f25c2a #0f5fa8 #ffffff", "#0f5fa8"),
        _palette("crimson", "#a4122b", "#fff3e4", "#f0b323 #16090c #e98a8f", "#b3142f"),
        _palette("pitch", "#0b6b36", "#fbf8ea", "#f7d046 #f4f1e4 #084a26", "#0b7a3c"),
        _palette("asphalt", "#24272e", "#ffffff", "#f0281e #ffd400 #8a929e", "#d81e14"),
        _palette("sand", "#e9d8b4", "#2b1d0e", "#b3451e #2f6f6b #2b1d0e", "#a8401b"),
        _palette("violet", "#5428cc", "#ffffff", "#ff8fb1 #ffd84d #1d0b5c", "#5b2bd9"),
        _palette("mint", "#c9ebd8", "#0e2b22", "#f2643d #0b7a5b #0e2b22", "#0b7a5b"),
        _palette("paper", "#f5f2ea", "#121212", "#d7263d #121212 #b9b4a8", "#c41f35"),
        _palette("navy", "#101f42", "#f7f3e8", "#e5412d #f7f3e8 #5d86c9", "#2554a8"),
        _palette("blaze", "#f26a1b", "#190b02", "#190b02 #fff1df #8f1d14", "#c44d08"),
    )
}


@cache
def palette_styles() -> str:
    """Return CSS: one class per palette, `palette-<name>`, that sets `--accent` and `--on-accent` for both themes."""
    light = "".join(
        f".palette-{p.name}{{--accent:{p.accent_light};--on-accent:#fff;--poster-ground:{p.ground};"
        f"--poster-ink:{p.ink}}}\n"
        for p in PALETTES.values()
    )
    dark = "".join(f".palette-{p.name}{{--accent:{p.accent_dark};--on-accent:#101114}}\n" for p in PALETTES.values())
    return f"{light}@media (prefers-color-scheme:dark){{\n{dark}}}\n"
