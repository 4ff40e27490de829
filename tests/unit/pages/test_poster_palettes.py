"""Palettes: text on posters and accents on pages have enough contrast."""

import pytest

from admitone.pages.domain.poster.contrast import contrast, darkened_until, lightened_until
from admitone.pages.domain.poster.palettes import PALETTES, Palette, palette_styles

AA = 4.5


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_text_has_enough_contrast_on_its_background(palette: Palette) -> None:
    assert contrast(palette.ink, palette.ground) >= AA


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_accents_have_enough_contrast_in_both_themes(palette: Palette) -> None:
    for ground in ("#ffffff", "#fbfaf8", "#f2f0ec"):
        assert contrast(palette.accent_light, ground) >= AA
    for ground in ("#121210", "#1b1b18", "#24231f"):
        assert contrast(palette.accent_dark, ground) >= AA
    assert contrast("#ffffff", palette.accent_light) >= AA
    assert contrast("#101114", palette.accent_dark) >= AA


def test_black_on_white_has_the_maximum_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_colour_with_enough_contrast_is_not_changed() -> None:
    assert darkened_until("#000000", against=("#ffffff",), ratio=AA) == "#000000"
    assert lightened_until("#ffffff", against=("#000000",), ratio=AA) == "#ffffff"


def test_every_palette_has_its_class() -> None:
    for name in PALETTES:
        assert palette_styles().count(f".palette-{name}{{") == 2
