"""Fonts for print: Source Sans Pro for Latin, Greek and Cyrillic; the machine's own for other scripts.

What no font at hand can draw is printed as an empty box; the code and the seat are right in any case.
"""

import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF

FAMILY = "Source Sans Pro"
_STYLES = {"": "SourceSansPro-Regular.ttf", "B": "SourceSansPro-Semibold.ttf"}
HEAVY = "Source Sans Pro Black"
_MISSING = "\u25a1"

# Where systems keep fonts, and which of them fill the gaps: the first that has the letter is taken.
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_FALLBACKS = (
    *("DejaVuSans.ttf", "NotoSansCJK-Regular.ttc", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf"),
    *("NotoSansThai-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansBengali-Regular.ttf"),
    *("NotoSansTamil-Regular.ttf", "NotoSansTelugu-Regular.ttf", "NotoSansGeorgian-Regular.ttf"),
    *("NotoSansArmenian-Regular.ttf", "NotoSansEthiopic-Regular.ttf", "NotoSansKhmer-Regular.ttf"),
    *("NotoSansSinhala-Regular.ttf", "NotoSansSymbols2-Regular.ttf", "NotoEmoji-Regular.ttf"),
)


def load_fonts(page: FPDF, text: str) -> str:
    """Add to `page` the fonts that `text` needs. → `text` with boxes for what cannot be drawn."""
    for style, name in _STYLES.items():
        page.add_font(FAMILY, style, _own(name))
    page.add_font(HEAVY, "", _own("SourceSansPro-Black.ttf"))
    page.set_text_shaping(True)
    missing = _drawn(text) - _covered(str(_own(_STYLES[""])))
    fallbacks = []
    for path in _machine_fonts() if missing else ():
        found = missing & _covered(path)
        if found:
            family = Path(path).stem
            page.add_font(family, "", path)
            page.add_font(family, "B", path)
            fallbacks.append(family)
            missing -= found
    page.set_fallback_fonts(fallbacks, exact_match=False)
    return "".join(_MISSING if ord(one) in missing else one for one in text)


def _drawn(text: str) -> set[int]:
    """Code points that need a glyph: not spaces, controls and joiners."""
    return {ord(one) for one in text if unicodedata.category(one)[0] not in "ZC"}


def _own(name: str) -> Path:
    return Path(str(files("font_source_sans_pro") / "files" / name))


@cache
def _machine_fonts() -> tuple[str, ...]:
    found = {path.name: str(path) for folder in _FOLDERS for path in Path(folder).rglob("*.tt[fc]")}
    return tuple(found[name] for name in _FALLBACKS if name in found)


@cache
def _covered(path: str) -> frozenset[int]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())
